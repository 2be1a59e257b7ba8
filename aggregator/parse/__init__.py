"""Stage 2 of 8 - parse: RawDocument -> ParsedArticle

What a document says, in its own words. Start with ``post.py``.
"""
