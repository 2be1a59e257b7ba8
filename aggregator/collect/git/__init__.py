"""Kind git: a repository of article files."""
