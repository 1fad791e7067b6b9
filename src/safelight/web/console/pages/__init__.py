"""The pages, a file for each room: what is asked, one step or question, and the template that shows it."""
