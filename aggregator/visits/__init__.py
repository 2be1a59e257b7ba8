"""One visit to one source: what is to be read, what came of it, when to come back."""
