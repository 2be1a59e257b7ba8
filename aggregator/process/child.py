"""The one way to run work that may have to be killed: a process of ours, and messages to and from it.

A child is a module of this program that calls ``serve``. Whoever starts it says what it has to know first, and waits
until it is ready; every wait has a limit, and what is not answered in time is killed. A child ends with the process
that started it, however that ends.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from aggregator.process.orphan import end_with_parent
from aggregator.process.pipe import Pipe

READY = "ready"
"""What a child answers to the first message once it can work."""
START_SECONDS = 60.0


class ChildError(Exception):
    """The child did not start, died, or did not answer in time (``late``)."""

    def __init__(self, message: str, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


class Child:
    """A process, from its start until its end. Several threads may end it, one at a time may talk to it."""

    def __init__(self, module: str, arguments: Sequence[str] = ()) -> None:
        """Starts ``python -m module arguments…``, to be greeted next. Raises ChildError."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", module, *arguments, str(theirs.fileno())]
        with theirs:
            try:
                self._process = _starter().submit(_started, command, theirs.fileno()).result()
            except OSError as error:
                ours.close()
                raise ChildError(str(error)) from error
        self.pipe = Pipe(ours)

    @property
    def pid(self) -> int:
        return self._process.pid

    def greet(self, first: object, seconds: float = START_SECONDS) -> Any:
        """Waits until it is ready: its answer to ``first``, what it has to know. Raises ChildError."""
        return self.ask(first, seconds)

    def ask(self, message: object, seconds: float, body: bytes | None = None) -> Any:
        """Its answer to a message; ``body`` travels behind the message, by itself.

        Put into one message with its description, a large body would stand in memory three times. Whoever does not
        answer in time, or dies, is ended: raises ChildError.
        """
        try:
            self.pipe.send(message, seconds)
            if body is not None:
                self.pipe.send_bytes(body, seconds)
            return self.pipe.receive(seconds)
        except TimeoutError as error:
            self.kill()
            raise ChildError(f"no answer within {seconds:g} s", late=True) from error
        except Exception as error:
            # Whatever it answered made no sense, and what follows would make none either.
            self.kill()
            raise ChildError(str(error) or "it died") from error

    @property
    def in_step(self) -> bool:
        """Whether it lives, and has said nothing that nobody asked for."""
        return not self.pipe.poll(0)

    def kill(self) -> None:
        """Ends it at once; it holds nothing worth waiting for."""
        self._process.kill()
        self._process.wait()
        self.pipe.close()

    def interrupt(self) -> None:
        """Ends it at once while another thread talks to it, which gets a ChildError."""
        self._process.kill()

    def end(self, seconds: float) -> None:
        """Asks it to end by SIGTERM, and kills it if it takes longer than that."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()


def serve(work: Callable[[Pipe], None], *, memory: int | None = None, end: signal.Signals = signal.SIGKILL) -> None:
    """A child's life: ``work`` with the pipe to the parent, until the parent is gone.

    ``memory``: bytes of data that it may hold; ``end``: what it is sent when its parent dies. SIGINT is the parent's
    matter: at a terminal it comes to both.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    end_with_parent(end)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        work(Pipe.of(int(sys.argv[-1])))


@cache
def _starter() -> ThreadPoolExecutor:
    """The kernel takes the thread that starts a child for its parent, and those who ask come and go."""
    return ThreadPoolExecutor(1, "starter")


def _started(command: Sequence[str], descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL)
