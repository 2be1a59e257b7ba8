"""The write side: one transaction at a time."""
