"""A child process for tests: it does what it is told, or what it should not. Run as ``python -m playing_child``."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from aggregator.process.child import serve
from aggregator.process.pipe import Pipe

MEMORY = 256 * 1024 * 1024


def work(pipe: Pipe) -> None:
    """Answers each message by what its first word says."""
    while True:
        word, told = pipe.receive()
        if word == "refuse to start":
            sys.exit(3)
        if word == "stand still":
            os.kill(os.getpid(), signal.SIGSTOP)
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "hoard":
            bytearray(told)
        if word == "ignore SIGTERM":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if word == "count":
            told = len(pipe.receive_bytes())
        if word == "arguments":
            told = sys.argv[1:-1]
        if word == "signals":
            told = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        _answer(pipe, word, told)


def _answer(pipe: Pipe, word: str, told: Any) -> None:
    if word == "talk nonsense":
        # A length, and then what is no message.
        os.write(int(sys.argv[-1]), told)
        return
    for _ in range(2 if word == "talk twice" else 1):
        pipe.send(told)


if __name__ == "__main__":
    serve(work, memory=MEMORY)
