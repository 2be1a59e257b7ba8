"""How the flows run: visits side by side, one writer, one publisher. No visit waits for another host's."""
