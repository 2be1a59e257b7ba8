"""The socket that the daemon serves on."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from aggregator.daemon.listen import address_of, listen
from aggregator.errors import UsageError
from daemon.served import rest_of


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_is_bound_and_names_its_protocol(host: str) -> None:
    """asyncio leaves TCP_NODELAY alone where the protocol is not named."""
    with closing(listen(host, 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        assert not listener.get_inheritable()
        port = listener.getsockname()[1]
        assert address_of(listener) == (f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")


def test_accepted_connections_wait_for_no_acknowledgement() -> None:
    async def accepted() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            told.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = listen("127.0.0.1", 0)
        async with await asyncio.start_server(meet, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            answer = await told
            writer.close()
            await writer.wait_closed()
        return answer

    assert asyncio.run(accepted()) != 0


def test_an_address_that_is_taken_is_said() -> None:
    with closing(listen("127.0.0.1", 0)) as first, pytest.raises(UsageError, match="cannot listen on"):
        listen("127.0.0.1", first.getsockname()[1])


def test_without_descriptors_the_silent_go_readers_are_served_and_the_log_stays_small() -> None:
    """What accept(2) answers then, EMFILE, is met by a server that knows no bound."""
    command = [sys.executable, str(Path(__file__).with_name("short_of_descriptors.py")), "40"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server, ExitStack() as silent:
        assert server.stdout is not None
        address = ("127.0.0.1", int(server.stdout.readline()))
        for _ in range(10):
            for _ in range(30):
                silent.enter_context(socket.create_connection(address))
            with socket.create_connection(address) as reader:
                reader.sendall(b"GET / HTTP/1.0\r\n\r\n")
                assert rest_of(reader).endswith(b"served")
        server.kill()
        _, log = server.communicate()
    assert b"descriptors are short" in log
    assert len(log.splitlines()) < 5
