"""Which source an address belongs to: `claims.yaml` is the specification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.identify.claims import Claim, Claims, Ownership
from aggregator.model.config import Source

CASES = yaml.safe_load((Path(__file__).parent / "claims.yaml").read_text(encoding="utf-8"))


def a_source(name: str, told: dict[str, Any]) -> Source:
    return Source(name, **{"kind": "feed"} | told | {"owns": tuple(told.get("owns", ()))})


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_whose_an_address_is(case: dict[str, Any]) -> None:
    claims = Claims(a_source(name, told) for name, told in case["sources"].items())
    found = {
        address: {name: claims.of(name, address).ownership.name.lower() for name in told}
        for address, told in case["addresses"].items()
    }
    assert found == case["addresses"]


def test_an_own_address_counts_before_any_weight() -> None:
    assert (
        Claim(Ownership.OWN, 0.1) > Claim(Ownership.NOBODY, 9) > Claim(Ownership.NOBODY, 1) > Claim(Ownership.OTHERS, 9)
    )


def test_a_source_has_its_weight_and_one_that_is_not_collected_has_none() -> None:
    claims = Claims([Source("heavy", weight=2.0), Source("off", weight=5.0, enabled=False)])
    assert [claims.of(name, None).weight for name in ("heavy", "off", "unknown")] == [2.0, 1.0, 1.0]
