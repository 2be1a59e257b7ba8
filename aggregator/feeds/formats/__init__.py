"""What a feed is written in, one file a format."""
