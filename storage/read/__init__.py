"""The read side: what readers of the store ask."""
