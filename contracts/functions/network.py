"""Nothing beyond loopback: a switchable guard on all sockets of this process.

An audit hook sees every connection and every look-up of a name, whatever library makes it; it cannot be
removed, so it is installed once and switched. What another process does, it does not see.
https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import _socket
import errno
import ipaddress
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

# RFC 6761, section 6.3; the empty name and 0.0.0.0 mean this machine.
_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})


def out_of_reach(place: str) -> str:
    """Why what a function gave back says nothing about it, when it tried to reach a place beyond loopback."""
    return f"it tried to reach {place}, and nothing beyond this machine may be reached during a run"


class NetworkRefusedError(OSError):
    """Somebody tried to reach something beyond loopback."""

    def __init__(self, place: str) -> None:
        super().__init__(errno.ENETUNREACH, f"tried to reach {place}, and nothing beyond this machine may be reached")
        self.place = place


@dataclass(slots=True)
class Refusals:
    """What was refused: `host:port` or `host`, each once, in order."""

    tried: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Remember one."""
        if place not in self.tried:
            self.tried.append(place)


@contextmanager
def loopback_only() -> Iterator[Refusals]:
    """
    While it is open, whoever reaches for something beyond loopback gets NetworkRefusedError, an OSError.

    It holds for all threads; one may be open within another.
    """
    refusals = Refusals()
    _GUARD.open(refusals)
    try:
        yield refusals
    finally:
        _GUARD.close(refusals)


class _Guard:
    """The switch, and who is to be told what was refused."""

    def __init__(self) -> None:
        self.told: list[Refusals] = []
        self._installed = False
        self._lock = threading.Lock()

    def open(self, refusals: Refusals) -> None:
        with self._lock:
            if not self._installed:
                self._installed = True
                sys.addaudithook(_audit)
            if not self.told:
                _put_checks_before_names()
            self.told.append(refusals)

    def close(self, refusals: Refusals) -> None:
        with self._lock:
            self.told[:] = [each for each in self.told if each is not refusals]
            if not self.told:
                _take_checks_away()

    def refuse(self, host: object, port: object = None) -> None:
        """Refuse the host unless it is this machine."""
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
        if name is None or not isinstance(name, str) or is_loopback(name):
            return
        place = name if port is None else f"{name}:{_text(port)}"
        for refusals in self.told:
            refusals.add(place)
        raise NetworkRefusedError(place)


_GUARD = _Guard()


def is_loopback(host: str) -> bool:
    """Whether a name or an address in any of its spellings is this machine's own."""
    name = host.partition("%")[0].rstrip(".").lower()
    if name in _LOCAL_NAMES:
        return True
    with suppress(ValueError):
        address = ipaddress.ip_address(name)
        mapped = getattr(address, "ipv4_mapped", None)
        return bool((mapped or address).is_loopback)
    # Short spellings such as `127.1`; inet_aton looks no name up.
    with suppress(OSError, UnicodeError):
        return socket.inet_aton(name)[0] == 127
    return False


def _text(port: object) -> str:
    return port.decode("ascii", "replace") if isinstance(port, (bytes, bytearray)) else str(port)


def _check_address(family: int, address: object) -> None:
    if family in _INTERNET and isinstance(address, tuple) and len(address) > 1:
        _GUARD.refuse(address[0], address[1])


_EVENTS: Mapping[str, Callable[..., None]] = {
    "socket.connect": lambda sock, address: _check_address(sock.family, address),
    "socket.sendto": lambda sock, address: _check_address(sock.family, address),
    "socket.sendmsg": lambda sock, address: _check_address(sock.family, address),
    "socket.getaddrinfo": lambda host, port, *_: _GUARD.refuse(host, port),
    "socket.gethostbyname": _GUARD.refuse,
    "socket.gethostbyaddr": _GUARD.refuse,
    "socket.getnameinfo": lambda address: _GUARD.refuse(address[0]),
}


# Every `id()` and every import is an event, too: what is none of ours costs one look-up.
def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _EVENTS and _GUARD.told:
        _EVENTS[event](*arguments)


# `socket.connect` is audited when the name has been looked up already, which asks a name server.
def _connect(sock: socket.socket, address: Any, /) -> None:
    _check_address(sock.family, address)
    _socket.socket.connect(sock, address)


def _connect_ex(sock: socket.socket, address: Any, /) -> int:
    _check_address(sock.family, address)
    return _socket.socket.connect_ex(sock, address)


def _sendto(sock: socket.socket, data: Any, *rest: Any) -> int:
    _check_address(sock.family, rest[-1] if rest else None)
    return _socket.socket.sendto(sock, data, *rest)


_BEFORE_NAMES: Mapping[str, Any] = {"connect": _connect, "connect_ex": _connect_ex, "sendto": _sendto}


def _put_checks_before_names() -> None:
    for name, check in _BEFORE_NAMES.items():
        setattr(socket.socket, name, check)


def _take_checks_away() -> None:
    for name in _BEFORE_NAMES:
        delattr(socket.socket, name)
