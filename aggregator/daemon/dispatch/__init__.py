"""Where jobs are done: in a worker process of this machine (``local``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aggregator.model.config import Configuration
from aggregator.model.running import Job


class Dispatch(Protocol):
    """Gives jobs to whoever does them."""

    def enqueue(self, configuration: Configuration, jobs: Sequence[Job]) -> bool:
        """Has the jobs done by this configuration, soon; without any, what is behind is published.

        Never waits for a job. False: they could not be taken now; what is due is to be offered again.
        """

    def problems(self) -> tuple[str, ...]:
        """What is wrong with it, and with what was published last, a line each."""

    def stop(self) -> None:
        """Ends all work for good, within seconds; what was not stored is done again after the next start."""
