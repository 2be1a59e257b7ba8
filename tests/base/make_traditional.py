"""Writes ``aggregator/traditional.txt`` from OpenCC, the reference for traditional -> simplified.

Run it by hand (``python tests/text/make_traditional.py``) and only together with a new FOLD_VERSION:
stored hashes depend on every line of the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import opencc

TABLE = Path(__file__).resolve().parents[2] / "aggregator" / "base" / "traditional.txt"
HEADER = "# Traditional -> simplified, one character each; made by tests/text/make_traditional.py from OpenCC (t2s).\n"
RANGES = ((0x3400, 0xA000), (0x20000, 0x2F800), (0x30000, 0x32400))
"""The blocks of ideographs, without those that NFKC turns into others."""


def mappings() -> Iterator[tuple[str, str]]:
    """Each ideograph that OpenCC turns into another single one, with that one, in code order.

    OpenCC is asked until its answer stands: one of its own answers is again a traditional character.
    """
    convert = opencc.OpenCC("t2s").convert
    for first, end in RANGES:
        for old in map(chr, range(first, end)):
            new = convert(old)
            while convert(new) != new:
                new = convert(new)
            if new != old and len(new) == 1:
                yield old, new


if __name__ == "__main__":
    TABLE.write_text(HEADER + "".join(f"{old}{new}\n" for old, new in mappings()), encoding="utf-8")
