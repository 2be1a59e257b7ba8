"""Where the daemon's orders are carried out."""
