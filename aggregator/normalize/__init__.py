"""Stage 3: from a source's own words to a clean, safe, absolute article. Start with ``article.py``."""
