"""What a client may send: h11, with the bounds and refusals that it leaves to us. No I/O."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import h11

TARGET_BYTES = 8_000
"""Of a request's target: at least so many a server should take (RFC 9112 section 3)."""
HEAD_BYTES = 16_384
"""Of the request line and all headers."""
HEADERS = 100
BODY_BYTES = 49_152
"""Of a request's body with all that frames it: less than uvicorn would stop reading at."""


class Framing(h11.Connection):
    """One connection's requests and answers, seen from the server."""

    def __init__(self) -> None:
        super().__init__(h11.SERVER, HEAD_BYTES)
        self.refusal = HTTPStatus.BAD_REQUEST
        """The status for what ``next_event`` raised last."""
        self.sent = 0
        """Bytes of all answers so far."""

    @property
    def has_begun(self) -> bool:
        """Whether there are bytes that no event was made of yet."""
        return bool(self.trailing_data[0])

    def next_event(self) -> Any:
        """As in h11. Raises RemoteProtocolError for what is refused, too."""
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            self.refusal = HTTPStatus(error.error_status_hint)
            if self.refusal is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE and self._is_long_target():
                self.refusal = HTTPStatus.REQUEST_URI_TOO_LONG
            raise
        if isinstance(event, h11.Request) and (refusal := refused(event)) is not None:
            self.refusal = refusal
            raise h11.RemoteProtocolError(refusal.phrase, refusal)
        return event

    def send_with_data_passthrough(self, event: h11.Event) -> list[bytes] | None:
        """As in h11, whose ``send`` comes here."""
        pieces = super().send_with_data_passthrough(event)
        self.sent += sum(map(len, pieces or ()))
        return pieces

    def _is_long_target(self) -> bool:
        return len(self.trailing_data[0].partition(b"\n")[0]) > TARGET_BYTES


def refused(request: h11.Request) -> HTTPStatus | None:
    """The status that a request is refused with; None where it may be answered."""
    if not request.http_version.startswith(b"1."):
        return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
    names = [name for name, _ in request.headers]
    if b"content-length" in names and b"transfer-encoding" in names:
        # Two readers of such a message may see two ends of it (RFC 9112 section 6.3).
        return HTTPStatus.BAD_REQUEST
    if b"transfer-encoding" in names and request.http_version < b"1.1":
        # Framing that its version does not have (RFC 9112 section 6.1).
        return HTTPStatus.BAD_REQUEST
    if len(request.target) > TARGET_BYTES:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    size = len(request.target) + sum(len(name) + len(value) + 4 for name, value in request.headers)
    if size > HEAD_BYTES or len(names) > HEADERS:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    if any(name == b"content-length" and int(value) > BODY_BYTES for name, value in request.headers):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
