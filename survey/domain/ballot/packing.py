"""A ballot as bytes, padded so that all ballots of a campaign are equally long.

Layout, little-endian: version (1 byte), rater group (2), receipt (8), one position a line (2 each), one
bit set for each question with options (4 bytes for every 32 options), then each text as slot + 1 (2),
length (2) and UTF-8; zeros to the end. The ballot of a group in a pool holds the pool and the pool's lines;
those that the group may not rate have a position of their own. A spoiled paper ballot has a version of its
own, and nothing but zeros behind its receipt: what it said would count nowhere, and nobody is to read it.
"""

import struct
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Question, QuestionKind
from survey.domain.definition.scale import BLANK
from survey.domain.errors import FieldFault, InvalidBallot

from .ballot import RECEIPT_GROUPS, RECEIPT_SYMBOLS, Ballot, BallotForm, is_acceptable
from .columns import Limits, as_bytes, as_positions
from .crockford import groups_of, number_of

VERSION = 1
SPOILED = 2
"""The version of a spoiled ballot; a definition without paper has none."""
MAX_BODY = 256 * 1024
"""The most bytes a voter's request may have; no ballot holds more text than that."""

_HEAD = struct.Struct("<BHQ")
_TEXT = struct.Struct("<HH")
_NO_TEXT = b"\0\0"
_MAX_REMEMBERED = 4096


class OpenedBallot(NamedTuple):
    """A packed ballot as it is counted: nothing is written out that nobody reads.

    ``receipt`` is its number, ``ratings`` are the bytes that hold the positions, in range all of them, and
    ``None`` of a spoiled ballot, which says nothing.
    """

    form: BallotForm
    receipt: int
    ratings: bytes | None
    choices: Mapping[str, tuple[int, ...]]
    texts: Mapping[str, str]


class Packing:
    """How ballots of one campaign are written and read."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.forms = [BallotForm(definition, group.key) for group in definition.groups]
        rows = {form.group: form for form in self.forms}
        self.form = {key: rows.get(key) or BallotForm(definition, key) for key in definition.row_of}
        number = {form.group: number for number, form in enumerate(self.forms)}
        self._number = {key: number[row] for key, row in definition.row_of.items()}
        self._limits = [Limits([max(line.positions.values()) for line in form.lines]) for form in self.forms]
        self._slots = [list(form.texts) for form in self.forms]
        self._asked = [
            [question for question in form.questions.values() if question.kind is not QuestionKind.TEXT]
            for form in self.forms
        ]
        self._ends = [self._ends_of(form, asked) for form, asked in zip(self.forms, self._asked, strict=True)]
        self._gaps = [self._gaps_of(form) for form in self.forms]
        # Many voters choose alike, and reading bits takes longer than finding them read.
        self._chosen: list[dict[bytes, dict[str, tuple[int, ...]]]] = [{} for _ in self.forms]

    @cached_property
    def size(self) -> int:
        """Return the length of every packed ballot, in bytes."""
        return max(self._size(form) for form in self.forms)

    def pack(self, ballot: Ballot) -> bytes:
        """Write a checked ballot as ``size`` bytes.

        Raises ``InvalidBallot`` for a text that could not be read back: refused, a voter can mend it and the
        code is not spent; sealed, the whole ballot would be lost at the count.
        """
        number = self._number[ballot.group]
        form = self.forms[number]
        parts = [_HEAD.pack(VERSION, number, number_of(ballot.receipt.replace("-", "")))]
        parts.append(as_bytes(self._spread(form, ballot)))
        for question in form.questions.values():
            if question.kind is not QuestionKind.TEXT:
                bits = sum(1 << place for place in ballot.choices.get(question.key, ()))
                parts.append(bits.to_bytes(_width(len(question.options)), "little"))
        for slot, name in enumerate(self._slots[number], 1):
            if name in ballot.texts:
                longest = form.texts[name]
                if not is_acceptable(ballot.texts[name], longest):
                    given = len(ballot.texts[name])
                    kind = "too-long" if given > longest else "unreadable"
                    raise InvalidBallot({name: FieldFault(kind, limit=longest, given=given)})
                written = ballot.texts[name].encode()
                parts += (_TEXT.pack(slot, len(written)), written)
        packed = b"".join(parts)
        if (over := len(packed) - self.size) > 0:
            name, text = max(ballot.texts.items(), key=lambda one: len(one[1]))
            fault = FieldFault("too-long", limit=max(0, len(text) - over), given=len(text))
            raise InvalidBallot({name: fault})
        return packed.ljust(self.size, b"\0")

    def pack_spoiled(self, group: str, receipt: str) -> bytes:
        """Write a ballot that was returned on paper and is spoiled; as long as any other."""
        head = _HEAD.pack(SPOILED, self._number[group], number_of(receipt.replace("-", "")))
        return head.ljust(self.size, b"\0")

    def read(self, packed: bytes) -> OpenedBallot:
        """Read a ballot that is to be counted.

        Raises ``ValueError`` where the bytes are no ballot of this campaign: whoever holds the public key
        can seal anything.
        """
        try:
            version, number, receipt = _HEAD.unpack_from(packed)
            if receipt >> 5 * RECEIPT_SYMBOLS or len(packed) != self.size:
                raise ValueError("no ballot of this campaign")
            if version != VERSION:
                return self._spoiled(packed)
            rated, asked = self._ends[number]
            ratings = packed[_HEAD.size : rated]
            answers = self._answers(number, ratings) if self._gaps[number] else ratings
            if not self._limits[number].allow(answers):
                raise ValueError("no such grade")
            bits = packed[rated:asked]
            choices = self._chosen[number].get(bits)
            if choices is None:
                choices = self._choices(number, bits)
            texts = {} if packed.startswith(_NO_TEXT, asked) else self._texts(number, packed, asked)
        except (struct.error, IndexError) as error:
            raise ValueError("no ballot of this campaign") from error
        return OpenedBallot(self.forms[number], receipt, ratings, choices, texts)

    def unpack(self, packed: bytes) -> tuple[BallotForm, Ballot]:
        """Read a ballot back as it was packed, with its form.

        Raises ``ValueError`` as ``read`` does, and for a spoiled ballot, which has no answers.
        """
        form, receipt, ratings, choices, texts = self.read(packed)
        if ratings is None:
            raise ValueError("a spoiled ballot")
        written = groups_of(receipt, RECEIPT_GROUPS)
        return form, Ballot(form.group, written, tuple(as_positions(ratings)), choices, texts)

    def _spread(self, form: BallotForm, ballot: Ballot) -> Sequence[int]:
        """Return a ballot's positions on the lines of its row; what was not asked says so."""
        own = self.form[ballot.group]
        if own is form:
            return ballot.ratings
        given = dict(zip((line.key for line in own.lines), ballot.ratings, strict=True))
        return [given.get(line.key, line.not_asked) for line in form.lines]

    def _gaps_of(self, form: BallotForm) -> frozenset[tuple[int, ...]]:
        """List the places not asked of each rater group in a row; none where all are asked everything."""
        asked = [set(self.form[key].places) for key in self.definition.raters_in[form.group]]
        found = {tuple(place for name, place in form.places.items() if name not in own) for own in asked}
        return frozenset(found if any(found) else ())

    def _answers(self, number: int, ratings: bytes) -> bytes:
        """Return ratings with blanks where nothing was asked of the voter.

        Raises ``ValueError`` where no rater group of the row is asked just these lines.
        """
        positions = as_positions(ratings)
        lines = self.forms[number].lines
        gaps = tuple(place for place, line in enumerate(lines) if positions[place] == line.not_asked)
        if gaps not in self._gaps[number]:
            raise ValueError("no rater group is asked these lines")
        for place in gaps:
            positions[place] = BLANK
        return as_bytes(positions)

    def _spoiled(self, packed: bytes) -> OpenedBallot:
        """Read what is no ordinary ballot: a spoiled one has nothing that could tell it from another."""
        version, number, receipt = _HEAD.unpack_from(packed)
        if version != SPOILED or not self.definition.paper or packed[_HEAD.size :].strip(b"\0"):
            raise ValueError("no ballot of this campaign")
        return OpenedBallot(self.forms[number], receipt, None, {}, {})

    def _choices(self, number: int, packed: bytes) -> dict[str, tuple[int, ...]]:
        choices = {}
        start = 0
        for question in self._asked[number]:
            width = _width(len(question.options))
            bits = int.from_bytes(packed[start : start + width], "little")
            start += width
            if bits:
                chosen = tuple(place for place in range(8 * width) if bits >> place & 1)
                if chosen[-1] >= len(question.options) or len(chosen) > question.at_most:
                    raise ValueError("no such option")
                if question.excluding(chosen):
                    raise ValueError("options that exclude each other")
                choices[question.key] = chosen
        known = self._chosen[number]
        if len(known) >= _MAX_REMEMBERED:
            known.clear()
        known[packed] = choices
        return choices

    def _texts(self, number: int, packed: bytes, start: int) -> dict[str, str]:
        texts = {}
        while start + _TEXT.size <= len(packed):
            slot, length = _TEXT.unpack_from(packed, start)
            if not slot:
                break
            start += _TEXT.size
            name, text = self._slots[number][slot - 1], packed[start : start + length].decode()
            if name in texts or not is_acceptable(text, self.forms[number].texts[name]):
                raise ValueError("no text that the form takes")
            texts[name] = text
            start += length
        return texts

    def _ends_of(self, form: BallotForm, asked: Sequence[Question]) -> tuple[int, int]:
        """Return where the ratings of a packed ballot end, and where the answers to its questions do."""
        rated = _HEAD.size + 2 * len(form.lines)
        return rated, rated + sum(_width(len(question.options)) for question in asked)

    def _size(self, form: BallotForm) -> int:
        asked = sum(
            _width(len(q.options)) for q in form.questions.values() if q.kind is not QuestionKind.TEXT
        )
        written = min(sum(4 * longest for longest in form.texts.values()), MAX_BODY)
        return _HEAD.size + 2 * len(form.lines) + asked + _TEXT.size * len(form.texts) + written


def _width(options: int) -> int:
    return 4 * -(-options // 32)
