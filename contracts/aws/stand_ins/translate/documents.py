"""
Documents as TranslateDocument takes them: bytes of text, of HTML, of a Word document.

https://docs.aws.amazon.com/translate/latest/APIReference/API_Document.html
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from lzma import LZMAError
from xml.sax.saxutils import escape, unescape

from contracts.aws.stand_ins.translate.refused import RefusedError
from contracts.aws.stand_ins.translate.texts import Manner

# The model says 102,400 bytes; the guide says 100,000 characters.
# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
_MOST_BYTES = 102_400
_MOST_CHARACTERS = 100_000

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# https://learn.microsoft.com/en-us/office/open-xml/word/structure-of-a-wordprocessingml-document
_MAIN_PART = "word/document.xml"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_RUN = re.compile(r"(<w:t(?:\s[^<>]*)?>)([^<>]*)(</w:t>)")
_LARGEST_PART = 10_000_000
_BROKEN = (
    EOFError,
    KeyError,
    LZMAError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Document:
    """
    A document that can be read.

    Attributes:
        text: All that there is to translate.
        translated: The document's bytes with every text translated in that manner.
    """

    text: str
    translated: Callable[[Manner], bytes]


def document(content: bytes, content_type: str) -> Document:
    """
    A document from its bytes.

    Raises:
        RefusedError: `LimitExceededException` when it is too large, `InvalidRequestException` when it is empty,
            of another type, or not what its type says.
    """
    if len(content) > _MOST_BYTES:
        raise RefusedError("LimitExceededException", f"The document exceeds {_MOST_BYTES} bytes.")
    if not content:
        raise RefusedError("InvalidRequestException", "The document is empty.")
    reader = _READERS.get(content_type.partition(";")[0])
    if reader is None:
        raise RefusedError("InvalidRequestException", f"The content type {content_type} is not supported.")
    found = reader(content)
    if len(found.text) > _MOST_CHARACTERS:
        raise RefusedError("LimitExceededException", f"The document exceeds {_MOST_CHARACTERS} characters.")
    return found


def _plain(content: bytes) -> Document:
    text = _decoded(content)
    return Document(text, lambda manner: manner.translated(text).encode())


def _html(content: bytes) -> Document:
    text = _decoded(content)
    return Document(text, lambda manner: manner.translated_markup(text).encode())


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("InvalidRequestException", "The document is not UTF-8.") from None


def _word(content: bytes) -> Document:
    parts = _unpacked(content)
    texts = {info.filename: _decoded(part) for info, part in parts if _PARTS.fullmatch(info.filename)}
    if _MAIN_PART not in texts:
        raise RefusedError("InvalidRequestException", "The document is no Word document.")
    everything = "\n".join(unescape(run[2]) for text in texts.values() for run in _RUN.finditer(text))
    return Document(everything, lambda manner: _packed(parts, texts, manner))


def _unpacked(content: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST_PART:
                raise RefusedError("LimitExceededException", "The document is too large when it is unpacked.")
            parts = [(info, archive.read(info)) for info in archive.infolist()]
    except _BROKEN:
        raise RefusedError("InvalidRequestException", "The document is no Word document.") from None
    if len({info.filename for info, _ in parts}) < len(parts):
        raise RefusedError("InvalidRequestException", "The document has two parts of one name.")
    return parts


def _packed(parts: list[tuple[zipfile.ZipInfo, bytes]], texts: dict[str, str], manner: Manner) -> bytes:
    def run(found: re.Match[str]) -> str:
        text = unescape(found[2])
        return found[1] + (escape(manner.translated(text)) if text.strip() else found[2]) + found[3]

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, part in parts:
            text = texts.get(info.filename)
            # Under the name and the time of the original: the same document is translated into the same bytes.
            copied = zipfile.ZipInfo(info.filename, info.date_time)
            copied.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(copied, part if text is None else _RUN.sub(run, text).encode())
    return packed.getvalue()


_READERS: dict[str, Callable[[bytes], Document]] = {"text/plain": _plain, "text/html": _html, _WORD: _word}
