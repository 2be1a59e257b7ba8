"""The parts of the one HTTP client: addresses, whom we may reach, connections, turns, redirects, bodies.

``fetch.py`` beside this package puts them together; nothing else opens a connection.
"""
