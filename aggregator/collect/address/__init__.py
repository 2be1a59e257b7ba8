"""Kinds feed, page and sitemap: an address that holds, or points to, many articles."""
