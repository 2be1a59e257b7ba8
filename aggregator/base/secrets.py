"""What is shown to nobody: keys and passwords in addresses, and whatever the operator wrote down as one.

Everything that is printed, logged, answered or published goes through here. What looks like a secret is hidden wherever
it stands; what the configuration says is one, also where it does not look like it. Of the second kind each process
learns what it reads: whoever writes a line knows neither the configuration nor where a word of an error came from.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

MASK = "…"

_KEY_NAME = re.compile(
    r"key|token|auth|secret|passw|pwd|credential|signature|session|jwt|cookie"
    r"|(?:^|[_-])(?:sig|sid|pass|pw|code|access|user|login)$",
    re.IGNORECASE,
)
"""Parameters and headers by which a server knows who asks."""
_KEY = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-zA-Z]*[a-zA-Z])[\w.~+/=-]{20,}", re.ASCII)
"""A value that looks like a key: long, of letters and digits, without blanks."""
_LIKELY = re.compile(r"(?=.*[0-9])(?=.*[^\W\d_])\S{8,}|[A-Za-z0-9+/_=-]{20,}")
"""A parameter of a source's own address that may be one: nobody needs to read it, so less is asked of it."""
_ORDINARY = re.compile(
    r"accept|cache-control|connection|content-|dnt$|from$|if-|origin$|pragma|range$|referer|sec-|user-agent|x-requested-with",
    re.IGNORECASE,
)
"""Headers that tell servers nothing secret, whatever they hold."""
_SHORTEST = 6
"""Characters of what is looked for in all texts: shorter ones stand in many words."""

_USER = re.compile(r"(\w://)[^\s/?#\"'<>\\@]+@(?=[\w\[])")
_USER_BYTES = re.compile(_USER.pattern.encode())
_PARAMETER = re.compile(r"([?&;#](?:amp;)?)([\w.%\[\]-]{1,80})=([^&\s\"'<>#;]+)")


class _Known:
    """The secrets that this process has read."""

    def __init__(self) -> None:
        self._values: frozenset[str] = frozenset()
        self.texts: re.Pattern[str] | None = None
        self.bytes: re.Pattern[bytes] | None = None

    def add(self, values: Iterable[str]) -> None:
        added = self._values | {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
        if added == self._values:
            return
        # Readers in other threads have the old ones or the new ones.
        longest_first = sorted(added, key=lambda form: (-len(form), form))
        self._values = added
        self.texts = re.compile("|".join(map(re.escape, longest_first)))
        self.bytes = re.compile(b"|".join(re.escape(form.encode(errors="replace")) for form in longest_first))


_KNOWN = _Known()


def learn(values: Iterable[str]) -> None:
    """From now on these are hidden wherever they stand, however they are escaped. Short ones are not."""
    _KNOWN.add(values)


def hidden(text: str) -> str:
    """A text that may be shown to the operator: no secret in it."""
    if "@" in text:
        text = _USER.sub(rf"\1{MASK}@", text)
    if "=" in text:
        text = _PARAMETER.sub(_without_key, text)
    return _KNOWN.texts.sub(MASK, text) if _KNOWN.texts else text


def unknown(text: str) -> str:
    """What is published of a text: no user of an address, and nothing that the configuration says is secret.

    Else it is the publisher's own, keys in links among it: whoever publishes them means them to be read.
    """
    if "@" in text:
        text = _USER.sub(rf"\1{MASK}@", text)
    return _KNOWN.texts.sub(MASK, text) if _KNOWN.texts else text


def unknown_bytes(body: bytes) -> bytes:
    """The same of a document in UTF-8."""
    if b"@" in body:
        body = _USER_BYTES.sub(rf"\1{MASK}@".encode(), body)
    return _KNOWN.bytes.sub(MASK.encode(), body) if _KNOWN.bytes else body


def is_key(name: str, value: str) -> bool:
    """Whether a parameter of an address looks like one by which a server knows who asks."""
    return bool(_KEY_NAME.search(name) or _KEY.fullmatch(value))


def of_address(address: str) -> Iterator[str]:
    """What may be secret in an address that an operator wrote: its user and password, and the keys in its query.

    It may be wrong in any way.
    """
    _, slashes, rest = address.partition("//")
    # A password may hold any sign: what is before the last @ is not shown.
    user, at, _ = rest.rpartition("@")
    if slashes and at:
        name, colon, password = user.partition(":")
        yield from (user, password if colon else name)
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    for name, value in parse_qsl(f"{parts.query}&{parts.fragment}", keep_blank_values=True):
        if _KEY_NAME.search(name) or _LIKELY.fullmatch(value):
            yield value


def of_headers(headers: Mapping[str, str]) -> Iterator[str]:
    """What may be secret in request headers that an operator wrote."""
    for name, value in headers.items():
        if not _ORDINARY.match(name):
            yield from of_credentials(value)


def of_credentials(written: str) -> Iterator[str]:
    """Of an Authorization or Cookie header, or a line ``user:password``: the whole, and what is secret in it."""
    yield written
    scheme, _, token = written.partition(" ")
    if token:
        yield token
    elif ":" in scheme:
        yield scheme.partition(":")[2]
        yield b64encode(written.encode()).decode()
    for pair in written.split(";"):
        _, equals, value = pair.partition("=")
        if equals:
            yield value.strip()


def of_configuration(written: object) -> Iterator[str]:
    """What may be secret in a configuration file, as it was read: a list or mapping of any shape."""
    if isinstance(written, Mapping):
        for name, value in written.items():
            if name == "headers" and isinstance(value, Mapping):
                yield from of_headers({str(key): str(told) for key, told in value.items()})
            yield from of_configuration(value)
    elif isinstance(written, Collection) and not isinstance(written, str):
        for value in written:
            yield from of_configuration(value)
    elif isinstance(written, str) and "//" in written:
        yield from of_address(written)


def _without_key(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}={MASK}" if _KEY_NAME.search(unquote(found[2])) else found[0]


def _forms(value: str) -> Iterator[str]:
    """As it may be written."""
    yield from (value, quote(value), quote(value, safe=""), quote_plus(value), unquote(value))
    yield from (html.escape(value), json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
