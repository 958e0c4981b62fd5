"""The documentation of what is served: Swagger UI, whose files ship in a package, over the contract's document."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from swagger_ui_bundle import swagger_ui_path

from contracts.http import Headers, Request, Response

DOCS = "/_docs"
"""Where it is; no stage has a name that begins with an underscore and a client would ask for by mistake."""

_DOCUMENT = "openapi.json"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({{
  url: "{document}", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null
}});
</script>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Documentation:
    """
    Pages under `/_docs`.

    Attributes:
        title: The contract's title.
        document: The contract's document, its servers replaced by the path of the stage.
    """

    title: str
    document: Mapping[str, Any]

    @classmethod
    def of(cls, title: str, document: Mapping[str, Any], *, base_path: str) -> Documentation:
        """The documentation of a document that is served below a base path on the same host."""
        return cls(title, {**document, "servers": [{"url": base_path or "/"}]})

    def answer(self, request: Request) -> Response | None:
        """The answer to a request for the documentation; None for any other request."""
        path = request.path
        if path == DOCS:
            return Response(308, Headers((("Location", f"{DOCS}/"),)))
        if not path.startswith(f"{DOCS}/"):
            return None
        if request.method not in ("GET", "HEAD"):
            return Response(405, Headers((("Allow", "GET, HEAD"),)))
        return self._page(path.removeprefix(f"{DOCS}/"))

    def _page(self, name: str) -> Response:
        if name == "":
            page = _PAGE.format(title=escape(self.title), document=_DOCUMENT)
            return _found("text/html; charset=utf-8", page.encode())
        if name == _DOCUMENT:
            return _found("application/json", json.dumps(self.document).encode())
        file = Path(str(swagger_ui_path)) / name
        if "/" in name or name.startswith(".") or not file.is_file():
            return Response(404, Headers((("Content-Type", "text/plain"),)), b"There is no such page.\n")
        return _found(mimetypes.guess_type(name)[0] or "application/octet-stream", file.read_bytes())


def _found(kind: str, body: bytes) -> Response:
    return Response(200, Headers((("Content-Type", kind), ("Cache-Control", "no-store"))), body)
