"""One ballot: what it may hold, how it is checked, and when it is spoiled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind, Quota, Section
from survey.domain.definition.names import break_lines
from survey.domain.definition.rules import BlankRule, Spoiling
from survey.domain.definition.scale import BLANK
from survey.domain.errors import FieldFault, InvalidBallot

from .crockford import group_symbols, read_symbols
from .written_names import MAX_NAME_LENGTH, NamesBeside, names_beside, written_name

RECEIPT_GROUPS = 3
RECEIPT_SYMBOLS = 4 * RECEIPT_GROUPS
MAX_TEXT_LENGTH = 500
MAX_REASON_LENGTH = 200
MIN_ALIKE = 3
"""So many grades at least must be the same for a ballot to be spoiled by it."""

_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffd\ufffe\uffff]")


def is_acceptable(text: str, longest: int) -> bool:
    """Return whether a ballot may hold a text: within its length, and no character that cannot be stored."""
    return len(text) <= longest and not _UNREADABLE.search(text)


Posted = Mapping[str, Sequence[str]]
"""The fields of a form as they were sent: each name with all its values."""


@dataclass(frozen=True)
class Ballot:
    """All that one voter hands in.

    ``ratings`` holds one position for each line of the rater group, in order (0 blank, 1 to n the grades,
    n + 1 an abstention; in a ballot of a pool n + 2 for a line not asked); ``choices`` the chosen options of
    each answered question, as places in its options; ``texts`` what was written, by field name.
    """

    group: str
    receipt: str
    ratings: tuple[int, ...]
    choices: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BallotForm:
    """The ballot of one rater group, or all that those of a pool have: every field, worked out once."""

    definition: Definition
    group: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """List the lines to rate."""
        return self.definition.lines_of[self.group]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Map field names to the questions asked."""
        return {f"q.{question.key}": question for question in self.definition.questions_of(self.group)}

    @cached_property
    def texts(self) -> dict[str, int]:
        """Map the fields for written text to the most characters each may hold."""
        rated = {line.section.key for line in self.lines}
        comments = (s for s in self.definition.sections if s.comment and s.key in rated)
        longest = {f"{section.key}.comment": MAX_TEXT_LENGTH for section in comments}
        longest |= {
            name: MAX_TEXT_LENGTH for name, q in self.questions.items() if q.kind is QuestionKind.TEXT
        }
        longest |= {name: MAX_NAME_LENGTH for fields in self.written_names.values() for name in fields}
        return longest | {f"{line.name}.reason": MAX_REASON_LENGTH for line in self.reasoned}

    @cached_property
    def gaps(self) -> tuple[int, ...]:
        """Return the positions that say of each line that it is not asked."""
        return tuple(line.not_asked for line in self.lines)

    @cached_property
    def written_names(self) -> dict[str, tuple[str, ...]]:
        """Map the lists that take other names to the fields for these."""
        rated = {line.section.key: line.section for line in self.lines}
        return {key: section.written_fields for key, section in rated.items() if section.write_in}

    @cached_property
    def name_fields(self) -> frozenset[str]:
        """Return all fields for names that are not on a list."""
        return frozenset(name for fields in self.written_names.values() for name in fields)

    @cached_property
    def reasoned(self) -> tuple[Line, ...]:
        """List the lines on whose scale some grade asks for a reason."""
        return tuple(line for line in self.lines if line.scale.asks_reasons)

    @cached_property
    def has_ticked_list(self) -> bool:
        """Return whether some lines have one box each, so that leaving all of them empty says something."""
        return any(line.is_ticked for line in self.lines)

    @cached_property
    def places(self) -> dict[str, int]:
        """Map field names of ratings to their places among the lines."""
        return {line.name: place for place, line in enumerate(self.lines)}

    @cached_property
    def positions(self) -> dict[str, tuple[int, Mapping[str, int]]]:
        """Map field names of ratings to their places and to the positions of what may be ticked there."""
        return {line.name: (place, line.positions) for place, line in enumerate(self.lines)}

    @cached_property
    def quotas(self) -> tuple[tuple[Quota, int, int, tuple[int, ...]], ...]:
        """List each quota with the number allowed, the grade's position and the places of its lines."""
        found = []
        for quota in self.definition.quotas:
            scale = self.definition.scale[self.definition.section[quota.section].scale]
            places = tuple(
                place
                for place, line in enumerate(self.lines)
                if line.section.key == quota.section and line.criterion.key == quota.criterion
            )
            found.append((quota, quota.allowed(len(places)), scale.positions[quota.grade], places))
        return tuple(found)

    def as_kept(self, name: str, text: str) -> str:
        """Return what was written in a field as a ballot holds it, empty where that is nothing."""
        return written_name(text) if name in self.name_fields else break_lines(text).strip()

    def written_in(self, quota: Quota, texts: Mapping[str, str]) -> list[str]:
        """List the fields of ``texts`` that count in a quota: whoever is written down is recommended."""
        section = self.definition.section[quota.section]
        fields = () if quota.grade == section.unticked else self.written_names.get(section.key, ())
        return [name for name in fields if name in texts]

    def unfit_names(self, texts: Mapping[str, str]) -> dict[str, FieldFault]:
        """Map fields to why their names cannot count; ``texts`` is what was written, as it is kept."""
        return {name: fault for beside in self._beside for name, fault in beside.unfit(texts)}

    @cached_property
    def _beside(self) -> tuple[NamesBeside, ...]:
        sections = (self.definition.section[key] for key in self.written_names)
        return tuple(names_beside(self.definition, self.lines, section) for section in sections)

    def names_at_most(self, section: Section) -> int:
        """Return how many names may be written beside a list, if nobody is ticked."""
        allowed = (
            most
            for quota, most, _position, places in self.quotas
            if places and quota.section == section.key and quota.grade != section.unticked
        )
        return min((section.write_in, *allowed))

    def check(self, posted: Posted) -> Ballot:
        """Read a posted ballot.

        ``posted`` holds the ballot's fields and ``receipt``, nothing else. Raises ``InvalidBallot`` with
        every field that cannot be taken.
        """
        return _Reading(self, posted).ballot()


class _Reading:
    """One ballot being read: each posted field is looked at once."""

    def __init__(self, form: BallotForm, posted: Posted) -> None:
        self.form = form
        self.faults: dict[str, FieldFault] = {}
        self.receipt = ""
        self.ratings = [BLANK] * len(form.lines)
        self.choices: dict[str, tuple[int, ...]] = {}
        self.texts: dict[str, str] = {}
        positions = form.positions
        for name, values in posted.items():
            # Nearly every field is a line with one grade: no more is asked of it than this.
            if name in positions and len(values) == 1:
                place, ticked = positions[name]
                position = ticked.get(values[0])
                if position is not None:
                    self.ratings[place] = position
                    continue
            self._field(name, values)

    def ballot(self) -> Ballot:
        self._reasons()
        self._names()
        self._required()
        self._quotas()
        if self.faults:
            raise InvalidBallot(self.faults)
        return Ballot(self.form.group, self.receipt, tuple(self.ratings), self.choices, self.texts)

    def _field(self, name: str, values: Sequence[str]) -> None:
        question = self.form.questions.get(name)
        if question and question.kind is QuestionKind.CHOICES:
            self._choices(name, question, [value for value in values if value])
        elif len(values) > 1:
            self.faults[name] = FieldFault("repeated")
        elif name in self.form.places:
            if values[0]:
                self.faults[name] = FieldFault("no-option")
        elif question and question.kind is QuestionKind.CHOICE:
            self._choices(name, question, [value for value in values if value])
        elif name in self.form.texts:
            self._text(name, values[0])
        elif name == "receipt":
            self._receipt(values[0])
        else:
            self.faults[name] = FieldFault("unknown")

    def _choices(self, name: str, question: Question, values: list[str]) -> None:
        known = {option.key: place for place, option in enumerate(question.options)}
        chosen = [known[value] for value in values if value in known]
        if len(chosen) < len(values):
            self.faults[name] = FieldFault("no-option")
        elif len(set(chosen)) < len(chosen):
            self.faults[name] = FieldFault("repeated")
        elif len(chosen) > question.at_most:
            self.faults[name] = FieldFault("too-many", limit=question.at_most, given=len(chosen))
        elif excluding := question.excluding(chosen):
            self.faults[name] = FieldFault("alone", label=excluding.label)
        elif chosen:
            self.choices[question.key] = tuple(sorted(chosen))

    def _text(self, name: str, value: str) -> None:
        # Brought into its form before it is measured: in NFC some letters become two or three.
        text = self.form.as_kept(name, value)
        if text:
            self.texts[name] = text

    def _receipt(self, value: str) -> None:
        if not value:
            return
        symbols = read_symbols(value)
        if symbols is None or len(symbols) != RECEIPT_SYMBOLS:
            self.faults["receipt"] = FieldFault("bad-receipt")
        else:
            self.receipt = group_symbols(symbols)

    def _reasons(self) -> None:
        for line in self.form.reasoned:
            name = f"{line.name}.reason"
            position = self.ratings[self.form.places[line.name]]
            asked = (
                BLANK < position < line.scale.abstained and line.scale.grades[position - 1].reason_required
            )
            if not asked:
                self.texts.pop(name, None)
            elif name not in self.texts and name not in self.faults:
                grade = line.scale.grades[position - 1]
                self.faults[name] = FieldFault("missing-reason", label=grade.label, names=(line.ratee.name,))
        for name, text in self.texts.items():
            longest = self.form.texts[name]
            if _UNREADABLE.search(text):
                self.faults[name] = FieldFault("unreadable")
            elif len(text) > longest:
                self.faults[name] = FieldFault("too-long", limit=longest, given=len(text))

    def _required(self) -> None:
        for name, question in self.form.questions.items():
            if question.required and question.key not in self.choices and name not in self.texts:
                self.faults.setdefault(name, FieldFault("required", names=(question.label,)))
        if self.form.definition.rules.blank is not BlankRule.REQUIRE:
            return
        for line, position in zip(self.form.lines, self.ratings, strict=True):
            if position == BLANK and not line.is_ticked:
                self.faults.setdefault(line.name, FieldFault("required", names=(line.ratee.name,)))

    def _names(self) -> None:
        sound = {name: text for name, text in self.texts.items() if name not in self.faults}
        self.faults |= self.form.unfit_names(sound)

    def _quotas(self) -> None:
        for quota, allowed, position, places in self.form.quotas:
            over = [self.form.lines[place] for place in places if self.ratings[place] == position]
            written = self.form.written_in(quota, self.texts)
            given = len(over) + len(written)
            if given <= allowed:
                continue
            section = self.form.definition.section[quota.section]
            grade = self.form.definition.scale[section.scale].grades[position - 1]
            names = (*(line.ratee.name for line in over), *(self.texts[name] for name in written))
            kind = "over-names" if written else "over-ticks" if section.is_ticked else "over-quota"
            fault = FieldFault(kind, limit=allowed, given=given, label=grade.label, names=names)
            for name in (*(line.name for line in over), *written):
                self.faults.setdefault(name, fault)


def is_spoiled(form: BallotForm, ratings: Sequence[int]) -> bool:
    """Judge by the campaign's rules whether a ballot of these ratings is invalid.

    Judged on what was ticked, before a blank may count as an abstention. A list to tick has no blanks, and
    its one box says nothing of how alike grades are. Lines not asked of the voter say nothing at all, and who
    was asked none left none blank.
    """
    rules = form.definition.rules.spoiled_if
    # Nearly every ballot answers its first line: looked at a million times, so nothing is listed before.
    if Spoiling.ALL_BLANK in rules and not any(
        position != BLANK and position != gap for position, gap in zip(ratings, form.gaps, strict=True)
    ):
        asked = [line for line, position in zip(form.lines, ratings, strict=True) if position == BLANK]
        if asked and not any(line.is_ticked for line in asked):
            return True
    if not rules & {Spoiling.ALL_SAME, Spoiling.ALL_TOP}:
        return False
    given = [
        position
        for line, position in zip(form.lines, ratings, strict=True)
        if BLANK < position < line.scale.abstained and not line.is_ticked
    ]
    if Spoiling.ALL_SAME in rules and len(given) >= MIN_ALIKE and len(set(given)) == 1:
        return True
    return Spoiling.ALL_TOP in rules and bool(given) and max(given) == 1
