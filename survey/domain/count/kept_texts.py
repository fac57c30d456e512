"""Which texts of an opened box are kept, and about what; decided in memory, before anything is written.

A reason says which grade was given, since only some grades ask for one; so reasons are withheld like counts.
The reading of the rule is argued in docs/decisions/0021-texts-of-few.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import QuestionKind, Section

from .disclosure import Count
from .late import known_at_most, late_numbers
from .tally import Counts, Tally

NAME = "name"
_ONE_EACH = frozenset({"comment", "question"})
"""Kinds of which a voter writes one in a field, so that as many people wrote as there are texts of it."""


@dataclass(frozen=True)
class WrittenText:
    """Something a voter wrote: a ``comment`` on a section, the answer to a ``question``, a ``reason``.

    Or a ``name``, of somebody who is not on a list to tick.
    """

    kind: str
    subject: str
    text: str


@dataclass(frozen=True)
class TextPlace:
    """What becomes of what is written into one field of the ballot.

    ``kind`` is that of the text, ``of`` its section or question. ``subject`` is what the text is kept under,
    ``None`` where it is not kept. Of reasons, ``shown`` tells that their number can be read off the counts
    that are kept.
    """

    kind: str
    of: str
    subject: str | None
    shown: bool = False


@dataclass(frozen=True)
class LeftOut:
    """What is said of the texts that are not kept; it tells nothing that is withheld.

    ``number`` counts those whose number may be known. ``untold`` says that there may be more: how many, and
    whether any, could show what few people did. ``fields`` are kind and section or question of what is not
    kept, whether anybody wrote there or not.
    """

    number: int = 0
    untold: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        places = ", ".join(f"{kind} ({of})" for kind, of in self.fields)
        more = "; whether there are more, and how many, is not told" if self.untold else ""
        return f"texts not kept, since they could give few people away: {self.number}{more}; {places}"


NOTHING_LEFT_OUT = LeftOut()
"""What is said where every text may be kept."""


@dataclass(frozen=True)
class KeptTexts:
    """The texts that are kept, and what is said of the others."""

    texts: tuple[WrittenText, ...]
    left_out: LeftOut


def keep_texts(
    definition: Definition, tally: Tally, count: Count, texts: Iterable[tuple[str, str]]
) -> KeptTexts:
    """Keep of the texts on valid ballots, each with its field's name, what gives nothing withheld away."""
    places = places_of(definition, tally, count)
    kept: list[WrittenText] = []
    left: list[TextPlace] = []
    for name, text in texts:
        place = places[name]
        if place.subject is None:
            left.append(place)
        else:
            kept.append(WrittenText(place.kind, place.subject, text))
    known = known_at_most(late_numbers(count.late), tally.valid)
    return KeptTexts(tuple(kept), _left_out(definition.results.minimum_cell, places, left, known))


def _left_out(
    minimum: int, places: Mapping[str, TextPlace], left: Sequence[TextPlace], known: int
) -> LeftOut:
    """Return what of the texts left out is known already, or harmless to tell.

    Reasons on cells that are shown are as many as their counts say. Other texts of few people are told as a
    row of counts is: not where they are fewer than the minimum.
    """
    closed = [place for place in places.values() if place.subject is None]
    by_few = sum(place.kind in _ONE_EACH for place in left)
    # Each ballot that somebody may know may have written into each of these fields.
    own = known * sum(place.kind in _ONE_EACH for place in closed)
    told = by_few if by_few >= minimum + own else 0
    return LeftOut(
        number=sum(place.shown for place in left) + told,
        untold=any(not told if place.kind in _ONE_EACH else not place.shown for place in closed),
        fields=tuple(dict.fromkeys((place.kind, place.of) for place in closed)),
    )


def places_of(definition: Definition, tally: Tally, count: Count) -> dict[str, TextPlace]:
    """Map every field for text, of any rater group's ballot, to what becomes of its texts.

    Ballots that may have been cast with late codes of small groups hide nobody's text.
    """
    voted = _Voted(definition, tally, late_numbers(count.late))
    found: dict[str, TextPlace] = {}
    for section in definition.sections:
        of = f"section:{section.key}"
        if section.comment:
            many = voted.many_rated(section)
            found[f"{section.key}.comment"] = TextPlace("comment", of, of if many else None)
        if section.write_in:
            many = voted.many_rated(section)
            found |= dict.fromkeys(section.written_fields, TextPlace(NAME, of, of if many else None))
        if definition.scale[section.scale].asks_reasons:
            found |= _places_of_reasons(voted, section, count)
    for question in definition.questions:
        if question.kind is QuestionKind.TEXT:
            of = f"question:{question.key}"
            many = voted.are_many({group: tally.valid[group] for group in question.groups})
            found[f"q.{question.key}"] = TextPlace("question", of, of if many else None)
    return found


def _places_of_reasons(voted: "_Voted", section: Section, count: Count) -> dict[str, TextPlace]:
    """Place the reasons of a section: with their ratee, with the section only, or nowhere."""
    of = f"section:{section.key}"
    lines = voted.lines_of(section)
    hidden = [line for line in lines if count.cells[line.key].pooled is None]
    if not hidden:
        return {
            _field(line): TextPlace("reason", of, f"ratee:{line.ratee.key}", shown=True) for line in lines
        }
    held = [voted.held(line) for line in hidden if may_ask(voted.definition, line)]
    rated = {one.ratee for one in held if one.answered}
    raters = voted.who_could(line for line in hidden if line.ratee.key in rated)
    on_shown, on_hidden = which_stay(held, voted.definition.results.minimum_cell, voted.number(raters))
    found = {}
    for line in lines:
        stays = on_hidden if line in hidden else on_shown
        found[_field(line)] = TextPlace("reason", of, of if stays else None, shown=line not in hidden)
    return found


def _field(line: Line) -> str:
    return f"{line.name}.reason"


@dataclass(frozen=True)
class Held:
    """What a withheld cell holds: how many answered, and how many of them were asked for a reason.

    ``known`` is how many of them may have been cast with late codes.
    """

    ratee: str
    answered: int
    asked: int
    known: int = 0


def which_stay(held: Sequence[Held], minimum: int, raters: int) -> tuple[bool, bool]:
    """Return which of the reasons on a section's cells, shown and withheld, stay, under the section's name.

    ``held`` are the cells withheld, ``raters`` how many voters could rate their ratees. None stay unless two
    ratees at least are withheld that hold ``minimum`` answers together, from as many voters. Those on cells
    withheld go too where every answer there asked for a reason, or none: their number would say so of each.
    """
    voters: dict[str, int] = {}
    for one in held:
        # One who answered on several lines of a ratee is one voter.
        voters[one.ratee] = max(one.answered - one.known, voters.get(one.ratee, 0))
    enough = sum(number > 0 for number in voters.values()) >= 2 and sum(voters.values()) >= minimum
    known, asked = sum(one.known for one in held), sum(one.asked for one in held)
    # Whoever takes away what he knows is left with some that ask for a reason, and some that do not.
    mixed = known < asked < sum(one.answered for one in held) - known
    many = enough and raters >= minimum
    return many, many and mixed


def may_ask(definition: Definition, line: Line) -> bool:
    """Return whether some ballot can carry a reason on a line: a quota of none forbids a grade."""
    forbidden = {
        quota.grade
        for quota in definition.quotas
        if (quota.section, quota.criterion, quota.number) == (line.section.key, line.criterion.key, 0)
    }
    return any(grade.reason_required and grade.key not in forbidden for grade in line.scale.grades)


class _Voted:
    """What was truly ticked, withheld or not; ``late`` numbers the late codes of small groups."""

    def __init__(self, definition: Definition, tally: Tally, late: Mapping[str, int]) -> None:
        self.definition = definition
        self._late = late
        self._minimum = definition.results.minimum_cell
        self._cells = {group.key: tally.cells(group.key) for group in definition.groups}
        self._asked = {group.key: tally.asked(group.key) for group in definition.groups}

    def lines_of(self, section: Section) -> list[Line]:
        """List a section's lines."""
        return [line for line in self.definition.lines if line.section is section]

    def row(self, line: Line) -> Counts:
        """Return what all groups ticked on a line."""
        return reduce(add, (self._cells[group][line.key] for group in line.ratee.groups))

    def held(self, line: Line) -> Held:
        """Return what a line's cell holds."""
        row = self.row(line)
        pairs = zip(line.scale.grades, row.grades, strict=True)
        asked = sum(n for grade, n in pairs if grade.reason_required)
        return Held(line.ratee.key, row.answered, asked, self.known(line))

    def known(self, line: Line) -> int:
        """Return how many of those on a line may have been cast with late codes."""
        return known_at_most(
            self._late, {group: self._cells[group][line.key].marked for group in line.ratee.groups}
        )

    def who_could(self, lines: Iterable[Line]) -> dict[str, int]:
        """Return how many of each group had some of these lines on a valid ballot, at least."""
        found: dict[str, int] = {}
        for line in lines:
            for group in line.ratee.groups:
                found[group] = max(self._asked[group][line.key], found.get(group, 0))
        return found

    def number(self, voters: Mapping[str, int]) -> int:
        """Return how many of some voters, by group, could write unknown: all but those with late codes."""
        return sum(voters.values()) - known_at_most(self._late, voters)

    def are_many(self, voters: Mapping[str, int]) -> bool:
        """Return whether enough voters could write, by group, or none at all."""
        return self.number(voters) >= self._minimum or not any(voters.values())

    def many_rated(self, section: Section) -> bool:
        """Return whether enough voters had a section on their ballot, and enough rated somebody on it."""
        had_it = self.who_could(self.lines_of(section))
        raters: dict[str, int] = {}
        for line in self.lines_of(section):
            unknown = self.row(line).marked - self.known(line)
            raters[line.ratee.key] = max(unknown, raters.get(line.ratee.key, 0))
        rated = any(self.row(line).marked for line in self.lines_of(section))
        return self.are_many(had_it) and (sum(raters.values()) >= self._minimum or not rated)


def fields_of_few(definition: Definition) -> list[str]:
    """Name the sections and questions whose texts fewer than the minimum can write, as codes are planned."""
    asked = [
        (f"section:{section.key}", _planned(definition, section))
        for section in definition.sections
        if section.comment or section.write_in or definition.scale[section.scale].asks_reasons
    ]
    asked += [
        (f"question:{question.key}", [definition.group[key].issue for key in question.groups])
        for question in definition.questions
        if question.kind is QuestionKind.TEXT
    ]
    found = []
    for of, numbers in asked:
        if None not in numbers and sum(number or 0 for number in numbers) < definition.results.minimum_cell:
            found.append(of)
    return found


def _planned(definition: Definition, section: Section) -> list[int | None]:
    """Return how many codes are planned for those of each row who may rate the same ratee of a section."""
    found: dict[str, int | None] = {}
    for ratee in definition.ratees_of(section):
        for row in ratee.groups:
            number = definition.planned_raters(ratee, row)
            known = found.setdefault(row, number)
            found[row] = None if number is None or known is None else max(number, known)
    return list(found.values())
