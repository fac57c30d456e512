"""A ballot as it is laid out: cards, lists of many, and the faults gathered for the summary."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from survey.domain.ballot.ballot import Ballot, BallotForm, Posted
from survey.domain.ballot.written_names import one_line
from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Criterion, Ratee, Section
from survey.domain.definition.scale import BLANK, Grade
from survey.domain.errors import FieldFault

from . import labels

_SHORT_LABEL = 4
_NAMED = 6
MANY = 12
"""So many ratees of one line each are still rated card by card; more make lists."""
_FEWEST = 3
"""The shortest list; fewer between cards of other forms stay cards."""


@dataclass(frozen=True)
class BallotLimit:
    """A quota as one voter meets it: at most ``allowed`` of ``of`` ratees."""

    criterion: Criterion
    grade: Grade
    allowed: int
    of: int


@dataclass(frozen=True)
class Card:
    """All that is asked about one ratee; ``last`` tells that no other of its section follows."""

    ratee: Ratee
    section: Section
    lines: tuple[Line, ...]
    limits: tuple[BallotLimit, ...]
    last: bool

    @property
    def post(self) -> str:
        """Return unit and post, as far as they are given."""
        return self.ratee.place

    @property
    def short(self) -> bool:
        """Return whether the criteria are short enough for two columns."""
        return all(len(line.criterion.label) <= _SHORT_LABEL for line in self.lines)


def contents(form: BallotForm, cards: Sequence[Card]) -> str:
    """Return in words how much a ballot asks: of how many ratees, and how many questions."""
    said = []
    if cards and all(card.section.is_ticked for card in cards):
        said.append(ngettext("名单上 %(num)d 人", "名单上 %(num)d 人", len(cards)))
    elif cards:
        said.append(ngettext("%(num)d 个测评对象", "%(num)d 个测评对象", len(cards)))
    if form.questions:
        said.append(ngettext("%(num)d 个问题", "%(num)d 个问题", len(form.questions)))
    return str(_("，")).join(said)


@dataclass(frozen=True)
class CardRun:
    """Cards of one form that follow one another: a compact list if ``listed``, else a single card."""

    cards: tuple[Card, ...]
    listed: bool

    @property
    def first(self) -> Card:
        """Return the card that stands for all where they have something in common."""
        return self.cards[0]

    @property
    def ticked(self) -> bool:
        """Return whether it is a list with one box for everybody."""
        return self.first.section.is_ticked

    @property
    def chosen(self) -> str:
        """Return what a tick on such a list means, in words."""
        return self.first.lines[0].offered[0][1]

    @property
    def otherwise(self) -> str:
        """Return what an empty line of such a list counts as, in words."""
        line = self.first.lines[0]
        return line.scale.grades[line.empty_position - 1].label

    def ticked_on(self, form: BallotForm, ballot: Ballot) -> tuple[Card, ...]:
        """List who is ticked on a ballot."""
        return tuple(
            card
            for card in self.cards
            if ballot.ratings[form.places[card.lines[0].name]] not in (BLANK, card.lines[0].empty_position)
        )

    def written_on(self, ballot: Ballot) -> tuple[str, ...]:
        """List whom a ballot names beside those on the list."""
        fields = self.first.section.written_fields
        return tuple(ballot.texts[name] for name in fields if name in ballot.texts)

    def is_empty_on(self, form: BallotForm, ballot: Ballot) -> bool:
        """Return whether a ballot recommends nobody on such a list."""
        return self.ticked and not self.ticked_on(form, ballot) and not self.written_on(ballot)

    @property
    def closes_section(self) -> bool:
        """Return whether no other card of the section follows."""
        return self.cards[-1].last

    def called(self, card: Card) -> str:
        """Return what tells a ratee from the others: the name, with the post where two share it."""
        shared = sum(other.ratee.name == card.ratee.name for other in self.cards) > 1
        return f"{card.ratee.name} {card.post}".rstrip() if shared else card.ratee.name


@dataclass(frozen=True)
class GradeGroup:
    """Those of a list who got the same position on the scale; its label is empty for blanks."""

    position: int
    label: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Mistake:
    """One entry of the summary of faults: a sentence, and links to the lines that it concerns."""

    text: str
    links: tuple[tuple[str, str, str], ...] = ()


def cards_of(form: BallotForm) -> tuple[Card, ...]:
    """Lay a ballot out in cards, in the order of its lines."""
    grouped = [tuple(lines) for _, lines in groupby(form.lines, key=lambda line: line.ratee.key)]
    ends = {lines[0].section.key: place for place, lines in enumerate(grouped)}
    limits = _limits(form)
    return tuple(
        Card(lines[0].ratee, section, lines, limits.get(section.key, ()), ends[section.key] == place)
        for place, lines in enumerate(grouped)
        for section in (lines[0].section,)
    )


def runs_of(cards: Sequence[Card], *, lists: bool = True) -> tuple[CardRun, ...]:
    """Gather into lists what many are asked in one line each, and whoever is to be ticked on a list.

    Every other card stands by itself, and each where there are to be no ``lists``.
    """
    many = lists and sum(len(card.lines) == 1 for card in cards) > MANY
    found: list[CardRun] = []
    for _section, run in groupby(cards, key=lambda card: card.section.key):
        together = tuple(run)
        long = many and len(together[0].lines) == 1 and len(together) >= _FEWEST
        if long or together[0].section.is_ticked:
            found.append(CardRun(together, listed=True))
        else:
            found.extend(CardRun((card,), listed=False) for card in together)
    return tuple(found)


def has_list(form: BallotForm) -> bool:
    """Return whether a ballot has a list, which has style and script of its own."""
    if form.has_ticked_list:
        return True
    if form.definition.turns:
        return False
    single = sum(len(line.section.criteria) == 1 for line in form.lines)
    return single > MANY and any(run.listed for run in runs_of(cards_of(form)))


def by_grade(run: CardRun, form: BallotForm, ballot: Ballot) -> tuple[GradeGroup, ...]:
    """Group the cards of a list by what they got: first the blank ones, then grades in their order."""
    places: dict[int, list[Card]] = {}
    for card in run.cards:
        places.setdefault(ballot.ratings[form.places[card.lines[0].name]], []).append(card)
    line = run.first.lines[0]
    return tuple(GradeGroup(place, _label(line, place), tuple(places[place])) for place in sorted(places))


def mistakes_of(form: BallotForm, faults: Mapping[str, FieldFault], posted: Posted) -> list[Mistake]:
    """Gather the faults of a ballot: one entry for each line, one for each quota, one for all the rest.

    ``posted`` is what was filled in.
    """
    found: dict[Hashable, Mistake] = {}
    for name, fault in faults.items():
        if fault.kind in ("over-quota", "over-ticks", "over-names"):
            # Two lists may be exceeded in the same words: it is the list that makes an entry.
            line = _line_of(form, name)
            key = line.section.key, line.criterion.key, fault
            if key not in found:
                found[key] = _over_quota(form, line, fault, faults, posted)
        elif name in form.places or name in form.texts or name in form.questions:
            found[name] = Mistake(labels.fault_text(fault), ((name, *_heading(form, name)),))
        else:
            found[fault.kind] = Mistake(labels.fault_text(fault))
    return list(found.values())


def missing_of(cards: Sequence[Card], form: BallotForm, checked: Ballot) -> str:
    """Name who has blanks on a checked ballot, and how many each."""
    blanks = (
        (card, sum(_is_blank(line, checked.ratings[form.places[line.name]]) for line in card.lines))
        for card in cards
    )
    names = [_("%(name)s %(count)s 处", name=card.ratee.name, count=count) for card, count in blanks if count]
    named = _("、").join(names[:_NAMED])
    if len(names) > _NAMED:
        named = _("%(names)s……共 %(count)s 个", names=named, count=len(names))
    return str(named)


def number_of_blanks(form: BallotForm, checked: Ballot) -> int:
    """Count what was left blank on a checked ballot: nothing of a list to tick is."""
    return sum(_is_blank(line, position) for line, position in zip(form.lines, checked.ratings, strict=True))


def _is_blank(line: Line, position: int) -> bool:
    return position == BLANK and not line.is_ticked


def _label(line: Line, position: int) -> str:
    if position == BLANK:
        return ""
    if line.scale.abstain and position == line.scale.abstained:
        return line.scale.abstain.label
    return line.scale.grades[position - 1].label


def _limits(form: BallotForm) -> dict[str, tuple[BallotLimit, ...]]:
    found: dict[str, tuple[BallotLimit, ...]] = {}
    for quota, allowed, position, places in form.quotas:
        if not places:
            continue
        line = form.lines[places[0]]
        limit = BallotLimit(line.criterion, line.scale.grades[position - 1], allowed, len(places))
        found[quota.section] = (*found.get(quota.section, ()), limit)
    return found


def _line_of(form: BallotForm, name: str) -> Line:
    """Return the line of a field, of a name written under a list any line of that list."""
    if name in form.places:
        return form.lines[form.places[name]]
    return next(line for line in form.lines if name in form.written_names.get(line.section.key, ()))


def _over_quota(
    form: BallotForm, at: Line, fault: FieldFault, faults: Mapping[str, FieldFault], posted: Posted
) -> Mistake:
    """Gather whom a quota that is exceeded concerns: lines, and everybody written down under a list.

    A name counts in the quota, also where its field has a fault of its own besides.
    """
    concerned = (
        line
        for line in form.lines
        if line.criterion == at.criterion and line.section == at.section and faults.get(line.name) == fault
    )
    links = [(line.name, line.ratee.name, line.ratee.post) for line in concerned]
    if fault.kind == "over-names":
        fields = form.written_names[at.section.key]
        written = {name: one_line("".join(posted.get(name, ()))) for name in fields}
        links += [(name, text, "") for name, text in written.items() if text]
    return Mistake(labels.over_quota(at.criterion.label, fault), tuple(links))


def _heading(form: BallotForm, name: str) -> tuple[str, str]:
    """Return what a field belongs to, and which line of it."""
    question = form.questions.get(name)
    if question:
        return question.label, ""
    place = form.places.get(name.removesuffix(".reason"))
    if place is not None:
        line = form.lines[place]
        return line.ratee.name, line.criterion.label
    key, _dot, field = name.partition(".")
    section = form.definition.section[key]
    return _("意见和建议") if field == "comment" else _("另荐他人"), section.title
