"""The subject of a run: what is configured is what is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.configuration import Configuration, Ignored, find
from contracts.errors import ConfigurationError, Location
from contracts.identities import Identity
from contracts.run import Settings
from contracts.run.subject import read


def test_what_is_configured_is_asked_for(tmp_path: Path) -> None:
    """Every member that means something to a run, and the budgets."""
    contract, template = tmp_path / "openapi.yaml", tmp_path / "template.yaml"
    contract.touch()
    template.touch()
    alice = Identity("alice", api_key="secret")
    places = {"operations": Location("contracts.toml", 3)}

    asked = Settings.of(
        Configuration(
            folder=tmp_path,
            parameters={"Stage": "v1"},
            promises=("payloads",),
            operations=("getNote",),
            places=places,
            seed=7,
            budgets={"examples": 5, "scenarios": 6, "steps": 2},
            identities=(alice,),
            key_set=tmp_path / "keys.json",
        )
    )

    assert asked == Settings(
        contract,
        template,
        {"Stage": "v1"},
        promises=("payloads",),
        operations=("getNote",),
        places=places,
        seed=7,
        examples=5,
        scenarios=6,
        steps=2,
        identities=(alice,),
        key_set=tmp_path / "keys.json",
    )


def test_parameters_belong_to_the_template_that_they_are_configured_with(tmp_path: Path) -> None:
    """Another template may be named, and need not have them; those that are named with it must be its own."""
    (tmp_path / "contracts.toml").write_text(
        'contract = "api.yaml"\ntemplate = "one.yaml"\n[parameters]\nStage = "v1"\n', encoding="utf-8"
    )
    for name in ("api.yaml", "one.yaml", "other.yaml"):
        (tmp_path / name).touch()
    configured = find(tmp_path)
    other = tmp_path / "other.yaml"

    assert not Settings.of(configured).parameters_of_another
    assert Settings.of(configured.overridden(template=other)).parameters_of_another
    assert not Settings.of(configured.overridden(template=other, parameters={"A": "1"})).parameters_of_another


def test_nothing_is_asked_for_where_there_is_no_contract(tmp_path: Path) -> None:
    """The configuration says so, with what to do."""
    with pytest.raises(ConfigurationError, match="there is no contract"):
        Settings.of(Configuration(folder=tmp_path))


@pytest.mark.parametrize(
    ("ignored", "message", "cure"),
    [
        (Ignored("invalid-request-refuse", "known"), "no check `invalid-request-refuse`", "`invalid-request-refused`"),
        (Ignored("server-error", "known", "createNotes"), "no operation `createNotes`", "`createNote`"),
    ],
)
def test_what_is_ignored_has_a_name_that_reports_have(ignored: Ignored, message: str, cure: str) -> None:
    """Else nothing would be ignored: the nearest name is told, and nothing runs."""
    app = Path(__file__).parents[2] / "apps" / "notes"
    place = Location("contracts.toml", 4)
    settings = Settings(app / "openapi.yaml", app / "template.yaml", ignore=(ignored,), places={"ignore": place})

    with pytest.raises(ConfigurationError, match=message) as raised:
        read(settings)

    assert raised.value.location == place
    assert cure in (raised.value.cure or "")
