"""Stage 2: what a document says, in its own words. Start with ``post.py``."""
