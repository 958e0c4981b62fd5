"""Which of moto's backends answers a wire request; nothing of moto is called through its front door.

The table of URLs that moto builds anew for every request is built once a service here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import moto.backends
from moto import backend_index
from moto.core.exceptions import HTTPException  # type: ignore[attr-defined]  # werkzeug's, which moto depends on
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.request import normalize_request
from moto.core.utils import get_equivalent_url_in_aws_domain

Parts = tuple[int, Any, Any]
_Handler = Callable[[Any, str, Any], Any]


class Routes:
    """moto's backends by URL."""

    def __init__(self) -> None:
        self._services: dict[str, tuple[str, ...]] = {}
        self._urls: dict[str, tuple[tuple[re.Pattern[str], _Handler], ...]] = {}

    def answer(self, request: Any) -> Parts | None:
        """
        What moto answers, or None when it has nothing for the URL.

        Args:
            request: botocore's `AWSPreparedRequest`.
        """
        handler = self._handler(request.url)
        if handler is None:
            return None
        normalized = normalize_request(request)
        try:
            status, headers, body = handler(normalized, normalized.raw_url, normalized.headers)
        except HTTPException as error:
            return int(error.code or 500), dict(error.get_headers()), error.get_body()
        return int(status), headers, body

    def _handler(self, url: str) -> _Handler | None:
        parsed, _ = get_equivalent_url_in_aws_domain(url)
        place = f"{parsed.scheme}://{parsed.netloc}{parsed.path}"
        for service in self._services_of(place):
            for pattern, handler in self._urls_of(service):
                if pattern.match(place):
                    return handler
        return None

    def _services_of(self, place: str) -> tuple[str, ...]:
        host = place[: place.find("/", 8) + 1] or place
        found = self._services.get(host)
        if found is None:
            found = tuple(service for service, pattern in backend_index.backend_url_patterns if pattern.match(place))
            self._services[host] = found
        return found

    def _urls_of(self, service: str) -> tuple[tuple[re.Pattern[str], _Handler], ...]:
        found = self._urls.get(service)
        if found is None:
            backends: Any = moto.backends.get_backend(service)  # type: ignore[call-overload]  # a name known at run time
            account = backends[DEFAULT_ACCOUNT_ID]
            backend = account["us-east-1"] if "us-east-1" in account else account["aws"]
            found = tuple((re.compile(url), handler) for url, handler in backend.urls.items())
            self._urls[service] = found
        return found


def in_aws_domain(url: str, service: str, *, region: str, bucket: str | None) -> str:
    """
    The URL that the same request would have without the handler's own endpoint (`http://localhost:8000`).

    Args:
        url: Of the wire request.
        service: The endpoint prefix.
        region: Of the client.
        bucket: Of an S3 call; it may stand in front of the host.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
        return url
    path = f"/{bucket}{parts.path}" if bucket and host.startswith(f"{bucket}.") else parts.path
    return urlunsplit(("https", f"{service}.{region}.amazonaws.com", path or "/", parts.query, ""))
