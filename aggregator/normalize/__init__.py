"""Stage 3 of 8 - normalize: ParsedArticle -> Article

From a source's own words to a clean, safe, absolute article. Start with ``article.py``.
"""
