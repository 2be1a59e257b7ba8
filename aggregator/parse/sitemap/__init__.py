"""Sitemaps, their indexes, and lists of addresses."""
