"""While the guard is up, nothing gets beyond loopback, and what works without a network works."""

from __future__ import annotations

import asyncio
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.functions import Functions, NetworkRefusedError, loopback_only
from contracts.functions.network import is_loopback
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]


def raw_name() -> None:
    """A socket that is given a name."""
    with socket.socket() as sock:
        sock.connect(("example.com", 80))


def raw_address() -> None:
    """A socket that is given an address."""
    with socket.socket() as sock:
        sock.connect(("203.0.113.7", 80))


def raw_connect_ex() -> None:
    """The connect that returns an error number."""
    with socket.socket() as sock:
        sock.connect_ex(("203.0.113.7", 80))


def datagram() -> None:
    """A datagram needs no connection."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("203.0.113.7", 53))


def datagram_to_name() -> None:
    """Nor does one to a name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", 0, ("example.com", 53))


def message() -> None:
    """The same by sendmsg."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendmsg([b"x"], [], 0, ("203.0.113.7", 53))


def version_6() -> None:
    """IPv6."""
    with socket.socket(socket.AF_INET6) as sock:
        sock.connect(("2001:db8::1", 80))


def with_asyncio() -> None:
    """An event loop looks names up in a thread."""

    async def reach() -> None:
        await asyncio.open_connection("example.com", 443)

    asyncio.run(reach())


WAYS: dict[str, tuple[Callable[[], object], str]] = {
    "raw name": (raw_name, "example.com:80"),
    "raw address": (raw_address, "203.0.113.7:80"),
    "connect_ex": (raw_connect_ex, "203.0.113.7:80"),
    "datagram": (datagram, "203.0.113.7:53"),
    "datagram to a name": (datagram_to_name, "example.com:53"),
    "message": (message, "203.0.113.7:53"),
    "IPv6": (version_6, "2001:db8::1:80"),
    "create_connection": (lambda: socket.create_connection(("example.com", 25)), "example.com:25"),
    "getaddrinfo": (lambda: socket.getaddrinfo("example.com", 443), "example.com:443"),
    "getaddrinfo of bytes": (lambda: socket.getaddrinfo(b"example.com", b"443"), "example.com:443"),
    "gethostbyname": (lambda: socket.gethostbyname("example.com"), "example.com"),
    "gethostbyaddr": (lambda: socket.gethostbyaddr("203.0.113.7"), "203.0.113.7"),
    "getnameinfo": (lambda: socket.getnameinfo(("203.0.113.7", 80), 0), "203.0.113.7"),
    "asyncio": (with_asyncio, "example.com:443"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_out_is_closed(way: str) -> None:
    """Whoever reaches out gets an OSError, and it is remembered."""
    reach, place = WAYS[way]
    with loopback_only() as refusals, pytest.raises(NetworkRefusedError, match="beyond this machine"):
        reach()

    assert refusals.tried == [place]


def test_urllib_reports_it_as_it_reports_a_network_that_is_down() -> None:
    """A URLError, with our reason."""
    with loopback_only() as refusals, pytest.raises(urllib.error.URLError) as caught:
        urllib.request.urlopen("http://example.com/")

    assert (type(caught.value.reason), refusals.tried) == (NetworkRefusedError, ["example.com:80"])


def test_requests_reports_it_as_it_reports_a_network_that_is_down() -> None:
    """A ConnectionError."""
    with loopback_only() as refusals, pytest.raises(requests.exceptions.ConnectionError):
        requests.get("https://example.com/", timeout=1)

    assert refusals.tried == ["example.com:443"]


def test_loopback_stays_open() -> None:
    """Servers and clients on this machine, event loops, pairs of sockets."""

    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hi")
        writer.close()

    async def round_trip() -> bytes:
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("localhost", server.sockets[0].getsockname()[1])
        text = await reader.read()
        writer.close()
        server.close()
        await server.wait_closed()
        return text

    with loopback_only() as refusals:
        assert asyncio.run(round_trip()) == b"hi"
        socket.getaddrinfo(None, 80, flags=socket.AI_PASSIVE)
        for each in socket.socketpair():
            each.close()

    assert refusals.tried == []


def test_other_threads_are_held_as_well() -> None:
    """The guard is the process's."""
    caught: list[BaseException] = []

    def reach() -> None:
        try:
            raw_address()
        except OSError as error:
            caught.append(error)

    with loopback_only():
        thread = threading.Thread(target=reach)
        thread.start()
        thread.join()

    assert isinstance(caught[0], NetworkRefusedError)


def test_a_guard_within_a_guard() -> None:
    """The inner one ends, the outer one holds; both remember what happened while they were open."""
    with loopback_only() as outer:
        with loopback_only() as inner, pytest.raises(NetworkRefusedError):
            raw_name()
        with pytest.raises(NetworkRefusedError):
            raw_address()

    assert (inner.tried, outer.tried) == (["example.com:80"], ["example.com:80", "203.0.113.7:80"])


def test_afterwards_sockets_are_as_they_were() -> None:
    """Nothing of the guard is left on the class, and an address that nobody answers is tried again."""
    with loopback_only():
        pass

    assert {"connect", "connect_ex", "sendto"}.isdisjoint(vars(socket.socket))
    with socket.socket() as sock:
        sock.setblocking(False)
        try:
            sock.connect(("203.0.113.7", 80))
        except OSError as error:
            assert not isinstance(error, NetworkRefusedError)  # noqa: PT017 - a route may exist or not


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.10", "127.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "", "::1%lo"],
)
def test_spellings_of_this_machine(host: str) -> None:
    """All of them are loopback."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.example.com", "127.0.0.1.example.com", "128.0.0.1", "::2", "::ffff:10.0.0.1", "169.254.169.254"]
)
def test_what_only_looks_like_this_machine(host: str) -> None:
    """None of them is."""
    assert not is_loopback(host)


@given(address=st.ip_addresses())
@settings(derandomize=True, database=None, deadline=None)
def test_addresses_are_judged_by_what_they_mean(address: IPv4Address | IPv6Address) -> None:
    """Every address, in its usual spelling, is loopback or beyond."""
    mapped = getattr(address, "ipv4_mapped", None) or address

    assert is_loopback(str(address)) == (mapped.is_loopback or mapped.is_unspecified)


def test_a_handler_that_lets_the_refusal_out_could_not_run(made: Made, functions: Functions) -> None:
    """The handler is not to blame, whichever library it asked; who to blame is said."""
    function = made("import requests\ndef handler(event, context): requests.get('https://example.com/')")
    error = functions.invoke(function, {}).error

    assert error is not None
    assert (error.kind, "example.com:443" in (error.unavailable or "")) == ("ConnectionError", True)


def test_a_handler_that_copes_is_answered(made: Made, functions: Functions) -> None:
    """The refusal is an exception like that of a network that is down; what follows says nothing about the handler."""
    function = made(
        "import urllib.request\ndef handler(event, context):\n    if not event:\n        return 204\n    try:\n"
        "        urllib.request.urlopen('http://example.com')\n    except OSError:\n        return 502"
    )
    with loopback_only() as refusals:
        reply = functions.invoke(function, {"fetch": True})

    assert refusals.tried == ["example.com:80"]
    assert (reply.payload, reply.error) == ("502", None)
    assert reply.unavailable is not None
    assert "tried to reach example.com:80" in reply.unavailable
    assert functions.invoke(function, {}).unavailable is None
