"""Rules of the promise `payloads` below JSON: what is no JSON is refused, and no bytes make a function fail or hang."""

from __future__ import annotations

from contracts.checks.below_json import exploring, hanging
from contracts.checks.form import FormOfRequests
from contracts.checks.scope import Scope
from contracts.finding import Check


def checks(scope: Scope, form: FormOfRequests) -> tuple[Check, ...]:
    """The checks of what is sent below JSON, and of texts."""
    return (exploring.check(scope, form), hanging.check(scope))
