"""Atom, RSS, RDF and JSON Feed."""
