"""Runs lemon24/reader, in its own environment, for tests/benchmarks/collect_feeds.py.

    .venv-reader/bin/python tests/benchmarks/reader_feeds.py add DATABASE   (addresses on standard input, a line each)
    .venv-reader/bin/python tests/benchmarks/reader_feeds.py update DATABASE WORKERS
    .venv-reader/bin/python tests/benchmarks/reader_feeds.py count DATABASE

``update`` and ``count`` print a number: the entries that were new or changed, and those stored. ``update`` asks every
feed whether or not its next visit is due (``scheduled=False``): otherwise a second update within the hour would
ask nobody.
"""

from __future__ import annotations

import sys

from reader import make_reader  # type: ignore[import-not-found]  # it is in an environment of its own


def add(database: str) -> None:
    with make_reader(database) as reader:
        for address in sys.stdin.read().split():
            reader.add_feed(address)


def update(database: str, workers: int) -> int:
    fresh = 0
    with make_reader(database) as reader:
        for url, result in reader.update_feeds_iter(scheduled=False, workers=workers):
            if isinstance(result, Exception):
                raise SystemExit(f"{url}: {result}")
            fresh += result.new + result.modified if result else 0
    return fresh


def count(database: str) -> int:
    with make_reader(database) as reader:
        return int(reader.get_entry_counts().total)


def main(action: str, database: str, workers: str = "1") -> None:
    if action == "add":
        add(database)
    elif action == "update":
        print(update(database, int(workers)))
    elif action == "count":
        print(count(database))
    else:
        raise SystemExit(f"{action}: add, update or count")


if __name__ == "__main__":
    main(*sys.argv[1:])
