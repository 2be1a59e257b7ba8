"""Errors → one line of cause, one of what to do, and the exit code."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from aggregator.cli.output import Output
from aggregator.errors import AggregatorError, ConfigurationError, InUseError, UsageError

DONE, FAILED, USAGE, IN_USE = 0, 1, 2, 3


def answer(work: Callable[[], int], err: Output, verbose: bool) -> int:
    """What ``work`` answers; or, where it fails, the words on ``err`` and the code for them."""
    try:
        return work()
    except AggregatorError as error:
        err.failure(str(error), error.hint)
        return _code(error)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last place that can say anything
        if verbose:
            err.line(traceback.format_exc().rstrip())
        err.failure(
            f"unexpected {type(error).__name__}: {error}",
            "this is a fault of the program: report it" if verbose else "run it again with -v to see where it arose",
        )
        return FAILED


def _code(error: AggregatorError) -> int:
    if isinstance(error, (ConfigurationError, UsageError)):
        return USAGE
    return IN_USE if isinstance(error, InUseError) else FAILED
