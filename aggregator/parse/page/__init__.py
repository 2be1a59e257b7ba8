"""Pages that list articles, and the pages of articles."""
