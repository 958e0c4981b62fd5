"""The console report: what a person reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from contracts.errors import Location
from contracts.exchange import Case, Change, Difference, Exchange
from contracts.finding import Failure, Finding, Gap, OperationRow, Standing, Unavailable, Verdict
from contracts.http import Headers, Request, Response
from contracts.reports import console

EVIL = "\x1b[2J\x1b]0;owned\x07 [bold]x[/bold] :smile: \u202e"


@pytest.mark.parametrize("name", ["kept", "broken", "could_not_run", "interrupted"])
def test_looks_as_agreed(name: str, request: pytest.FixtureRequest, golden: Callable[[str, str], None]) -> None:
    """The report of a verdict is what its golden file shows."""
    golden(f"console-{name.replace('_', '-')}.txt", console.text(request.getfixturevalue(name)))


def test_fits_a_narrow_terminal(could_not_run: Verdict, golden: Callable[[str, str], None]) -> None:
    """At sixty columns the table folds its cells between words and loses nothing."""
    golden("console-narrow.txt", console.text(could_not_run, console.Look(width=60)))


def test_fits_the_narrowest_terminal(broken: Verdict, golden: Callable[[str, str], None]) -> None:
    """At forty columns the table is a list."""
    golden("console-narrowest.txt", console.text(broken, console.Look(width=40)))


def test_wide_characters_take_two_columns() -> None:
    """A table of names in another script stands as straight as one in Latin."""
    row = OperationRow("翻訳を作る", "POST", "/", 5, {}, {"payloads": "kept"})
    other = OperationRow("get", "GET", "/", 5, {}, {"payloads": "kept"})
    lines = console.text(_verdict(promises=("payloads",), operations=(row, other))).splitlines()

    assert len({cell_len(line.partition("kept")[0]) for line in lines[3:5]}) == 1


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.text(st.characters(codec=None), max_size=30), st.binary(max_size=30), st.integers(20, 220), st.booleans())
def test_nothing_that_a_run_meets_is_obeyed_by_a_terminal(
    words: str, body: bytes, width: int, ascii_only: bool
) -> None:
    """Whatever a contract or a service says, every character of the report is printable, and UTF-8 can write it."""
    met = Exchange(
        Case("1", None, Request("POST", f"/{words}", Headers.of([("X-A", words)]), body), "fuzzing", broken=words),
        Response(500, Headers.of([("Content-Type", words), ("Location", words)]), words.encode(errors="ignore") + body),
        invocations=(),
        change=Change((Difference("item", words, {"id": words}, None, {"id": body}),)),
    )
    row = OperationRow(words, "POST", "/", 1, {500: 1}, {words: "broken"}, reason=words)
    verdict = _verdict(
        title=words,
        contract=words,
        promises=(words,),
        operations=(row,),
        failures=(Failure(Finding(words, words, words, words, (met,)), 2),),
        gaps=(Gap(words, words, words, words),),
        unavailable=(Unavailable(words, words, words, Location(words, 1), words),),
        notes=(words,),
    )
    text = console.text(verdict, console.Look(width=width, ascii_only=ascii_only))

    assert all(character.isprintable() for character in text.replace("\n", ""))
    assert text.encode("ascii" if ascii_only else "utf-8")


def test_every_table_line_fits(kept: Verdict) -> None:
    """No line is wider than the terminal, but those to be pasted and the last one, which stays one line."""
    assert max(map(len, console.text(kept, console.Look(width=70)).splitlines()[:-1])) <= 70


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 160, 200])
def test_no_word_of_the_table_is_broken(width: int) -> None:
    """Six promises on any terminal: each, and where it stands, is there in whole words, and nothing is too wide."""
    promises = ("payloads", "statuses", "methods", "sequences", "resilience", "permissions")
    kinds: tuple[Standing, ...] = ("kept", "broken", "could not run") * 2
    row = OperationRow("replaceTranslation", "PUT", "/", 0, {}, dict(zip(promises, kinds, strict=True)))
    text = console.text(_verdict(promises=promises, operations=(row,)), console.Look(width=width))

    said = Counter(re.findall("[A-Za-z]+", text.rpartition("\n\n")[0]))
    assert all(said[promise] == 1 for promise in promises)
    assert said["could"] == said["not"] == said["run"] >= 1
    assert said["broken"] == said["kept"] == said["could"]
    assert max(map(len, text.splitlines()[:-1])) <= width


@pytest.mark.parametrize("name", ["kept", "broken", "could_not_run", "interrupted"])
@pytest.mark.parametrize("width", [1, 40, 200])
def test_fits_any_terminal(name: str, width: int, request: pytest.FixtureRequest) -> None:
    """Down to forty columns no line is wider than the terminal, but those to be pasted, the title and the last one."""
    lines = console.text(request.getfixturevalue(name), console.Look(width=width)).splitlines()
    folded = [line for line in lines[1:-1] if "curl" not in line and not line.strip().startswith("repeat ")]

    assert max(map(len, folded)) <= max(width, 40)


def test_commands_are_never_broken_into_lines(broken: Verdict) -> None:
    """A curl line stands on one line however narrow the terminal is."""
    lines = console.text(broken, console.Look(width=40)).splitlines()

    assert [line for line in lines if "curl" in line and "--data-binary" in line and "target_language" in line]


def test_no_control_characters_without_color(broken: Verdict) -> None:
    """Without color nothing is written that a terminal would obey."""
    text = console.text(broken)

    assert all(character.isprintable() for character in text.replace("\n", ""))


def test_color_is_the_only_difference(broken: Verdict) -> None:
    """With color the words are the same."""
    colored = console.text(broken, console.Look(color=True))
    words = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", colored).splitlines()]

    assert "\x1b[" in colored
    assert words == console.text(broken).splitlines()


def test_foreign_text_cannot_control_the_terminal() -> None:
    """Escape sequences, markup and direction marks in what the run met are shown, not obeyed."""
    response = Response(500, Headers.of([("Content-Type", EVIL)]), EVIL.encode())
    met = Exchange(Case("1", None, Request("GET", "/"), "fuzzing", broken=EVIL), response)
    verdict = _verdict(failures=(Failure(Finding(EVIL, EVIL, EVIL, EVIL, (met,)), 1),), notes=(EVIL,), title=EVIL)
    text = console.text(replace(verdict, gaps=(Gap(EVIL, EVIL, EVIL, EVIL),)))

    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[bold]x[/bold] :smile:" in text


def test_ascii_alone_when_asked(broken: Verdict) -> None:
    """A stream that knows only ASCII gets only ASCII, with escapes in place of the rest."""
    text = console.text(broken, console.Look(ascii_only=True))

    assert text.isascii()
    assert '$\'{"text": "it\\\'s \\303\\251"' in text


def test_gaps_are_folded_by_kind(kept: Verdict) -> None:
    """Many gaps of one kind take one line, and the kind with most of them is first."""
    gaps = (Gap("methods", "few", None, "one thing"), *(Gap("payloads", "many", f"op{n}", "thing") for n in range(9)))
    lines = console.text(replace(kept, gaps=gaps)).splitlines()
    [many] = [number for number, line in enumerate(lines) if "many" in line]
    [few] = [number for number, line in enumerate(lines) if "few" in line]

    assert lines[many].strip() == "9  payloads, many: op0: thing (and 8 more like it)"
    assert few == many + 1


def test_a_finding_without_an_exchange() -> None:
    """A failure that no request shows (a policy that grants too much) is still written."""
    verdict = _verdict(failures=(Failure(Finding("permissions", "unused", "getX", "Too much.", ()), 1),))

    assert "Too much." in console.text(verdict)


def test_repeats_with_the_options_that_were_given(broken: Verdict) -> None:
    """The line that repeats a failure has the options of this run, the operation, the promise and the seed."""
    text = console.text(broken, console.Look(width=150, command="contracts run --contract other.yaml"))

    assert "repeat  contracts run --contract other.yaml --operation createTranslation --only payloads --seed 7" in text


def test_an_operation_without_id_is_quoted() -> None:
    """A name of method and path is one word of the shell in the line that repeats it."""
    verdict = _verdict(failures=(Failure(Finding("payloads", "c", "GET /x/{id}", "m", ()), 1),))

    assert "--operation 'GET /x/{id}' --only" in console.text(verdict)


def test_short_names_do_not_fold_the_heading() -> None:
    """The heading of a column stands on one line however short the names below it are."""
    row = OperationRow("a", "GET", "/", 1, {}, {"payloads": "kept"})
    lines = console.text(_verdict(promises=("payloads",), operations=(row,))).splitlines()

    assert lines[2:4] == ["operation  requests  payloads", "a                 1  kept"]


def test_one_reason_is_said_once() -> None:
    """Operations that one reason keeps from running share its lines, whether a row or an entry tells it."""
    rows = tuple(OperationRow(name, "GET", "/", 0, {}, {}, "no handler") for name in ("a", "b", "c"))
    entries = (Unavailable("no table", "a"), Unavailable("no table", "b", "methods"))
    text = console.text(_verdict(operations=rows, unavailable=entries))

    assert "a; b, methods: no table\n" in text
    assert "a; b; c: no handler\n" in text
    assert text.splitlines()[-1].startswith("could not run: 1 reason above, 3 operations")


def test_what_does_not_stand_alone_is_repeated_as_a_whole() -> None:
    """A run narrowed to one operation would not do again what the others left behind."""
    finding = Finding("p", "c", "o", "m", (), alone=False)
    text = console.text(_verdict(failures=(Failure(finding, 1),)))
    lines = [" ".join(line.split()) for line in text.splitlines()]

    assert "needs what other requests of the run left behind may have had a part in it" in lines
    assert "repeat contracts run --seed 1" in lines
    whole = console.text(_verdict(failures=(Failure(replace(finding, alone=True), 1),)))
    assert "repeat  contracts run --operation o --only p --seed 1" in whole


def test_a_long_body_is_named_and_not_shown() -> None:
    """A body too long for a command line is told by its size, in the request and in the answer."""
    met = Exchange(Case("1", None, Request("POST", "/", body=b"x" * 10_000), "p"), Response(200, body=b"y" * 10_000))
    text = console.text(_verdict(failures=(Failure(Finding("p", "c", "o", "m", (met,)), 1),)))

    assert "request-body: 10,000 bytes" in text
    assert "9,700 more characters" in " ".join(text.split())
    assert len(text) < 2_000


@pytest.mark.parametrize(
    ("members", "last"),
    [
        ({}, "kept: 0 promises over 0 operations; 0 exchanges in 0.0 s; seed 1"),
        (
            {"interrupted": True},
            "could not run: interrupted before its end; 0 exchanges in 0.0 s; seed 1",
        ),
    ],
    ids=["kept", "interrupted"],
)
def test_last_line(members: dict[str, object], last: str) -> None:
    """The last line says the verdict and how much it rests on."""
    assert console.text(_verdict(**members)).splitlines()[-1] == last


def _verdict(**members: object) -> Verdict:
    known: dict[str, object] = {
        "contract": "openapi.yaml",
        "template": None,
        "title": "T",
        "seed": 1,
        "exchanges": 0,
        "fingerprint": "",
        "duration_seconds": 0.0,
        "promises": (),
        "operations": (),
    }
    return Verdict(**(known | members))  # type: ignore[arg-type]  # members of Verdict
