"""Transport only: feeds, pages, static files and health over HTTP (ASGI)."""
