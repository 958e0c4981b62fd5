"""
The bucket of documents: the only module that knows where a translation lies in Amazon S3.

Its key is `<tenant>/<document id>/translation`: the gateway, which reads it by itself, puts the same key together from
the authorizer's answer and the path (openapi.yaml, getDocumentContent).
"""

from __future__ import annotations

from typing import Any

from documents.document import Document
from webapi.failures import calling

NAME = "translation"


class Contents:
    """Writes and deletes translations; every failure of Amazon S3 is an `AwsFailure`."""

    def __init__(self, client: Any, bucket: str, tenant: str) -> None:
        """
        The translations of one tenant.

        Args:
            client: boto3's client for `s3`.
            bucket: Its name.
            tenant: Whose.
        """
        self._client = client
        self._bucket = bucket
        self._tenant = tenant

    def put(self, document: Document, content: bytes) -> None:
        """Stores the translation of a document, with the headers that it is answered with."""
        with calling("s3"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self.key(document.document_id),
                Body=content,
                ContentType=document.content_type,
                ContentLanguage=document.target_language,
                ContentDisposition=document.disposition(),
            )

    def delete(self, document_id: str) -> None:
        """Deletes the translation of a document; nothing happens when there is none."""
        with calling("s3"):
            self._client.delete_object(Bucket=self._bucket, Key=self.key(document_id))

    def key(self, document_id: str) -> str:
        """The key of a document's translation; ids of tenants have one length, so that none begins like another."""
        return f"{self._tenant}/{document_id}/{NAME}"
