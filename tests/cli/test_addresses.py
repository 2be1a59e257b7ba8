"""What `run` says of the address that feeds name: nothing where somebody said how readers reach it."""

from __future__ import annotations

import pytest

from aggregator.cli.publishing import _elsewhere

DEFAULT = "http://127.0.0.1:8000"
CASES = [
    ("as it comes", DEFAULT, "http://127.0.0.1:8000", False),
    ("in a container, as it comes", DEFAULT, "http://0.0.0.0:8000", False),
    ("on all IPv6 addresses", DEFAULT, "http://[::]:8000", False),
    ("behind a proxy of this machine", "http://localhost", "http://127.0.0.1:8000", False),
    ("behind a proxy with TLS on this machine", "https://localhost:8443", "http://127.0.0.1:8000", False),
    ("a container whose port has another number outside", "http://127.0.0.1:9000", "http://0.0.0.0:8000", False),
    ("behind a proxy elsewhere", "https://feeds.example.org", "http://127.0.0.1:8000", False),
    ("another port, and nobody said so", DEFAULT, "http://127.0.0.1:9000", True),
    ("any free port", DEFAULT, "http://127.0.0.1:49152", True),
]


@pytest.mark.parametrize(("case", "base_url", "address", "warned"), CASES, ids=[case for case, *_ in CASES])
def test_a_warning_has_its_reason(case: str, base_url: str, address: str, warned: bool) -> None:
    said = list(_elsewhere(base_url, address))
    assert bool(said) is warned, case
    assert all("set site.base_url" in line for line in said)
