"""Stage 4 of 8 - identify: Article -> Identity. Pure; what the store knows is handed in."""
