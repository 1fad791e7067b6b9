"""What the fake keeps: reports, their files, the calls that came, and its clock."""
