"""``backup`` and ``restore``: against the loss of a disk, and one's own mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.failures import DONE
from aggregator.cli.options import Call, command


@command
def backup(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; an older backup there is replaced.")],
    kept: Annotated[
        bool, typer.Option("--kept", help="With pages and feeds as they were fetched, which can be fetched again.")
    ] = False,
) -> int:
    """Write database and configuration into one verified file.

    Works beside a running daemon. The file is read again and compared before it takes its name. It holds credentials:
    only its user may read it.
    """
    from aggregator import app

    with call.progress() as progress:
        report = app.backup(call.places, file, kept, progress)
    if call.as_json:
        call.out.json(report)
    else:
        told = (("file", report.file), ("bytes", report.bytes), ("articles", report.articles), ("files", report.files))
        call.out.facts("backup", told)
    return DONE


@command
def restore(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `aggregator backup` wrote.", show_default=False)],
    keep_config: Annotated[
        bool, typer.Option("--keep-config", help="The database alone; the configuration stays.")
    ] = False,
) -> int:
    """Put a backup in the place of the database and the configuration.

    All of it is examined first; what was there is kept aside. Refused while a daemon or `collect` uses the data folder.
    """
    from aggregator import app

    with call.progress() as progress:
        report = app.restore(call.places, file, keep_config, progress)
    if call.as_json:
        call.out.json(report)
    else:
        call.out.facts(
            "restore",
            (
                ("file", report.file),
                ("from", report.created),
                ("articles", report.articles),
                ("files", report.files),
                ("aside", report.aside),
            ),
        )
    return DONE
