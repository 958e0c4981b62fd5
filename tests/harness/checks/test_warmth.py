"""A warm function answers as a cold one; what a server makes up may differ."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks.warmth import differs, mistaken_member, other_headers


def answered(make: Any, status: int, body: Any, *, sent: Any = None) -> Any:
    contract = make.notes()
    return make.exchange(make.of(contract, "createNote"), status, body, sent=sent)


@pytest.mark.parametrize(
    ("cold", "warm", "words"),
    [
        ((201, {"id": "a"}), (502, {}), "answered 502 instead of 201"),
        ((404, {}), (200, {}), "answered 200 instead of 404"),
        ((200, {"items": [1]}), (200, {"items": [1, 1]}), "answered another `items`"),
        ((200, {"a": {"b": None}}), (200, {"a": {"b": "x"}}), "answered another `a/b`"),
        ((200, {"a": 1}), (200, {"a": 1, "of": "before"}), "answered another `of`"),
        ((200, {}), (200, []), "answered another body"),
    ],
)
def test_another_status_or_shape_is_a_difference(make: Any, cold: Any, warm: Any, words: str) -> None:
    """The sentence says what is different, and where."""
    assert differs(answered(make, *cold), answered(make, *warm)) == words


def test_what_was_sent_comes_back(make: Any) -> None:
    """A cold function gives it back; a warm one gives back what somebody else sent."""
    cold = answered(make, 201, {"id": "a", "text": "mine"}, sent={"text": "mine"})
    warm = answered(make, 201, {"id": "b", "text": "theirs"}, sent={"text": "mine"})

    assert differs(cold, warm) == "answered another `text` than was sent"


@pytest.mark.parametrize(
    ("cold", "warm"),
    [
        ((201, {"id": "a", "count": 1}), (201, {"id": "b", "count": 2.5})),
        ((200, {"cold": True}), (200, {"cold": False})),
        ((201, {}), (429, {})),
        ((201, {}), (409, {})),
        ((404, {"detail": "a"}), (404, ["b"])),
    ],
)
def test_ids_counts_limits_and_words_may_differ(make: Any, cold: Any, warm: Any) -> None:
    """A server makes values of its own, counts what it answers, and words its refusals as it likes."""
    assert differs(answered(make, *cold), answered(make, *warm)) is None


@pytest.mark.parametrize(
    ("cold", "warm", "words"),
    [
        ([], [("Repeated", "true")], "answered with `Repeated`"),
        ([("Repeated", "true")], [], "answered without `Repeated`"),
        ([("Repeated", "true")], [("repeated", "false")], None),
        ([], [("Age", "7"), ("X-Cache", "hit"), ("X-Warm", "yes")], None),
    ],
)
def test_a_documented_header_is_there_or_not(make: Any, cold: Any, warm: Any, words: str | None) -> None:
    """Its value may differ; so may what caches add, and what the contract does not speak of."""
    responses = {"201": make.response("201", headers=["Repeated", "Age", "X-Cache"])}
    create = make.of(make.changed("createNote", responses=responses), "createNote")
    one, other = (make.exchange(create, 201, {}, headers=headers) for headers in (cold, warm))

    assert other_headers(create, one, other) == words


@pytest.mark.parametrize(
    ("cold", "before", "warm", "member"),
    [
        ({"of": "en", "names": ["red"]}, {"of": "ko", "names": ["빨강"]}, {"of": "en", "names": ["빨강"]}, "names"),
        (["red"], ["rot"], ["rot"], ""),
        ({"names": ["red"]}, {"names": ["rot"]}, {"names": ["red"]}, None),
        ({"names": ["red"]}, {"names": ["red"]}, {"names": ["red"]}, None),
        ({"names": ["red"]}, {"names": []}, {"names": []}, None),
        (
            {"a": {"since": "2026-01-01T00:00:01Z", "n": 1}},
            *[{"a": {"since": "2026-01-01T00:00:02Z", "n": 2}}] * 2,
            None,
        ),
        ({"tone": "formal"}, {"tone": "plain"}, {"tone": "plain"}, None),
    ],
)
def test_the_words_of_another_answer_are_not_the_answer(cold: Any, before: Any, warm: Any, member: str | None) -> None:
    """What was remembered of another request shows; when it was remembered does not count."""
    assert mistaken_member(cold, before, warm) == member
