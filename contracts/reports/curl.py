"""A request as a command line: what can be pasted into a POSIX shell to send the same bytes again.

The options and what curl adds of itself are those of curl's manual page, https://curl.se/docs/manpage.html;
`$'...'` is ANSI-C quoting, which bash, zsh, ksh and POSIX.1-2024 share.
"""

from __future__ import annotations

import base64
import re
import shlex

from contracts.http import Headers, Request
from contracts.reports.printable import as_text

BASE_URL = "https://api.example"
"""The placeholder for the service's own address; `.example` is reserved and belongs to nobody (RFC 2606)."""

LONGEST_BODY = 8192
"""In bytes; a longer body is not written on the line but expected in the file `BODY_FILE`."""

BODY_FILE = "request-body"

# What curl adds itself, or what says only which client wrote the request.
_OF_THE_CLIENT = ("Host", "Content-Length", "User-Agent", "Connection", "Accept-Encoding")
# curl expands these unless told not to (--globoff).
_GLOB = re.compile(r"[\[\]{}]")
# Everything else that curl's URL parser would refuse, cut off or rewrite.
_ODD_TARGET = re.compile(r"^[^/]|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%\[\]{}]|/(?:\.|%2[eE]){1,2}(?=[/?]|$)")


def curl(request: Request, *, base_url: str = BASE_URL, ascii_only: bool = False) -> str:
    """
    The request as one line for a shell.

    Args:
        base_url: Scheme and host that the request target is put behind.
        ascii_only: Write every character beyond ASCII as an escape.
    """
    pipe, data = _body(request.body, ascii_only=ascii_only)
    words = ["curl", *_method(request), *_address(request.target, base_url)]
    for name, value in _headers(request):
        line = f"{name}: {value}" if value else f"{name};"
        words += ["-H", _quoted(line, encoding="latin-1", ascii_only=True)]
    if request.body is not None and "Content-Type" not in request.headers:
        words += ["-H", "'Content-Type:'"]  # or curl calls the body a form
    return pipe + " ".join([*words, *data])


def _method(request: Request) -> list[str]:
    if request.method == "HEAD" and request.body is None:
        return ["--head"]  # with -X HEAD curl waits for a body that never comes
    if request.method == "GET" and request.body is None:
        return []
    waiting = ["--max-time", "10"] if request.method == "HEAD" else []
    return ["-X", _quoted(request.method, encoding="utf-8", ascii_only=True), *waiting]


def _address(target: str, base_url: str) -> list[str]:
    if _ODD_TARGET.search(target):
        return ["--request-target", _quoted(target, encoding="utf-8", ascii_only=True), shlex.quote(f"{base_url}/")]
    globoff = ["--globoff"] if _GLOB.search(target) else []
    return [*globoff, _quoted(base_url + target, encoding="utf-8", ascii_only=True, always=True)]


def _headers(request: Request) -> Headers:
    kept = request.headers.without(*_OF_THE_CLIENT)
    return Headers(tuple(line for line in kept if (line[0].lower(), line[1]) != ("accept", "*/*")))


def _body(body: bytes | None, *, ascii_only: bool) -> tuple[str, list[str]]:
    """What stands before the command (a pipe or nothing), and the words that give curl the body."""
    if body is None:
        return "", []
    if len(body) > LONGEST_BODY:
        return "", ["--data-binary", f"@{BODY_FILE}"]
    text = as_text(body)
    if text is None:
        encoded = base64.b64encode(body).decode("ascii")
        return f"printf %s {shlex.quote(encoded)} | base64 --decode | ", ["--data-binary", "@-"]
    # A first "@" would name a file to --data-binary.
    option = "--data-raw" if text.startswith("@") else "--data-binary"
    return "", [option, _quoted(text, encoding="utf-8", ascii_only=ascii_only, always=True)]


def _quoted(text: str, *, encoding: str, ascii_only: bool, always: bool = False) -> str:
    """One word of the shell; as bytes in `$'...'` when the text holds what cannot stand on a line."""
    if text.isprintable() and (text.isascii() or not ascii_only):
        plain = shlex.quote(text) == text and not always
        return text if plain else "'" + text.replace("'", "'\\''") + "'"
    return f"$'{''.join(_ansi(character, encoding, ascii_only=ascii_only) for character in text)}'"


def _ansi(character: str, encoding: str, *, ascii_only: bool) -> str:
    if character in _ANSI:
        return _ANSI[character]
    if character.isprintable() and (character.isascii() or not ascii_only):
        return character
    # Octal has a fixed length, so that a digit behind it is not taken for a part of it.
    return "".join(f"\\{byte:03o}" for byte in _bytes(character, encoding))


def _bytes(character: str, encoding: str) -> bytes:
    """Header lines are Latin-1 on the wire (RFC 9110, section 5.5); what does not fit there was sent as UTF-8."""
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return character.encode("utf-8", "surrogatepass")


_ANSI = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
