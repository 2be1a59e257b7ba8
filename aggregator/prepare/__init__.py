"""Stages 2 to 5 of a group of documents as one pure call, and the process that it runs in."""
