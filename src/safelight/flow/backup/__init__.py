"""A backup, and an installation made of one."""
