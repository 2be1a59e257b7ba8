"""What counts as a secret, and in which spellings it is hidden."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from urllib.parse import quote

import pytest

from aggregator.base import secrets
from aggregator.base.secrets import hidden, of_address, of_configuration, unknown, unknown_bytes


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(secrets, "_KNOWN", secrets._Known())
    return iter([None])


SHAPES = [
    ("http://user:pass@h.example/a", "http://…@h.example/a"),
    ("see https://token@h.example:8/ and (ftp://a:b@[::1]/)", "see https://…@h.example:8/ and (ftp://…@[::1]/)"),
    ("https://h.example/?key=abc&id=5", "https://h.example/?key=…&id=5"),
    ("https://h.example/?id=5&amp;access_token=abc", "https://h.example/?id=5&amp;access_token=…"),
    ("/feed?a=1;API-KEY=x#jwt=y", "/feed?a=1;API-KEY=…#jwt=…"),
    ("https://h.example/?%6Bey=abc", "https://h.example/?%6Bey=…"),
    ("https://h.example/?X-Amz-Signature=0f", "https://h.example/?X-Amz-Signature=…"),
    ("https://h.example/a?id=5&page=2", "https://h.example/a?id=5&page=2"),
    ("https://medium.example/@writer/a", "https://medium.example/@writer/a"),
    ("mail to a@b.example, //@某人: 转发", "mail to a@b.example, //@某人: 转发"),
    ("keyword=bridge", "keyword=bridge"),
]


@pytest.mark.parametrize(("text", "shown"), SHAPES)
def test_what_looks_like_a_secret(text: str, shown: str) -> None:
    assert hidden(text) == shown


ADDRESSES = [
    ("https://h.example/?k=ab12cd34&page=2", {"ab12cd34"}),
    ("https://h.example/?key=short&format=atom", {"short"}),
    ("https://h.example/#token=a%2Fb12345", {"a/b12345"}),
    ("postgresql://u:p%40ss@h/db?sslpassword=hidden7", {"u:p%40ss", "p%40ss", "hidden7"}),
    ("http://u:p/a@s:s@h.example/", {"u:p/a@s:s", "p/a@s:s"}),
    ("http://token123@h.example/", {"token123"}),
    ("https://h.example/?category=hospital&year=2026", set()),
    ("http://[", set()),
    ("", set()),
]


@pytest.mark.parametrize(("address", "found"), ADDRESSES)
def test_the_secrets_of_an_address(address: str, found: set[str]) -> None:
    assert set(of_address(address)) - {""} == found


def test_the_secrets_of_a_configuration() -> None:
    written = {
        "sources": [
            {"name": "a", "url": "https://h.example/?token=t0ken", "path": "x//y", "title": None},
            {"headers": {"X-Key": "h34der", "Accept": "text/html", "Cookie": "a=1; sid=c00kie"}},
            {"headers": {"Authorization": "Bearer b34rer"}, "proxy": "http://u:pr0xy@h:1"},
        ],
        "storage": {"url": "postgresql://u:pa55@h/d"},
    }
    assert {"t0ken", "h34der", "c00kie", "Bearer b34rer", "b34rer", "pr0xy", "pa55"} <= set(of_configuration(written))
    assert not {"text/html", "a", "x//y"} & set(of_configuration(written))


SECRETS = ["plain-secret-1", "with blank 2", "a/b+c=3?&", '"quoted"4', "密码密码密码5", "back\\slash6"]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_known_is_hidden_in_every_spelling(secret: str) -> None:
    secrets.learn([secret, "tiny", ""])
    for spelled in (secret, quote(secret), quote(secret, safe=""), escape(secret), json.dumps(secret)[1:-1]):
        for show in (hidden, unknown, lambda text: unknown_bytes(text.encode()).decode()):
            assert show(f"[{spelled}] tiny") == "[…] tiny", spelled


def test_the_longest_goes_first() -> None:
    secrets.learn(["secret-1"])
    secrets.learn(["secret-1-and-more"])
    assert hidden("secret-1-and-more, secret-1") == "…, …"


def test_what_is_published_keeps_the_keys_of_others() -> None:
    text = "<a href='https://h.example/a?key=theirs'>x</a>"
    assert unknown(text) == text
    assert unknown("http://u:p@h.example/") == "http://…@h.example/"
    assert unknown_bytes(b"http://u:p@h.example/") == "http://…@h.example/".encode()
