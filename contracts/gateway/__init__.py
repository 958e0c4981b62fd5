"""gateway: API Gateway's rules: a request becomes an event, a reply becomes a response. Pure, no I/O.

Each rule names its source by one of these keys:

* LS: LocalStack's tests that were run against AWS (`aws.validated`), with snapshots recorded there.
* DN: aws-lambda-dotnet, snapshots of its Lambda test tool recorded on AWS.
* VK: hotsock/voker, live events. CH: chalice's tests of a deployed API. CAP: other public captures.
* SAGE: public migration notes that observed AWS. MS, FL: ministack and floci, measured on AWS by their authors.
* SAM: aws-sam-cli's local gateway. D: AWS documentation.
* C: another emulator's code alone. R: community knowledge. I: inferred from a recorded fact.
"""

from __future__ import annotations

from contracts.gateway.api import Api, answer, deploy, route
from contracts.gateway.deployment import ApiKey, Deployment, Moment, Usage
from contracts.gateway.methods import Unsupported

__all__ = ["Api", "ApiKey", "Deployment", "Moment", "Unsupported", "Usage", "answer", "deploy", "route"]
