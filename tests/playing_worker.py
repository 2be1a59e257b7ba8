"""A worker process for tests: notes what it is given in a file, and does what the file beside it says.

Run as ``python -m playing_worker FOLDER``: ``FOLDER/log`` gets a line for each start and each job, ``FOLDER/order``
may hold a word for how it behaves.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from aggregator.daemon.messages import Beat, Work
from aggregator.process.child import READY, serve
from aggregator.process.pipe import Pipe

BEAT = 0.05


def work(pipe: Pipe) -> None:
    """A life, as told."""
    folder = Path(sys.argv[-2])
    configuration = pipe.receive()
    note(folder, f"started {os.getpid()} {configuration.site.title}")
    if order(folder) == "start late":
        signal.pause()
    if order(folder) == "refuse to start":
        sys.exit(1)
    if order(folder) == "ignore SIGTERM":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pipe.send(READY)
    beat = Beat()
    while True:
        if pipe.poll(BEAT):
            given: Work = pipe.receive()
            behave(order(folder))
            note(folder, f"works {' '.join(name for job in given.jobs for name in job.sources)}".rstrip())
            beat = Beat(given.number, *told(order(folder)))
        pipe.send(beat)


def behave(word: str) -> None:
    """When it is given work."""
    if word == "stand still":
        os.kill(os.getpid(), signal.SIGSTOP)
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)


def told(word: str) -> tuple[bool, str, tuple[str, ...]]:
    """Busy, stuck and problems of the beats after that."""
    return word == "be busy", "a transaction takes over 300 s" if word == "be stuck" else "", (word,) if word else ()


def note(folder: Path, line: str) -> None:
    with (folder / "log").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def order(folder: Path) -> str:
    file = folder / "order"
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    serve(work)
