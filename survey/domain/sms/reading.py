"""A reply read: one grade for each line of the form, or nothing at all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from survey.domain.errors import UnreadableReply

from .message_parts import ALONE, units_of
from .plain_text import plain
from .signatures import is_signature

_NUMERALS = dict(zip("零〇一二三四五六七八九", "00123456789", strict=True))
_DIGITS = {digit: digit for digit in "0123456789"} | _NUMERALS
_SAID_BEFORE = re.compile(r"(我?选择?|回复?|答案?)( ?: ?| )?")
"""What people write before a grade, “选3”; whatever else stands there makes a reply unreadable."""
_APART = re.compile(r"[ \n]*([,;、/]|[.。-]+)?[ \n]*")
"""Between two answers: one separator. Two commas are an answer left out, and which is not known."""
_END = re.compile(r"[ \n.。,;、!~-]*")
_WRAPPED = re.compile(r"[\"'“‘「『(\[【](.*)[\"'”’」』)\]】]", re.DOTALL)
_DIGIT, _LABEL = "digit", "label"


@dataclass(frozen=True)
class ReplyScale:
    """What a line is answered with: for each grade its label and the digit printed in the invitation.

    A grade "don't know" is one of them, with the digit 0.
    """

    labels: tuple[str, ...]
    digits: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.digits) or not set(self.digits) <= set("0123456789"):
            raise ValueError("each label has one digit of its own")
        if len(set(self.digits)) < len(self.digits):
            raise ValueError("a digit stands for two labels")


@dataclass(frozen=True)
class _Token:
    """A grade as it was written: a digit or a label, and whether something stood between it and the last."""

    kind: str
    word: str
    raw: str
    apart: bool


def read_reply(text: str, scales: Sequence[ReplyScale]) -> tuple[int, ...]:
    """Return the position of the grade that a reply gives to each line; raises ``UnreadableReply``.

    Grades stand as digits (``3213``), as labels (whole, and apart from each other), or as both, digit and
    label of the same grade (``3一般``), the same way throughout. There are exactly as many as lines, each is
    on the scale of its line, and nothing else stands in the reply but separators and a signature behind.
    """
    if units_of(text) > ALONE or not scales:
        raise UnreadableReply
    written = plain(text)
    wrapped = _WRAPPED.fullmatch(written)
    tokens, rest, apart = _tokens(wrapped[1].strip() if wrapped else written, _labels(tuple(scales)))
    if not is_signature(rest, apart, _words(tuple(scales))):
        raise UnreadableReply
    return tuple(_positions(tokens, scales))


@lru_cache(maxsize=64)
def _labels(scales: tuple[ReplyScale, ...]) -> tuple[str, ...]:
    """Return the labels of all lines, longest first: 不满意 is tried before 满意."""
    found = {plain(label) for scale in scales for label in scale.labels} - {""}
    return tuple(sorted(found, key=lambda label: (-len(label), label)))


def _words(scales: tuple[ReplyScale, ...]) -> tuple[str, ...]:
    return tuple(label for label in _labels(scales) if label not in _DIGITS)


def _tokens(text: str, labels: Sequence[str]) -> tuple[list[_Token], str, bool]:
    """Return the grades at the beginning of a text, what follows them, and whether something parts it."""
    found: list[_Token] = []
    at, apart = 0, True
    while True:
        said = _SAID_BEFORE.match(text, at)
        begin = said.end() if said and _next(text, said.end(), labels) else at
        word = _next(text, begin, labels)
        if word is None:
            return found, text[at:], apart
        kind = _DIGIT if word in _DIGITS else _LABEL
        found.append(_Token(kind, _DIGITS.get(word, word), word, apart or begin > at))
        begin += len(word)
        between = _APART.match(text, begin) or _END.match(text, begin)
        at = between.end() if between else begin
        if _next(text, at, labels) is None and not _SAID_BEFORE.match(text, at):
            end = _END.match(text, begin)
            at = end.end() if end else begin
            return found, text[at:], at > begin
        apart = at > begin


def _next(text: str, at: int, labels: Sequence[str]) -> str | None:
    """Return the label or the digit that begins at a place; a label goes before, 一般 is no 一."""
    label = next((label for label in labels if text.startswith(label, at)), None)
    return label or (text[at] if at < len(text) and text[at] in _DIGITS else None)


def _positions(tokens: Sequence[_Token], scales: Sequence[ReplyScale]) -> Iterator[int]:
    kinds = [token.kind for token in tokens]
    if len(tokens) == len(scales) and len(set(kinds)) == 1:
        if kinds[0] == _LABEL and not all(token.apart for token in tokens):
            raise UnreadableReply  # 好一般 may be two answers, or one that is meant otherwise
        yield from map(_position, tokens, scales)
        return
    pairs = list(zip(tokens[::2], tokens[1::2], strict=False))
    if len(tokens) != 2 * len(scales) or {(first.kind, second.kind) for first, second in pairs} not in (
        {(_DIGIT, _LABEL)},
        {(_LABEL, _DIGIT)},
    ):
        raise UnreadableReply
    for (first, second), scale in zip(pairs, scales, strict=True):
        position = _position(first, scale)
        if position != _position(second, scale):
            raise UnreadableReply
        yield position


def _position(token: _Token, scale: ReplyScale) -> int:
    """Return which grade a token names; one that names two, a label "5" under the digit 1, names none."""
    named = {
        at
        for at, (label, digit) in enumerate(zip(scale.labels, scale.digits, strict=True))
        if plain(label) == token.raw or (token.kind == _DIGIT and digit == token.word)
    }
    if len(named) != 1:
        raise UnreadableReply
    return named.pop()
