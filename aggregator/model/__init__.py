"""The values that stages hand on; frozen, and strangers to every library.

config: what operators write · article: the write side · reading: the read side · running: state and reports
"""
