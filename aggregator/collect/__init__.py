"""Stage 1 of 8 - collect: Source -> leads -> RawDocument. One file a kind of source."""
