"""Clock: one moment as HTTP and as API Gateway write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=16)
def http_date(seconds: int) -> str:
    """The form of RFC 9110, section 5.6.7."""
    return format_datetime(_EPOCH + timedelta(seconds=seconds), usegmt=True)


@lru_cache(maxsize=16)
def request_time(seconds: int) -> str:
    """The form of requestContext.requestTime (DN: `14/Apr/2025:22:12:48 +0000`), whatever the locale."""
    at = _EPOCH + timedelta(seconds=seconds)
    return f"{at:%d}/{_MONTHS[at.month - 1]}/{at.year:04d}:{at:%H:%M:%S} +0000"
