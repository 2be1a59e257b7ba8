"""What an operator asks: one function a file, ``function(parts, request) -> report``.

``parts`` are what it works with, the request is what is asked (a frozen value, or the one word that it is), the
report is frozen, too (``reports``). Long work tells its ``progress``. `check` alone needs no parts.
"""
