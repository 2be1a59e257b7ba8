"""Errors → one line of cause, one of what to do, and the exit code."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Callable

from aggregator.cli.output import Printer
from aggregator.errors import AggregatorError, ConfigurationError, InUseError, UsageError

DONE, FAILED, USAGE, IN_USE = 0, 1, 2, 3


_NO_RIGHT = "give this user the right to it, or name another place"
_FULL = "make room on that disk, then run it again"
_HINTS = {
    errno.ENOENT: "name one that is there",
    errno.EEXIST: "it is in the way: name another place, or move it",
    errno.ENOTDIR: "a folder is needed where a file is: name another place, or move the file",
    errno.EISDIR: "a file is needed where a folder is: name another place, or move the folder",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: "nothing can be written there: name another place",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EMFILE: "raise the limit of open files (`ulimit -n`)",
    errno.ENAMETOOLONG: "name a shorter path",
}
"""What to do about what the system refuses."""


def answer(work: Callable[[], int], err: Printer, verbose: bool) -> int:
    """What ``work`` answers; or, where it fails, the words on ``err`` and the code for them."""
    try:
        return work()
    except AggregatorError as error:
        err.failure(str(error), error.hint)
        return _code(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        err.failure(_what(error), _HINTS.get(error.errno or 0, "see what is wrong there, then run it again"))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last place that can say anything
        if verbose:
            err.line(traceback.format_exc().rstrip())
        err.failure(
            f"unexpected {type(error).__name__}: {error}",
            "this is a fault of the program: report it" if verbose else "run it again with -v to see where it arose",
        )
        return FAILED


def _what(error: OSError) -> str:
    """The cause, with the paths that it is about."""
    paths = [
        os.fsdecode(path) for path in (error.filename, error.filename2) if isinstance(path, (str, bytes, os.PathLike))
    ]
    return ": ".join((*paths, error.strerror or str(error) or type(error).__name__))


def _code(error: AggregatorError) -> int:
    if isinstance(error, (ConfigurationError, UsageError)):
        return USAGE
    return IN_USE if isinstance(error, InUseError) else FAILED
