"""gateway: API Gateway's rules: a request becomes an event, a reply becomes a response. Pure, no I/O.

Each rule names its source by one of these keys:

* LS: LocalStack's tests that were run against AWS (`aws.validated`), with snapshots recorded there.
* DN: aws-lambda-dotnet, snapshots of its Lambda test tool recorded on AWS.
* VK: hotsock/voker, live events. LGO: aws-lambda-go, events that were captured. CH: chalice's tests of a deployed API.
  CAP: other public captures.
* SAGE: public migration notes that observed AWS. MS, FL: ministack and floci, measured on AWS by their authors.
* SAM: aws-sam-cli's local gateway. D: AWS documentation.
* C: another emulator's code alone. R: community knowledge. I: inferred from a recorded fact.
"""

from __future__ import annotations

from contracts.gateway.api import Api, answer, deploy, needs, route
from contracts.gateway.authorizers import Cache
from contracts.gateway.authorizers.definitions import definitions as authorizer_definitions
from contracts.gateway.deployment import AccessKey, ApiKey, Deployment, Moment, Usage
from contracts.gateway.domains import Entrances, behind
from contracts.gateway.http_api.targets import DEFAULT_STAGE
from contracts.gateway.methods import Unsupported
from contracts.gateway.omissions import HEALTH_PATHS, omissions, over_quota, settings_left_out
from contracts.gateway.security import enforced
from contracts.gateway.tokens import NO_KEYS, InvalidToken, KeySet, Token, Verifier

__all__ = [
    "DEFAULT_STAGE",
    "HEALTH_PATHS",
    "NO_KEYS",
    "AccessKey",
    "Api",
    "ApiKey",
    "Cache",
    "Deployment",
    "Entrances",
    "InvalidToken",
    "KeySet",
    "Moment",
    "Token",
    "Unsupported",
    "Usage",
    "Verifier",
    "answer",
    "authorizer_definitions",
    "behind",
    "deploy",
    "enforced",
    "needs",
    "omissions",
    "over_quota",
    "route",
    "settings_left_out",
]
