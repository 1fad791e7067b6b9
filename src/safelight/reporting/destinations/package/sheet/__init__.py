"""The sheet: a report as a person reads it, on paper and as plain text. No picture is ever on it."""
