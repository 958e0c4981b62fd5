"""YAML as text: its value by the core schema of YAML 1.2, CloudFormation's tags in their long form, and its lines.

PyYAML composes the nodes. What the nodes mean is decided here, because PyYAML follows YAML 1.1, where `no` is a
boolean, `2010-09-09` a date and `12:30` a number; API Gateway and CloudFormation read them as text.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from contracts.documents.pointers import Keys, index_of
from contracts.errors import DocumentError, Location

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

STANDARD = "tag:yaml.org,2002:"
NULL, BOOL, INT, FLOAT, STR, SEQ, MAP, MERGE = (
    STANDARD + name for name in ("null", "bool", "int", "float", "str", "seq", "map", "merge")
)
# YAML 1.2.2, section 10.3.2 "Tag Resolution", and the merge key, which everybody writes and no schema of 1.2 has.
# Each with the characters that it can begin with.
_DIGITS = "0123456789"
_CORE = (
    (NULL, r"null|Null|NULL|~|", ("", *"nN~")),
    (BOOL, r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    (INT, r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", tuple("-+" + _DIGITS)),
    (
        FLOAT,
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        tuple("-+." + _DIGITS),
    ),
    (MERGE, "<<", ("<",)),
)
_PATTERNS = {tag: re.compile(rf"^(?:{pattern})\Z") for tag, pattern, _ in _CORE}
_RESOLVERS = {
    first: [(tag, _PATTERNS[tag]) for tag, _, firsts in _CORE if first in firsts]
    for first in {first for _, _, firsts in _CORE for first in firsts}
}

# The intrinsic functions that have a short form, by it.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
_PREFIXED = (
    "And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAtt", "GetAZs",
    "GetStackOutput", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub",
    "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
)  # fmt: skip
FUNCTIONS = {"!Ref": "Ref", "!Condition": "Condition"} | {f"!{name}": f"Fn::{name}" for name in _PREFIXED}

# Values that aliases may repeat; more is a bomb ("billion laughs") or a file that nobody wrote by hand.
MOST_REPEATED = 1_000_000
# libyaml composes recursively in C: deeper nesting than this can overflow the machine's stack.
DEEPEST_COMPOSED = 1_000
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENTATION = re.compile(r"^[ \-?:]*", re.MULTILINE)


class _Loader(_Base):
    """Composes nodes; plain scalars get the tags of YAML 1.2."""

    yaml_implicit_resolvers = _RESOLVERS


def compose(text: str, path: str) -> yaml.Node:
    """
    The only document of a YAML text, as nodes.

    Raises:
        DocumentError: It is not YAML, empty, nested absurdly deep, or more than one document.
    """
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        raise DocumentError(
            f"the character U+{ord(unprintable.group()):04X} cannot stand in YAML",
            location=Location(path, text.count("\n", 0, unprintable.start()) + 1),
            cure='Remove it, or write it as an escape in double quotes, for example "\\x07".',
        )
    try:
        if _may_be_deep(text) and _is_deep(text):
            raise _too_deep(path)
        return _only_document(_Loader(text.encode()), path)
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in str(error.problem):  # libyaml 0.2.6 and later has a limit of its own
            raise _too_deep(path) from error
        raise _syntax_error(error, path, text) from error
    except yaml.YAMLError as error:
        raise DocumentError("this is not YAML", location=Location(path), cure="Save it as UTF-8 text.") from error
    except RecursionError as error:
        raise _too_deep(path) from error


def _only_document(loader: _Loader, path: str) -> yaml.Node:
    try:
        node = loader.get_node() if loader.check_node() else None
        if node is None:
            raise DocumentError("the file is empty", location=Location(path), cure="Give the file that you meant.")
        second = loader.get_node() if loader.check_node() else None
        if second is not None:
            raise DocumentError(
                "the file has more than one YAML document",
                location=Location(path, _line(second)),
                cure="Keep one document in a file: remove the line `---` and what does not belong to it.",
            )
        return node
    finally:
        loader.dispose()


def _may_be_deep(text: str) -> bool:
    """Whether a text could be nested deeper than is safe; cheap, and wrong only on the safe side."""
    most = balance = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        balance += 1 if bracket in "[{" else -1
        most = max(most, balance)
    # One column of a block holds at most two levels: a key, and a sequence that is not indented below it.
    indentation = max(map(len, _INDENTATION.findall(text)))
    return most + 2 * indentation > DEEPEST_COMPOSED


def _is_deep(text: str) -> bool:
    """Whether a YAML text is nested deeper than is safe; events come without recursion."""
    depth = 0
    loader = _Loader(text.encode())
    try:
        while depth <= DEEPEST_COMPOSED and loader.check_event():
            event = loader.get_event()
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
    finally:
        loader.dispose()
    return depth > DEEPEST_COMPOSED


def _too_deep(path: str) -> DocumentError:
    return DocumentError(
        "the file is nested too deeply", location=Location(path), cure="Give the file that you meant; this one is odd."
    )


def _syntax_error(error: yaml.MarkedYAMLError, path: str, text: str) -> DocumentError:
    lines = text.splitlines()
    # What is never closed is noticed behind the end of the file; the place where it was opened says more.
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None and mark.line < len(lines)]
    line = marks[0].line + 1 if marks else len(lines) or None
    written = lines[line - 1] if line is not None else ""
    indentation = written[: len(written) - len(written.lstrip())]
    cure = "Correct the syntax at this place; often a quote, a colon or the indentation of the line before is wrong."
    if "\t" in indentation:
        cure = "Indent with spaces: YAML does not allow tabs there."
    started = f" {error.context}" if error.context else ""
    return DocumentError(f"this is not YAML:{started} {error.problem}", location=Location(path, line), cure=cure)


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


class Construction:
    """Turns nodes into plain JSON values; what an anchor names is made once and shared by its aliases."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._made: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._count = 0
        self._repeated = 0

    def value(self, node: yaml.Node) -> Any:
        """
        The value of a node.

        Raises:
            DocumentError: A tag is not known, a key stands twice, or an alias leads into itself or nowhere good.
        """
        try:
            return self._value(node)
        except RecursionError as error:
            raise _too_deep(self._path) from error

    def _value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            self._count += 1
            return self._scalar(node)
        known = self._made.get(id(node))
        if known is not None:
            self._count += known[1]
            self._repeat(known[1], node)
            return known[0]
        if id(node) in self._open:
            raise self._error(
                "an alias stands inside of what it repeats", node, cure="Write the repeated part out, or use `$ref`."
            )
        self._open.add(id(node))
        before = self._count
        self._count += 1
        value = self._collection(node)
        self._open.remove(id(node))
        self._made[id(node)] = value, self._count - before
        return value

    def _repeat(self, size: int, node: yaml.Node) -> None:
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            raise self._error(
                f"aliases repeat more than {MOST_REPEATED:,} values", node, cure="Use fewer aliases in aliases."
            )

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        tag: str = node.tag
        if tag in (STR, MERGE):
            return text
        if tag in FUNCTIONS:
            # The AWS CLI splits at the first dot; an attribute may have more of them.
            return {FUNCTIONS[tag]: text.split(".", 1) if tag == "!GetAtt" else text}
        if tag not in _PATTERNS:
            raise self._unknown_tag(node)
        if _PATTERNS[tag].match(text) is None:
            kind = tag.removeprefix(STANDARD)
            raise self._error(f"{text!r} is not of the type !!{kind}", node, cure="Correct the value or the tag.")
        return self._plain(tag, text, node)

    def _plain(self, tag: str, text: str, node: yaml.ScalarNode) -> Any:
        if tag == NULL:
            return None
        if tag == BOOL:
            return text.lower() == "true"
        if tag == INT and len(text) < 4000:  # Python refuses to read integers of more than 4,300 digits
            return int(text[2:], {"0o": 8, "0x": 16}[text[:2]]) if text[:2] in ("0o", "0x") else int(text)
        number = math.inf if tag == INT or text.lower().endswith(("inf", "nan")) else float(text)
        if math.isinf(number):
            raise self._error(
                f"{text[:40]} is not a number that JSON can carry", node, cure="Write it as text, in quotes."
            )
        return number

    def _collection(self, node: yaml.Node) -> Any:
        value = (
            [self._value(item) for item in node.value]
            if isinstance(node, yaml.SequenceNode)
            else self._mapping(node.value)
        )
        if node.tag in FUNCTIONS:
            return {FUNCTIONS[node.tag]: value}
        if node.tag not in (SEQ, MAP):
            raise self._unknown_tag(node)
        return value

    def _mapping(self, pairs: list[tuple[yaml.Node, yaml.Node]]) -> dict[str, Any]:
        lines: dict[str, int] = {}
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in pairs:
            name = self._key(key)
            if name in lines:
                raise self._error(
                    f'the key "{name}" stands twice in one mapping, first at line {lines[name]}',
                    key,
                    cure="Remove or rename one of the two.",
                )
            lines[name] = _line(key)
            if key.tag == MERGE:
                merged = self._merged(value)
            else:
                own[name] = self._value(value)
        return {**merged, **own} if merged else own

    def _key(self, node: yaml.Node) -> str:
        """The key as it is spelled: in JSON all keys are text."""
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(
                "a key is a list or a mapping", node, cure="Keys are text; put quotes round it if it holds { or [."
            )
        if not node.tag.startswith(STANDARD):
            raise self._error(f"a key has the tag {node.tag}", node, cure="Remove the tag from the key.")
        text: str = node.value
        return text

    def _merged(self, node: yaml.Node) -> dict[str, Any]:
        """What `<<` brings in; of several mappings the first wins (https://yaml.org/type/merge.html)."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for each in nodes:
            value = self._value(each)
            if not isinstance(value, dict):
                raise self._error("`<<` brings in what is no mapping", each, cure="Give it an alias of a mapping.")
            found = {**value, **found}
        return found

    def _unknown_tag(self, node: yaml.Node) -> DocumentError:
        tag = node.tag.replace(STANDARD, "!!")
        nearest = difflib.get_close_matches(tag, FUNCTIONS, 1)
        cure = f"Did you mean {nearest[0]}?" if nearest else "Remove it; known are those of CloudFormation, as !Sub."
        return self._error(f"the tag {tag} is not known", node, cure=cure)

    def _error(self, message: str, node: yaml.Node, *, cure: str) -> DocumentError:
        return DocumentError(message, location=Location(self._path, _line(node)), cure=cure)


def line_of(root: yaml.Node, keys: Keys) -> int:
    """The line of a value, or of the nearest thing around it; of a member, the line of its key."""
    node, line = root, _line(root)
    unwrapped = False  # whether the keys have already passed the long form of the node's tag
    for key in keys:
        if node.tag in FUNCTIONS and not unwrapped:
            if key != FUNCTIONS[node.tag]:
                break
            unwrapped = True
            continue
        found = _child(node, key)
        if found is None:
            break
        line, node = found
        unwrapped = False
    return line


def _child(node: yaml.Node, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode):
        index = index_of(key)
        if index is None or index >= len(node.value):
            return None
        return _line(node.value[index]), node.value[index]
    return next(_members(node, str(key)), None) if isinstance(node, yaml.MappingNode) else None


def _members(node: yaml.MappingNode, name: str) -> Iterator[tuple[int, yaml.Node]]:
    """The members of that name, the mapping's own before merged ones."""
    merged: list[yaml.Node] = []
    for key, value in node.value:
        if key.tag == MERGE:
            merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
        elif key.value == name:
            yield _line(key), value
    for each in merged:
        if isinstance(each, yaml.MappingNode):
            yield from _members(each, name)
