"""Documents: YAML and JSON become plain values with lines, and references lead from one to another."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.documents import Document, Documents, keys_of, pointer_of
from contracts.documents.reading import parse
from contracts.errors import DocumentError

deterministic = settings(derandomize=True, database=None, deadline=None, max_examples=60)
plain_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def value(text: str, name: str = "a.yaml") -> Any:
    """The value of a document with this text."""
    return parse(text, name).value


def refused(text: str, name: str = "a.yaml") -> DocumentError:
    """The error that this text is refused with."""
    with pytest.raises(DocumentError) as caught:
        parse(text, name)
    return caught.value


def error_of(text: str, name: str) -> DocumentError | None:
    """The error that this text is refused with, or None when it is a document."""
    try:
        parse(text, name)
    except DocumentError as error:
        return error
    return None


def folder(path: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("2010-09-09", "2010-09-09"),
        ("12:30:45", "12:30:45"),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("+7", 7),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("3.0", 3.0),
        ("3.0.1", "3.0.1"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("'7'", "7"),
        ("=", "="),
        ("!!str 7", "7"),
        ('!!int "7"', 7),
    ],
)
def test_a_plain_scalar_is_what_the_core_schema_of_yaml_1_2_says(written: str, expected: Any) -> None:
    """A plain scalar means what YAML 1.2's core schema says, not what YAML 1.1 does."""
    found = value(f"a: {written}")["a"]

    assert (found, type(found)) == (expected, type(expected))


def test_keys_are_text_as_they_are_spelled() -> None:
    """A key is its source spelling, whatever type it would have as a value."""
    assert list(value("200: a\n1.0: b\non: c\n~: d\n0x1: e\n")) == ["200", "1.0", "on", "~", "0x1"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!Ref Name", {"Ref": "Name"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!Sub '${A}-x'", {"Fn::Sub": "${A}-x"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!GetAtt Table.Arn", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!GetAtt Nested.Outputs.Arn", {"Fn::GetAtt": ["Nested", "Outputs.Arn"]}),
        ("!GetAtt [Table, Arn]", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!If [C, 1, !Ref AWS::NoValue]", {"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}),
        ("!GetAZs ''", {"Fn::GetAZs": ""}),
        ("!Base64 7", {"Fn::Base64": "7"}),
        ("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}),
    ],
)
def test_a_tag_of_cloudformation_becomes_its_long_form(written: str, expected: Any) -> None:
    """A short form and its long form are the same value."""
    assert value(f"a: {written}") == {"a": expected}


def test_lines_pass_through_tags_and_aliases() -> None:
    """A pointer into the long form of a tag finds the line in the short form."""
    document = parse("a: !Join\n  - ''\n  - - x\n    - y\nb: &b\n  c: 1\nd: *b\n", "t.yaml")

    assert [document.location(it).line for it in ("/a/Fn::Join/1/1", "/b/c", "/d", "/d/c")] == [4, 6, 7, 6]


def test_merge_keys_bring_in_what_the_mapping_does_not_say_itself() -> None:
    """Own members win over merged ones, and of several merged mappings the first wins."""
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3\n"
    document = parse(text, "m.yaml")

    assert document.value["z"] == {"a": 3, "b": 1, "c": 2}
    assert [document.location(it).line for it in ("/z/a", "/z/b", "/z/c")] == [5, 1, 2]


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_a_location_is_the_line_of_the_key_or_of_what_is_around_it(name: str) -> None:
    """A member is where its key is, an item where it begins, and what does not exist where it would be."""
    document = parse('{\n "a": {\n  "b": [\n   1,\n   {"c": 2}\n  ]\n }\n}\n', name)

    lines = [document.location(it).line for it in ("", "/a", "/a/b/0", "/a/b/1/c", "/a/nowhere/x")]
    assert lines == [1, 2, 4, 5, 2]
    assert document.location(["a", "b", 1]).line == 5


@given(plain_values)
@deterministic
def test_json_is_read_as_pythons_json_reads_it(written: Any) -> None:
    """What `json` writes, `.json` documents read back, and every member has a line."""
    document = parse(json.dumps({"a": written}, indent=1), "a.json")

    assert document.value == {"a": written}
    assert document.location("/a").line == 2


@given(plain_values)
@deterministic
def test_yaml_reads_back_what_pyyaml_writes(written: Any) -> None:
    """Text stays text and numbers stay numbers on the way through YAML."""
    text = yaml.safe_dump({"a": written}, allow_unicode=False, default_style='"')

    assert value(text) == {"a": written}


@given(st.text(alphabet="ab:-[]{}*&!<>|\"'#,? \n\t%@`~0.\x07", max_size=40))
@deterministic
def test_any_text_is_a_document_or_a_clear_error(text: str) -> None:
    """No text makes reading fail in another way than a DocumentError with its place and cure."""
    for name in ("a.yaml", "a.json"):
        error = error_of(text, name)
        assert error is None or (error.location is not None and error.location.path == name and error.cure)


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 'the key "a" stands twice in one mapping, first at line 1', "Remove or rename"),
        ("200: a\n'200': b\n", 2, 'the key "200" stands twice', "Remove or rename"),
        ("a: 1\n---\nb: 1\n", 3, "more than one YAML document", "Keep one document"),
        ("", None, "the file is empty", "Give the file"),
        ("# nothing\n", None, "the file is empty", "Give the file"),
        ("---\n", None, "the file is empty", "Give the file"),
        ("a:\n\tb: 1\n", 2, "this is not YAML", "Indent with spaces"),
        ("a: [1,\nb: 2\n", 1, "this is not YAML", "Correct the syntax"),
        ("a: !Sup x\n", 1, "the tag !Sup is not known", "Did you mean !Sub?"),
        ("a:\n  b: !!binary aGk=\n", 2, "the tag !!binary is not known", "Remove it"),
        ("a: !!int x\n", 1, "'x' is not of the type !!int", "Correct the value"),
        ("a: &a\n  b: *a\n", 1, "an alias stands inside of what it repeats", "Write the repeated part out"),
        ("a: *b\n", 1, "undefined alias", "Correct the syntax"),
        ("a: .inf\n", 1, "not a number that JSON can carry", "in quotes"),
        (f"a: {'9' * 5000}\n", 1, "not a number that JSON can carry", "in quotes"),
        ("? [a]\n: 1\n", 1, "a key is a list or a mapping", "Keys are text"),
        ("a: 1\n<<: 2\n", 2, "`<<` brings in what is no mapping", "alias of a mapping"),
        ("a: x\nb: \x07\n", 2, "the character U+0007 cannot stand in YAML", "Remove it"),
    ],
)
def test_yaml_that_cannot_be_used_is_refused_with_line_and_cure(
    text: str, line: int | None, message: str, cure: str
) -> None:
    """What is wrong in a YAML file is said with its line and what to do."""
    error = refused(text)

    assert message in error.message
    assert (error.location and error.location.line) == line
    assert cure in str(error.cure)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"a": 1,\n "b": {"c": 1,\n "c": 2}}', 3, 'the key "c" stands twice in one object, first at line 2'),
        ('{"a":\n NaN}', 2, "NaN is not a number that JSON can carry"),
        ('{"a":\n 1e999}', 2, "1e999 is not a number"),
        ('{"a": 1,\n b}', 2, "this is not JSON"),
        ("", None, "the file is empty"),
        ("null", None, "the file is empty"),
        ('{"a":\n "\\ud800"}', 2, "half of a surrogate pair"),
        ("[" * 100_000, None, "nested too deeply"),
    ],
)
def test_json_that_cannot_be_used_is_refused_with_its_line(text: str, line: int | None, message: str) -> None:
    """What is wrong in a JSON file is said with its line; JSON has no NaN and no repeated keys."""
    error = refused(text, "a.json")

    assert message in error.message
    assert (error.location and error.location.line) == line


def test_aliases_that_multiply_are_bounded() -> None:
    """Nine aliases of nine aliases, nine times over, are refused and not expanded."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

    assert "aliases repeat more than" in refused("\n".join(lines)).message


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 5_000 + "a", "\n".join(" " * n + "a:" for n in range(2_000))])
def test_nesting_that_would_overflow_the_stack_is_refused(text: str) -> None:
    """No depth of nesting ends the process."""
    assert "nested" in refused(text).message or "not YAML" in refused(text).message


def test_json_without_its_ending_is_read_as_json() -> None:
    """A template in JSON keeps escapes that YAML does not know, whatever its file is called."""
    assert value('{"a": "\\ud83d\\ude00"}', "a.template") == {"a": "\N{GRINNING FACE}"}


def test_a_large_file_is_read(tmp_path: Path) -> None:
    """Half a megabyte of YAML with 20,000 members is a document, and its last line is found."""
    text = "".join(f"k{n}: [{string.ascii_lowercase}]\n" for n in range(20_000))
    document = parse(text, "big.yaml")

    assert document.location("/k19999").line == 20_000


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    """Latin-1 is not guessed; the line of the first wrong byte is said."""
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"a: 1\nb: \xfcber\n")

    with pytest.raises(DocumentError, match="is not UTF-8") as caught:
        Documents().read(str(file))

    assert str(caught.value.location) == f"{file}:2"


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    """Editors on Windows write one; it means nothing."""
    file = tmp_path / "a.json"
    file.write_bytes(b'\xef\xbb\xbf{"a": 1}')

    assert Documents().read(str(file)).value == {"a": 1}


@pytest.mark.parametrize(("name", "message"), [("none.yaml", "no such file"), ("", "is a folder")])
def test_a_file_that_cannot_be_read_is_a_clear_error(tmp_path: Path, name: str, message: str) -> None:
    """A missing file and a folder are said to be what they are."""
    with pytest.raises(DocumentError, match=message):
        Documents().read(str(tmp_path / name))


def test_each_file_is_read_once(tmp_path: Path) -> None:
    """Two names of one file are one document, under the name that came first."""
    folder(tmp_path, {"a.yaml": "b: 1", "sub/c.yaml": "d: 1"})
    documents = Documents()

    assert documents.read(tmp_path / "a.yaml") is documents.read(tmp_path / "sub" / ".." / "a.yaml")


def test_references_lead_to_other_files_and_on(tmp_path: Path) -> None:
    """A chain of references through two files ends at a value, with its file and line."""
    folder(
        tmp_path, {"a.yaml": "x:\n  $ref: sub/b.yaml#/y", "sub/b.yaml": "z: 1\ny:\n  $ref: ../c.json", "c.json": "[7]"}
    )
    documents = Documents()

    found = documents.resolve(documents.read(tmp_path / "a.yaml"), "#/x")
    assert (found.value, found.keys, found.location.line) == ([7], (), 1)


def test_references_are_unescaped() -> None:
    """Percent-encoding is undone first, then ~1 and ~0 (RFC 6901, section 6)."""
    document = Document("a.yaml", {"a/b": {"c~d e": ["x", "y"]}})

    assert Documents().resolve(document, "#/a~1b/c~0d%20e/1").value == "y"


@pytest.mark.parametrize(
    ("reference", "message", "cure"),
    [
        (
            "#/components/schemas/Nota",
            "`#/components/schemas` has no `Nota`",
            "Did you mean `#/components/schemas/Note`?",
        ),
        ("#/components/schemas/X/y", "`#/components/schemas` has no `X`", "There are: Note."),
        ("#/list/01", "`#/list` has no `01`", "Correct the reference"),
        ("other.yaml#/a", "there is no file", "looked for on this machine"),
        ("https://example.org/a.yaml", "leads into the network", "Save that file"),
        ("#components", "must begin with /", "JSON pointer"),
        ("#/circle/a", "leads in a circle", "Write out what is meant"),
    ],
)
def test_a_reference_to_nowhere_is_refused_with_its_place(
    tmp_path: Path, reference: str, message: str, cure: str
) -> None:
    """The error stands where the reference stands, and names what was probably meant."""
    circle = "circle:\n  a: {$ref: '#/circle/b'}\n  b: {$ref: '#/circle/a'}\n"
    text = f"components: {{schemas: {{Note: {{}}}}}}\nlist: [1, 2]\n{circle}x: 1"
    documents = Documents()
    document = documents.read(folder(tmp_path, {"a.yaml": text}) / "a.yaml")

    with pytest.raises(DocumentError) as caught:
        documents.resolve(document, reference, at=("x",))

    assert message in caught.value.message
    assert cure in str(caught.value.cure)
    assert caught.value.location == document.location("/x")
    assert caught.value.location.line == 6


def test_a_pointer_to_nowhere_is_refused() -> None:
    """`at` returns a value or says what is missing."""
    document = parse("a:\n  b: 1\n", "a.yaml")

    assert document.at("/a/b") == 1
    with pytest.raises(DocumentError, match="`#/a` has no `c`"):
        document.at("/a/c")


@given(st.lists(st.text(), max_size=4))
@deterministic
def test_pointers_and_keys_are_the_same_said_twice(keys: list[str]) -> None:
    """Every sequence of keys survives being written as a pointer."""
    assert keys_of(pointer_of(keys)) == tuple(keys)
