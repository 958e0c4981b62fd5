"""Bodies below JSON: bytes that are no JSON, that parsers disagree about, or that are more than a parser can take.

RFC 8259 says which is which: what is no JSON text is refused (2); two members of one name (4), a byte order mark and
other encodings (8.1), numbers out of range (6), unpaired surrogates (8.2) and deep nesting (9) are left to each parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.checks.boundaries.bodies import placed
from contracts.checks.requests import Member, types_of
from contracts.http import Request

# Stands for a value until the bytes of one are put in its place: a text that nobody sends.
_PLACE = "a5c0de-place-of-a-value"
DEEP = (100, 10_000)


@dataclass(frozen=True, slots=True)
class Raw:
    """
    A body as bytes.

    Attributes:
        what: What is different, after "the same request".
        wrong: What is wrong with it where it is no JSON; empty where it is, or where parsers disagree.
        like: A body that a schema judges as it would this one, where this one is JSON that not all can read: what it
            does not allow is to be refused; None where nobody can tell.
        foreign: Whether it has a constant that only some parsers know, which must never come back.
    """

    what: str
    body: bytes
    wrong: str = ""
    like: bytes | None = None
    foreign: bool = False


def malformed(body: bytes) -> Iterator[Raw]:
    """Bodies that are no JSON, made from one that is."""
    yield Raw("with a body that ends too early", body[:-1], "it ends too early")
    yield Raw("with a body that goes on after its end", body + b"}", "something follows the value")
    yield Raw("with a body of two values", body + b" " + body, "something follows the value")
    if body[:1] in (b"{", b"[") and len(body) > 2:
        yield Raw("with a comma before the end of its body", body[:-1] + b"," + body[-1:], "a comma before the end")
        yield Raw("with a comment in its body", body[:1] + b"/* */" + body[1:], "a comment")
    if b"'" not in body and b'"' in body:
        yield Raw("with single quotes in its body", body.replace(b'"', b"'"), "single quotes")
    yield Raw("with a body that is no text", b"\xff\xfe\xfd" + body, "bytes that are no UTF-8")
    yield Raw("with a body that is a word", b"undefined", "a word that is no value")


def disputed(body: bytes) -> Iterator[Raw]:
    """Bodies that some parsers take."""
    yield Raw("with a byte order mark before its body", b"\xef\xbb\xbf" + body)
    yield Raw("with its body in UTF-16", body.decode("utf-8", "replace").encode("utf-16"))
    if body[:1] == b"{" and len(body) > 2:
        yield Raw("with every member of its body twice", body[:-1] + b"," + body[1:])


def nested(request: Request, pointer: str) -> Iterator[Raw]:
    """Arrays in arrays, in place of a value: what does not allow a hundred does not allow ten thousand."""
    shallow = _put(request, pointer, b"[" * DEEP[0] + b"]" * DEEP[0])
    for depth in DEEP:
        what = f"with {depth:,} arrays in each other {_where(pointer)}"
        yield Raw(what, _put(request, pointer, b"[" * depth + b"]" * depth), like=shallow)
        yield Raw(f"{what}, not closed", _put(request, pointer, b"[" * depth), "it ends too early")


def values(request: Request, member: Member) -> Iterator[Raw]:
    """Values of a member that JSON can write, or seems to, and that not every parser can read."""
    pointer, types = member.name, types_of(member.schema)
    where = _where(pointer)
    for constant in (b"NaN", b"Infinity", b"-Infinity"):
        yield Raw(f"with {constant.decode()} {where}", _put(request, pointer, constant), foreign=True)
    long = _put(request, pointer, b"1" + b"0" * 400)
    yield Raw(f"with an integer of 401 digits {where}", long, like=long)
    yield Raw(f"with an integer of 5,000 digits {where}", _put(request, pointer, b"9" * 5_000), like=long)
    yield Raw(f"with 1e400 {where}", _put(request, pointer, b"1e400"), like=long, foreign=True)
    if types & {"integer", "number"} or not types:
        # DynamoDB keeps 38 significant digits, from 1E-130 to 9.99E+125.
        yield Raw(f"with a number of 50 digits {where}", _put(request, pointer, b"1." + b"1234567890" * 5))
        yield Raw(f"with 1e-300 {where}", _put(request, pointer, b"1e-300"))
        yield Raw(f"with 1e300 {where}", _put(request, pointer, b"1e300"))
    if "string" in types or not types:
        yield Raw(f"with half a character {where}", _put(request, pointer, rb'"\ud800"'))
        yield Raw(
            f"with the halves of a character in the wrong order {where}", _put(request, pointer, rb'"\ude00\ud83d"')
        )
        yield Raw(f"with U+0000 {where}", _put(request, pointer, rb'"\u0000"'))
        yield Raw(f"with a byte that is no UTF-8 {where}", _put(request, pointer, b'"\xff"'))


def _where(pointer: str) -> str:
    return f"in `{pointer}`" if pointer else "for a body"


def _put(request: Request, pointer: str, value: bytes) -> bytes:
    """The request's body with the bytes of a value in the place of a member."""
    body = placed(request, pointer, _PLACE).body or b""
    return body.replace(f'"{_PLACE}"'.encode(), value)
