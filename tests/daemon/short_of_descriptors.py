"""A server that has fewer descriptors than it thinks. Tells its port on stdout, and serves until it is killed."""

from __future__ import annotations

import logging
import resource
import sys

from starlette.types import Receive, Scope, Send

from aggregator.daemon.listen import listen
from aggregator.daemon.serving import Serving
from aggregator.model.config import Server
from aggregator.process.log import log_to_stderr


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"served"})


if __name__ == "__main__":
    log_to_stderr(logging.INFO)
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[1])))
    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    Serving(app, Server, room=1_000).run([listener])
