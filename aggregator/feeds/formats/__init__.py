"""What feeds, and the list of them, are written in: one file a format, and its line in ``registry``."""
