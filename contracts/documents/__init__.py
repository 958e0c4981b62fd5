"""Documents: YAML and JSON with line numbers, CloudFormation tags, `$ref` across files."""

from contracts.documents.pointers import Keys, keys_of, pointer_of
from contracts.documents.reading import Document, Documents, Found

__all__ = ["Document", "Documents", "Found", "Keys", "keys_of", "pointer_of"]
