"""
How a text is translated: marked, longer, its terms replaced, and what is not text kept byte for byte.

`Hello {name}` in Korean is `[ko] Hello {name}~~~~`: deterministic, visibly translated, and longer by a third, as
translations out of English are. Where a terminology or a mask changes words, markup, placeholders and what is
marked `translate="no"` stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_EXPANSION = 3  # one more character for so many
_PAD = "~"

# {name} {{name}} ${name} %s %(name)s %1$s: gettext's, Java's, ICU's and the template languages' placeholders.
_PLACEHOLDER = re.compile(
    r"\$?\{\{?[^{}\s]{0,64}\}\}?|%(?:\([^)\s]{0,64}\))?(?:\d{1,3}\$)?[-+#0]?\d{0,3}(?:\.\d{1,3})?[A-Za-z@]"
)
# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html
_DO_NOT_TRANSLATE = re.compile(r"""\stranslate\s*=\s*["']?no\b""", re.IGNORECASE)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)")
# Elements without content: https://html.spec.whatwg.org/multipage/syntax.html#void-elements
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_RAW = frozenset({"script", "style"})

# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-profanity.html; the words are not published.
_PROFANE = re.compile(r"\b(damn|damned|dammit|goddamn)\b", re.IGNORECASE)
_GRAWLIX = "?$#@$"

_INITIAL = re.compile(r"\b\w")
# https://docs.aws.amazon.com/translate/latest/APIReference/API_AppliedTerminology.html
_MOST_APPLIED = 250


@dataclass(slots=True)
class Manner:
    """
    How texts of one request are translated.

    Attributes:
        source, target: Codes; the same twice leaves the text as it is.
        terms: Target terms by source term.
        mask: Whether profane words are masked.
        brief: Whether the translation is no longer than it must be.
        applied: The terms that were applied so far: source and target, in the order of the text.
    """

    source: str
    target: str
    terms: Mapping[str, str] = field(default_factory=dict)
    mask: bool = False
    brief: bool = False
    applied: dict[str, str] = field(default_factory=dict)

    def translated(self, text: str) -> str:
        """
        The translation of a text, which may have markup in it.

        The same language on both sides is no error, costs nothing and masks nothing.
        https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html, Note
        """
        if self.source == self.target or not text:
            return text
        words = self._in_texts(text) if self.terms or self.mask else text
        return f"[{self.target}] {words}{self._padding(text)}"

    def translated_markup(self, text: str) -> str:
        """The translation of HTML: of the texts between its tags, each with the white space around it."""
        if self.source == self.target:
            return text
        return _each_text(text, self._node)

    def _node(self, text: str) -> str:
        stripped = text.strip()
        if not stripped:
            return text
        start = text.index(stripped)
        return text[:start] + self.translated(stripped) + text[start + len(stripped) :]

    def _padding(self, text: str) -> str:
        return "" if self.brief else _PAD * -(-len(text) // _EXPANSION)

    def _in_texts(self, text: str) -> str:
        return _each_text(text, self._between_placeholders)

    def _between_placeholders(self, text: str) -> str:
        pieces, end = [], 0
        for found in _PLACEHOLDER.finditer(text):
            pieces += [self._words(text[end : found.start()]), found[0]]
            end = found.end()
        return "".join((*pieces, self._words(text[end:])))

    def _words(self, text: str) -> str:
        if self.mask:
            text = _PROFANE.sub(_GRAWLIX, text)
        return _finding(_longest_first(self.terms)).sub(self._term, text) if self.terms else text

    def _term(self, found: re.Match[str]) -> str:
        assert found.lastindex is not None, "every alternative is a group"
        source = _longest_first(self.terms)[found.lastindex - 1]
        if len(self.applied) < _MOST_APPLIED:
            self.applied.setdefault(source, self.terms[source])
        return _in_case_of(found[0], self.terms[source])


def _longest_first(terms: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(terms, key=len, reverse=True))


@lru_cache(maxsize=64)
def _finding(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the terms in any case, each as a group; where a term ends in a Latin letter, so does a word."""
    alternatives = []
    for term in terms:
        before = r"(?<![A-Za-z0-9_])" if re.match(r"[A-Za-z0-9_]", term) else ""
        after = r"(?![A-Za-z0-9_])" if re.search(r"[A-Za-z0-9_]\Z", term) else ""
        alternatives.append(f"({before}{re.escape(term)}{after})")
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _in_case_of(found: str, term: str) -> str:
    """
    The target term in the capitals of the text.

    https://docs.aws.amazon.com/translate/latest/dg/ct-case-insensitive.html
    """
    if found.isupper():
        return term.upper()
    return _INITIAL.sub(lambda initial: initial[0].upper(), term) if found.istitle() else term


def _each_text(text: str, act: Callable[[str], str]) -> str:
    """The markup with each of its translatable texts replaced."""
    return "".join(act(piece) if translatable else piece for piece, translatable in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """
    The texts and everything else, in order: tags, comments, scripts, and elements that are marked `translate="no"`.

    Every byte of it is read once, whatever is left open.
    """
    kept: list[str] = []  # the open elements from the one on that must not be translated
    start = position = 0
    while (opening := text.find("<", position)) >= 0:
        end = _end_of_markup(text, opening)
        if end is None:
            position = opening + 1
            continue
        yield text[start:opening], not kept
        markup = text[opening:end]
        yield markup, False
        _follow(kept, markup)
        start = position = end
    yield text[start:], not kept


def _end_of_markup(text: str, start: int) -> int | None:
    """Where the markup that begins there ends, what is left open with the text; None when it is no markup."""
    if text.startswith("<!--", start):
        return _after(text, "-->", start + 4)
    following = text[start + 1 : start + 2]
    if not (following in {"!", "?", "/"} or (following.isascii() and following.isalpha())):
        return None
    end = _after(text, ">", start)
    name = _NAME.match(text, start)
    if name and name[1].lower() in _RAW and text[start + 1] != "/":
        return _after(text, ">", _after(text, f"</{name[1]}", end))
    return end


def _after(text: str, closing: str, start: int) -> int:
    found = text.find(closing, start)
    return len(text) if found < 0 else found + len(closing)


def _follow(kept: list[str], markup: str) -> None:
    """Which elements are open behind this tag, from the one on that must not be translated."""
    found = _NAME.match(markup)
    if not found:
        return
    name = found[1].lower()
    if markup.startswith("</"):
        if name in kept:
            del kept[len(kept) - 1 - kept[::-1].index(name) :]
    elif name not in _VOID | _RAW and not markup.endswith("/>") and (kept or _DO_NOT_TRANSLATE.search(markup)):
        kept.append(name)
