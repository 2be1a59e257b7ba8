"""Written dates: a table of formats, and zones."""
