"""serve: a `Target` on a loopback socket, for any HTTP client, with documentation to try it out at `/_docs`."""

from __future__ import annotations

from contracts.serve.documentation import DOCS, Documentation
from contracts.serve.server import Served, bound, serving

__all__ = ["DOCS", "Documentation", "Served", "bound", "serving"]
