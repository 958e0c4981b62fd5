"""The mocked cloud: every AWS call of a handler is seen, answered without a network, and failed on request."""

from contracts.aws.cloud import Cloud

__all__ = ["Cloud"]
