"""A file that is whole whatever happens: the old one, until the new one takes its place in one step."""

from __future__ import annotations

import os
from pathlib import Path


def whole(path: Path, text: str) -> None:
    """
    Write a text, as UTF-8, to a temporary file beside its place, and put it there; missing folders are made.

    What is not a regular file (a pipe, a device) is written to as it is, and a symbolic link is followed.

    Raises:
        OSError: The text could not be written; what was there before still is.
    """
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and not place.is_file():
        place.write_text(text, encoding="utf-8", newline="")
        return
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="")
        if place.exists():
            temporary.chmod(place.stat().st_mode)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
