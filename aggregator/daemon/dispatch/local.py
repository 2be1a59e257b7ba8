"""One worker process on this machine: started when there is work, ended when there is none, replaced when it hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from aggregator.base.times import spoken
from aggregator.daemon.messages import Beat, Work
from aggregator.model.config import Configuration
from aggregator.model.running import Job
from aggregator.process.child import Child, ChildError

LOG = structlog.get_logger()
STOP_SECONDS = 2.0
PATIENCE = 15.0
"""Seconds without a sign of life after which a worker is ended."""
IDLE = 60.0
"""Seconds without work after which the worker is ended, to give its memory back."""
LONGEST_PAUSE = 300.0
"""Seconds between two starts of a worker that dies again and again, at most."""
TOLD = 3600.0
"""Seconds for which health tells of a worker that had to be replaced."""


def pause_after(deaths: int) -> float:
    """Seconds until a worker is started again after so many died in a row, without work done between."""
    return min(LONGEST_PAUSE, 2.0 ** min(deaths - 1, 30))


class LocalDispatch:
    """Implements Dispatch. ``enqueue`` is called from one thread at a time, the rest from any."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        lost: Callable[[], None],
        patience: float = PATIENCE,
        idle: float = IDLE,
    ) -> None:
        """``module`` and ``arguments`` start the worker; ``lost`` is told when one has ended, however it did.

        ``patience`` and ``idle``: instead of PATIENCE and IDLE.
        """
        self._module = module
        self._arguments = tuple(arguments)
        self._lost = lost
        self._patience = patience
        self._idle = idle
        self._guard = threading.RLock()
        self._child: Child | None = None
        self._starting: Child | None = None
        """One that is not ready yet."""
        self._configuration: Configuration | None = None
        self._number = 0
        self._beat = Beat()
        self._worked = time.monotonic()
        self._deaths = 0
        """In a row, without work done between."""
        self._pause_until = 0.0
        self._incident: tuple[float, str] | None = None
        self._stopped = False
        self._clearing = False
        """Whether what a worker left behind is being given back: until then the next one takes nothing."""

    def enqueue(self, configuration: Configuration, jobs: Sequence[Job]) -> bool:
        """Dispatch.enqueue."""
        child = self._ready(configuration)
        if child is None:
            return False
        with self._guard:
            self._number += 1
            self._worked = time.monotonic()
            work = Work(self._number, tuple(jobs))
        try:
            child.pipe.send(work, self._patience)
        except OSError as error:
            # Half a message may have gone: whatever it would read next makes no sense.
            self._replace(child, f"the worker process took no order: {error or type(error).__name__}")
            return False
        return True

    def _ready(self, configuration: Configuration) -> Child | None:
        """A worker that works by this configuration and has taken what it was given."""
        with self._guard:
            if self._stopped or self._clearing or time.monotonic() < self._pause_until:
                return None
            if self._child is not None and configuration != self._configuration:
                self._end("the configuration changed")
            if self._child is not None:
                return self._child if self._beat.taken == self._number else None
        return self._started(configuration)

    def problems(self) -> tuple[str, ...]:
        """Dispatch.problems."""
        with self._guard:
            told = self._incident is not None and time.monotonic() - self._incident[0] < TOLD
            return (*((self._incident[1],) if self._incident and told else ()), *self._beat.problems)

    def stop(self) -> None:
        """Dispatch.stop."""
        with self._guard:
            self._stopped = True
            if self._starting is not None:
                self._starting.interrupt()
            self._end("")

    def _started(self, configuration: Configuration) -> Child | None:
        try:
            child = Child(self._module, self._arguments)
            with self._guard:
                self._starting = child
                if self._stopped:
                    # ``stop`` came too early to see it.
                    child.interrupt()
            child.greet(configuration)
        except ChildError as error:
            with self._guard:
                self._starting = None
                if not self._stopped:
                    self._die(f"the worker process did not start: {error}")
            return None
        with self._guard:
            self._starting = None
            if self._stopped:
                child.kill()
                return None
            self._child, self._configuration = child, configuration
            self._number, self._beat = 0, Beat()
        threading.Thread(target=self._listen, args=(child,), name="listen", daemon=True).start()
        return child

    def _end(self, why: str) -> None:
        child, self._child = self._child, None
        if child is not None:
            LOG.debug("worker ended", reason=why)
            child.end(STOP_SECONDS)
            self._tell()

    def _listen(self, child: Child) -> None:
        """Hears the signs of life of a worker, until it has ended."""
        try:
            while True:
                beat = child.pipe.receive(self._patience)
                if not self._is_sound(child, beat):
                    return
                if beat.stuck:
                    self._replace(child, f"the worker process hung and was ended: {beat.stuck}")
                    return
        except TimeoutError:
            self._replace(child, f"the worker process gave no sign of life for {self._patience:g} s and was ended")
        except (OSError, EOFError):
            self._replace(child, "the worker process ended")
        except Exception as error:
            LOG.exception("a sign of life that makes no sense")
            self._replace(child, f"the worker process said what makes no sense: {type(error).__name__}")

    def _is_sound(self, child: Child, beat: Beat) -> bool:
        with self._guard:
            if child is not self._child:
                return False
            self._beat = beat
            if beat.busy or beat.taken < self._number:
                self._worked = time.monotonic()
            elif beat.taken:
                self._deaths = 0
                if time.monotonic() - self._worked > self._idle:
                    self._end("there is no work")
                    return False
            return True

    def _replace(self, child: Child, why: str) -> None:
        """Ends a worker that is of no use any more; the next job starts another."""
        with self._guard:
            if child is not self._child:
                return
            self._child = None
            self._clearing = True
            self._die(why)
        # Nobody waits for the database meanwhile, nor for a process that the kernel holds.
        child.kill()
        self._tell()
        with self._guard:
            self._clearing = False

    def _tell(self) -> None:
        try:
            self._lost()
        except Exception as error:
            # What the worker had taken is free a little later then; whoever listens to the next one must live.
            LOG.exception("what a worker had taken was not given back", exc_info=error)

    def _die(self, why: str) -> None:
        self._deaths += 1
        pause = pause_after(self._deaths)
        self._pause_until = time.monotonic() + pause
        self._incident = (time.monotonic(), ": ".join((why, *self._beat.problems[:1])))
        LOG.error("worker lost", reason=why, problems=self._beat.problems, again_in=spoken(timedelta(seconds=pause)))
