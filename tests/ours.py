"""Our own service as it is configured: its contract, its template, and who may call it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts import configuration
from contracts.run import Settings

ROOT = Path(__file__).parent.parent


def settings(folder: Path = ROOT, **changes: Any) -> Settings:
    """
    What `contracts run` asks for in a folder.

    Args:
        changes: Attributes of the settings that are others here.
    """
    return replace(Settings.of(configuration.find(folder)), **changes)


def toml(**budgets: int) -> str:
    """A `contracts.toml` for any folder that asks our own service with other budgets."""
    ours = settings()
    lines = [f"{name} = {json.dumps(str(path))}" for name, path in _files(ours).items()]
    lines += ["[budgets]", *(f"{name} = {value}" for name, value in budgets.items())]
    lines += ["[parameters]", *(f"{name} = {json.dumps(value)}" for name, value in ours.parameters.items())]
    for each in ours.identities:
        shown = {
            "name": each.name,
            "bearer": each.bearer,
            "api-key": each.api_key,
            "access-key": each.access_key,
            "secret-key": each.secret_key,
        }
        lines += ["[[identities]]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in shown.items() if value is not None]
    return "\n".join(lines) + "\n"


def _files(ours: Settings) -> dict[str, Path]:
    found = {"contract": ours.contract, "template": ours.template}
    return found if ours.key_set is None else {**found, "key-set": ours.key_set}
