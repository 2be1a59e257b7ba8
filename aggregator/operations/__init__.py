"""What an operator asks: one function a file, each answers with a frozen report (``reports``)."""
