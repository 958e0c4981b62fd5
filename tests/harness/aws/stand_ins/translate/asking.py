"""What the stand-in for Amazon Translate is asked with: terminology files and Word documents."""

from __future__ import annotations

import io
import zipfile
from typing import Any

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def imported(client: Any, file: str, *, name: str = "brands", **data: str) -> Any:
    """The properties of a terminology that was just imported, by default from CSV."""
    answer = client.import_terminology(
        Name=name,
        MergeStrategy="OVERWRITE",
        TerminologyData={"File": file.encode(), "Format": "CSV", **data},
    )
    return answer["TerminologyProperties"]


def word_document(*texts: str) -> bytes:
    """A Word document of one paragraph for each text."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document><w:body>{paragraphs}</w:body></w:document>")
    return packed.getvalue()


def word_part(document: bytes, name: str = "word/document.xml") -> str:
    """One part of a Word document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read(name).decode()
