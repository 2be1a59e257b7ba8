"""Where a repository may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.collect.git.collector import place_of
from aggregator.errors import CollectError

ADDRESSES = [
    ("news.git", "", "/config/news.git"),
    ("../news", "", "/config/../news"),
    ("/srv/news", "", "/srv/news"),
    ("file:///srv/%E6%96%B0", "", "/srv/新"),
    ("https://git.example/news.git", "https://git.example/news.git", "/config"),
    ("http://git.example:8080/news/", "http://git.example:8080/news", "/config"),
]


@pytest.mark.parametrize(("address", "url", "folder"), ADDRESSES)
def test_addresses(address: str, url: str, folder: str) -> None:
    assert place_of(address, Path("/config")) == (url, Path(folder))


REFUSED = [
    "ssh://git@git.example/news.git",
    "git@git.example:news.git",
    "git://git.example/news.git",
    "ext::sh -c true",
    "file://host.example/news",
    "https://user:secret@git.example/news.git",
    "https:///news.git",
    "http://[::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_other_addresses_are_refused_and_no_password_is_shown(address: str) -> None:
    with pytest.raises(CollectError) as caught:
        place_of(address, Path("/config"))
    assert caught.value.code == "bad-address"
    assert "secret" not in f"{caught.value} {caught.value.hint}"
