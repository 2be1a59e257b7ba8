"""Processes: locks, memory, logs, and how one ends with its parent."""
