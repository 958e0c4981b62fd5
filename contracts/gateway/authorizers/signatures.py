"""Signatures: AWS_IAM. Signature Version 4 of known test credentials, recomputed by botocore's signer.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (D)

The words of the refusals are those of AWS's services (R); what is recorded of API Gateway says only that there are
some (MS).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from contracts.gateway.authorizers.admission import Desk
from contracts.gateway.callers import Caller
from contracts.gateway.calls import Call
from contracts.gateway.deployment import AccessKey
from contracts.gateway.refusals import BAD_AUTHORIZATION, NO_ROUTE, Kind, Refusal

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "execute-api"
TIME = "%Y%m%dT%H%M%SZ"
SKEW = timedelta(minutes=5)
UNKNOWN_KEY = Kind(
    "INVALID_SIGNATURE",
    403,
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
)
INVALID = Kind(
    "INVALID_SIGNATURE",
    403,
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.",
)
_SECONDS = re.compile(r"[0-9]{1,7}")
_SIGNATURE_PARAMETER = re.compile(r"(^|&)X-Amz-Signature=[^&]*")


@dataclass(frozen=True, slots=True)
class _Signature:
    """
    What a request says of its signature.

    Attributes:
        scope: Date, region, service and `aws4_request`.
        lifetime: How long it is good, from `at`; None for five minutes around it.
    """

    key_id: str
    scope: tuple[str, ...]
    signed_headers: tuple[str, ...]
    value: str
    at: datetime
    lifetime: timedelta | None = None


@dataclass(frozen=True, slots=True)
class IamAuthorizer:
    """AWS_IAM: a call is signed by one of these keys."""

    access_keys: tuple[AccessKey, ...]
    judges: bool = False
    needs_allow: bool = False

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:  # noqa: ARG002 - the protocol's form
        """Who signed the call."""
        signature = _signature(call)
        if isinstance(signature, Refusal):
            return signature
        key = next((each for each in self.access_keys if each.id == signature.key_id), None)
        if key is None:
            return Refusal(UNKNOWN_KEY)
        problem = _problem(signature, call)
        if problem is not None:
            return Refusal(INVALID, problem)
        computed = _computed(signature, key, call)
        if not compare_digest(computed.encode(), signature.value.encode("utf-8", "replace")):
            return Refusal(INVALID)
        return _caller(key, call)


def unreadable(value: str) -> Refusal:
    """
    The complaint about an Authorization header that is no signature, where API Gateway takes it for one.

    CAP, SAGE: a value without an equal sign; R for one that has some.
    """
    digest = base64.b64encode(hashlib.sha256(value.encode("utf-8", "replace")).digest()).decode("ascii")
    hashed = "ashed with SHA-256 and encoded with Base64)"
    if "=" not in value:
        message = f"Invalid key=value pair (missing equal-sign) in Authorization header (h{hashed}: '{digest}'."
    else:
        missing = " ".join(
            f"Authorization header requires '{name}' parameter."
            for name in ("Credential", "Signature", "SignedHeaders")
        )
        date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        message = f"{missing} {date} (H{hashed} Authorization={digest}"
    return Refusal(BAD_AUTHORIZATION, message)


def _signature(call: Call) -> _Signature | Refusal:
    query = dict(call.query)
    header = (call.request.headers.get("Authorization") or "").strip()
    if query.get("X-Amz-Algorithm") == ALGORITHM:
        fields = {name: query.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")}
        lifetime = query.get("X-Amz-Expires", "")
        found = _read(
            fields, query.get("X-Amz-Date"), int(lifetime) if lifetime.isdecimal() and len(lifetime) < 7 else 0
        )
    elif not header:
        return Refusal(NO_ROUTE)  # MS, FL R7: an unsigned call is told that its token is missing
    elif not header.startswith(ALGORITHM):
        return unreadable(header)
    else:
        pairs = (each.strip().partition("=") for each in header.removeprefix(ALGORITHM).split(","))
        found = _read({name: value for name, _, value in pairs}, call.request.headers.get("X-Amz-Date"), None)
    return unreadable(header or "=") if found is None else found


def _read(fields: Mapping[str, str], date: str | None, lifetime: int | None) -> _Signature | None:
    key_id, *scope = fields.get("Credential", "").split("/")
    try:
        at = datetime.strptime(date or "", TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    if len(scope) != 4 or not all(fields.get(name) for name in ("SignedHeaders", "Signature")):
        return None
    return _Signature(
        key_id=key_id,
        scope=tuple(scope),
        signed_headers=tuple(fields["SignedHeaders"].lower().split(";")),
        value=fields["Signature"],
        at=at,
        lifetime=None if lifetime is None else timedelta(seconds=min(lifetime, 604_800)),
    )


def _problem(signature: _Signature, call: Call) -> str | None:
    """What is wrong with a signature whatever its value."""
    date, region, service, _ = signature.scope
    if region != call.deployment.region:
        return f"Credential should be scoped to a valid region, not '{region}'. "
    if service != SERVICE:
        return f"Credential should be scoped to correct service: '{SERVICE}'. "
    if date != signature.at.strftime("%Y%m%d"):
        return f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}'"
    now = datetime.fromtimestamp(call.moment.epoch_milliseconds // 1000, UTC)
    said = signature.at.strftime(TIME)
    if now - signature.at > (SKEW if signature.lifetime is None else signature.lifetime):
        earliest = (now - SKEW).strftime(TIME)
        return f"Signature expired: {said} is now earlier than {earliest} ({now.strftime(TIME)} - 5 min.)"
    if signature.at - now > SKEW:
        latest = (now + SKEW).strftime(TIME)
        return f"Signature not yet current: {said} is still later than {latest} ({now.strftime(TIME)} + 5 min.)"
    return None


def _computed(signature: _Signature, key: AccessKey, call: Call) -> str:
    """The signature that the request should have; empty where nobody could have signed it."""
    request = call.request
    path, mark, query = request.target.partition("?")
    target = path + mark + _SIGNATURE_PARAMETER.sub("", query)
    signed = AWSRequest(method=request.method, url=f"https://{call.deployment.host}{target}", data=request.body or b"")
    for name in signature.signed_headers:
        values = request.headers.get_all(name)
        if values:
            signed.headers[name] = ",".join(values)
    content = request.headers.get("X-Amz-Content-SHA256")
    if content is not None and content != hashlib.sha256(request.body or b"").hexdigest():
        return ""
    _, region, service, _ = signature.scope
    signer = SigV4Auth(Credentials(key.id, key.secret), service, region)
    signed.context["timestamp"] = signature.at.strftime(TIME)
    try:
        computed: str = signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)
    except ValueError:  # text that is no UTF-8
        return ""
    return computed


def _caller(key: AccessKey, call: Call) -> Caller:
    account = call.deployment.account_id
    arn = f"arn:aws:iam::{account}:user/{key.user}"
    user_id = "AIDA" + base64.b32encode(hashlib.sha256(arn.encode()).digest())[:17].decode("ascii")
    identity = {"accessKey": key.id, "accountId": account, "caller": user_id, "user": user_id, "userArn": arn}
    return Caller(identity=identity, principals=(arn, account, f"arn:aws:iam::{account}:root"), signed=True)
