"""Identities: who is let in, who is not, and what one identity may see of another."""

from __future__ import annotations

from contracts.checks.identities.credentials import CredentialsAreAskedFor, KnownCallersAreForbidden
from contracts.checks.identities.remembering import RememberedPoliciesAreWideEnough
from contracts.checks.identities.strangers import ThingsOfOthersAreOutOfReach

__all__ = [
    "CredentialsAreAskedFor",
    "KnownCallersAreForbidden",
    "RememberedPoliciesAreWideEnough",
    "ThingsOfOthersAreOutOfReach",
]
