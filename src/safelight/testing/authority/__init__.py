"""A fake of the authority's reporting service: nothing that is sent to it is reported to anybody."""
