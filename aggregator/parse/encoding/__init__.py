"""From bytes to text: which encoding they are in, and whether that makes sense."""
