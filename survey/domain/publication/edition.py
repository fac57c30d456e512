"""What is published of a count: to whom, which parts of it, in which dated version.

Readers are given projections of the one count that is kept, and nothing that was worked out anew: whatever
is published at any level, in any version and by any link, all of it together says no more than the count.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Cell, CellRows, Count
from survey.domain.count.overall import OverallResult
from survey.domain.count.results import CellResult, Results, Standing, Withheld
from survey.domain.count.rows import Row
from survey.domain.definition.campaign import Definition, Publication
from survey.domain.definition.form import Question, QuestionKind, Ratee
from survey.domain.errors import BadEdition
from survey.domain.results.subjects import any_bands, score_bands

MAX_NOTE_LENGTH = 300

RowOf = TypeVar("RowOf", CellResult, OverallResult)

NOTHING_ACCOUNTED = Accounting({}, GroupAccount(0, 0, 0, None, None, 0))
"""The accounting of an edition that shows none."""


@dataclass(frozen=True)
class Choice:
    """Which parts of a count the page shows: of these sections, these tables.

    ``ranking`` are scores, ranks and bands, ``values`` counts and shares by criterion; ``groups`` adds the
    rows of single rater groups to all of them. ``comments`` are released texts.
    """

    sections: tuple[str, ...]
    accounting: bool = True
    ranking: bool = True
    values: bool = True
    groups: bool = True
    questions: bool = True
    breakdowns: bool = True
    comments: bool = False
    decisions: bool = False


@dataclass(frozen=True)
class Personal:
    """What a link to one person shows of that person, and until when it opens.

    ``mean`` sets the section's mean beside the scores; ``reasons`` are released texts about the person,
    ``decisions`` what a committee decided on that person.
    """

    until: datetime
    groups: bool = True
    band: bool = False
    rank: bool = False
    mean: bool = True
    breakdowns: bool = False
    reasons: bool = False
    decisions: bool = False


@dataclass(frozen=True)
class Edition:
    """One dated version of what was published.

    ``choice`` is what the page shows, if there is one; ``personal`` what links to persons show, if they
    were made; ``note`` says why it was published anew; ``decisions`` is the number of the last decision made
    by then.
    """

    number: int
    level: Publication
    choice: Choice | None
    personal: Personal | None
    note: str
    decisions: int
    published_at: datetime
    withdrawn_at: datetime | None = None

    def require_sound(self, definition: Definition) -> None:
        """Refuse with ``BadEdition`` what cannot be published."""
        if self.level not in (Publication.PERSON, Publication.LINK, Publication.PUBLIC):
            raise BadEdition("level", f'"{self.level}" is no level at which results are published')
        if (self.choice is None) is not (self.level is Publication.PERSON):
            raise BadEdition("level", "a page belongs to what all or holders of a link may read")
        if self.level is Publication.PERSON and self.personal is None:
            raise BadEdition("level", "to each person their own means a link for each person")
        if len(self.note) > MAX_NOTE_LENGTH:
            raise BadEdition("note", f"the note has more than {MAX_NOTE_LENGTH} characters")
        if self.personal and self.personal.until <= self.published_at:
            raise BadEdition("until", "the links would end before they are made")
        if self.choice:
            self._require_something(self.choice, definition)

    @staticmethod
    def _require_something(choice: Choice, definition: Definition) -> None:
        unknown = [key for key in choice.sections if key not in definition.section]
        if unknown:
            raise BadEdition("sections", f"no section {', '.join(unknown)}")
        of_sections = (choice.ranking, choice.values, choice.breakdowns)
        if any(of_sections) and not choice.sections:
            raise BadEdition("sections", "no section is chosen for the tables")
        rest = (choice.accounting, choice.questions, choice.comments, choice.decisions)
        if not any((*of_sections, *rest)):
            raise BadEdition("tables", "no table is chosen")


def everything(definition: Definition) -> Choice:
    """Choose all tables of all sections, without texts and decisions."""
    return Choice(tuple(section.key for section in definition.sections))


def to_content(edition: Edition) -> dict[str, Any]:
    """Write what an edition shows as plain values; level and dates stand beside it."""
    personal = edition.personal
    return {
        "choice": asdict(edition.choice) if edition.choice else None,
        "personal": {**asdict(personal), "until": personal.until.isoformat()} if personal else None,
        "note": edition.note,
        "decisions": edition.decisions,
    }


def choices_of(content: Mapping[str, Any]) -> tuple[Choice | None, Personal | None]:
    """Read what ``to_content`` wrote of the page and of the links."""
    choice, personal = content["choice"], content["personal"]
    return (
        Choice(**{**choice, "sections": tuple(choice["sections"])}) if choice else None,
        Personal(**{**personal, "until": datetime.fromisoformat(personal["until"])}) if personal else None,
    )


def flags(of: type[Choice] | type[Personal]) -> tuple[str, ...]:
    """List what can be ticked for a page or for links."""
    return tuple(one.name for one in fields(of) if one.type in (bool, "bool"))


def project(results: Results, choice: Choice) -> Results:
    """Return nothing of some results but what was chosen.

    The definition is reduced with them, so that no consumer finds more in it; where group rows are left out,
    no ratee has groups.
    """
    definition, rules = results.definition, results.definition.results
    ratees = tuple(ratee for ratee in definition.ratees if ratee.section in choice.sections)
    questions = [one for question in definition.questions if (one := _question(question, choice))]
    sections = tuple(section for section in definition.sections if section.key in choice.sections)
    scales = {section.scale for section in sections}
    reduced = replace(
        definition,
        scales=tuple(scale for scale in definition.scales if scale.key in scales),
        rates=tuple(rate for rate in definition.rates if rate.scale in scales),
        sections=sections,
        ratees=tuple(ratee if choice.groups else replace(ratee, groups=(), raters=()) for ratee in ratees),
        quotas=(),
        questions=tuple(questions),
        # Whom bands were written for is seen by the scales, and not all of them are left.
        results=rules if any_bands(definition, sections) else replace(rules, bands=()),
    )
    shown = _KeptValues(
        frozenset(ratee.key for ratee in ratees), choice.values, choice.groups, choice.ranking
    )
    found = shown.reduce(
        results,
        reduced,
        accounting=results.count.accounting.for_readers(rules.minimum_cell)
        if choice.accounting
        else NOTHING_ACCOUNTED,
        asked=frozenset(q.key for q in questions) if choice.questions else frozenset(),
    )
    # A name without its votes says nothing: with the table of its list, where that has counts.
    told = results.names if choice.ranking and choice.values else ()
    return replace(found, names=tuple(one for one in told if one.section in reduced.section))


def project_person(results: Results, ratee: Ratee, personal: Personal) -> Results:
    """Return nothing of some results but what they say of one ratee."""
    definition, rules = results.definition, results.definition.results
    section = definition.section[ratee.section]
    reduced = replace(
        definition,
        groups=tuple(group for group in definition.groups if group.key in ratee.groups),
        raters=tuple(group for group in definition.raters if group.key in ratee.raters),
        scales=(definition.scale[section.scale],),
        rates=definition.rates_of(definition.scale[section.scale]),
        sections=(section,),
        ratees=(ratee if personal.groups else replace(ratee, groups=(), raters=()),),
        quotas=(),
        questions=definition.breakdowns if personal.breakdowns else (),
        results=replace(
            rules,
            rank=personal.rank and rules.rank,
            bands=score_bands(definition, section) if personal.band else (),
        ),
    )
    found = _KeptValues(frozenset((ratee.key,)), True, personal.groups, True).reduce(
        results, reduced, accounting=NOTHING_ACCOUNTED, asked=frozenset()
    )
    (own,) = found.ratees
    own = replace(
        own, band=own.band if personal.band else None, rank=own.rank if reduced.results.rank else None
    )
    return replace(found, ratees=(own,))


def _question(question: Question, choice: Choice) -> Question | None:
    """Return what is shown of a question: its rows, what it splits cells by, the name over its texts."""
    if question.kind is QuestionKind.TEXT:
        return question if choice.comments else None
    splits = question.breakdown and choice.breakdowns
    return replace(question, breakdown=splits) if splits or choice.questions else None


@dataclass(frozen=True)
class _KeptValues:
    """What is kept of cells and standings."""

    ratees: frozenset[str]
    values: bool
    groups: bool
    ranking: bool

    def reduce(
        self, results: Results, reduced: Definition, *, accounting: Accounting, asked: frozenset[str]
    ) -> Results:
        split = frozenset(question.key for question in reduced.breakdowns)
        return Results(
            definition=reduced,
            count=self._count(results.count, accounting, asked, split),
            cells=results.cells.reduced(self._is_valued, self._shown_row),
            ratees=tuple(self._standing(one) for one in results.ratees if one.ratee in self.ratees)
            if self.ranking
            else (),
            overalls=results.overalls.reduced(
                lambda ratee: self.values and ratee in self.ratees, self._shown_row
            ),
            questions=tuple(
                replace(row, question=reduced.question[row.question.key])
                for row in results.questions
                if row.question.key in asked and self._row(row.row)
            ),
            breakdowns=results.breakdowns.reduced(
                lambda cell: cell[0] in self.ratees,
                lambda row: (
                    replace(row, question=reduced.question[row.question.key])
                    if row.question.key in split
                    else None
                ),
            ),
            withheld=tuple(row for row in results.withheld if self._withheld(row, asked, split)),
            ranked=results.ranked if reduced.results.rank else frozenset(),
            weighed=results.weighed & reduced.section.keys(),
            sms=None if accounting is NOTHING_ACCOUNTED else results.sms,
        )

    def _count(
        self, count: Count, accounting: Accounting, asked: frozenset[str], split: frozenset[str]
    ) -> Count:
        return Count(
            accounting=accounting,
            groups={key: count.groups[key] if self.groups else () for key in self.ratees},
            cells={key: self._cell(cell) for key, cell in count.cells.items() if key[0] in self.ratees},
            questions={
                key: replace(rows, groups=rows.groups if self.groups else None)
                for key, rows in count.questions.items()
                if key in asked
            },
            breakdowns={
                key: rows
                for key, rows in count.breakdowns.items()
                if key[0] in self.ratees and key[2] in split
            },
            late=count.late,
        )

    def _is_valued(self, cell: Cell) -> bool:
        return self.values and cell[0] in self.ratees

    def _shown_row(self, row: RowOf) -> RowOf | None:
        return row if self._row(row.row) else None

    def _row(self, row: Row | None) -> bool:
        return self.groups or row is not Row.GROUP

    def _cell(self, cell: CellRows) -> CellRows:
        """Keep of a cell's counts what is shown; why some are withheld is told beside scores, too."""
        why = cell.why if self.values or self.ranking else None
        if not self.values:
            return CellRows(None, None, why)
        return CellRows(cell.groups if self.groups else None, cell.pooled, why)

    def _standing(self, standing: Standing) -> Standing:
        return standing if self.groups else replace(standing, scores={})

    def _withheld(self, row: Withheld, asked: frozenset[str], split: frozenset[str]) -> bool:
        if row.option is not None:
            return row.question in split and row.ratee in self.ratees
        if row.question is not None:
            return row.question in asked and self._row(row.row)
        return self.values and row.ratee in self.ratees and self._row(row.row)
