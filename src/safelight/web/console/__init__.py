"""The review console: pages for people, which work without a script and are only quicker with one."""
