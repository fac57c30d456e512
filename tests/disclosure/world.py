"""One way in which a campaign's voters may have voted, and what is published of it.

The attacker holds the published results, with all tables, and the definition. ``Electorate.record`` is what
the database keeps of the count: whatever is published, at whichever level, in whichever version or by
whichever link, is worked out from it and from the definition alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from survey.documents.export.results_json import results_json
from survey.domain.ballot.ballot import Ballot, is_spoiled
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count, Merged, disclose
from survey.domain.count.kept_texts import LeftOut, keep_texts
from survey.domain.count.late import Late
from survey.domain.count.record import to_record
from survey.domain.count.results import work_out
from survey.domain.count.rows import merged_key
from survey.domain.count.tally import Tally, options_of
from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import BlankRule
from survey.domain.definition.scale import BLANK

from .campaigns import Ballots, Data

Row = tuple[str, ...]
"""The name of a row: ``cell`` or ``pooled`` or ``split`` or ``question``, then keys."""
Numbers = tuple[int, ...]
Texts = tuple[dict[tuple[str, str], int], LeftOut]
"""How many texts of each kind are kept under each subject, and what is said of those that are not."""


@dataclass(frozen=True)
class Electorate:
    """The rules of a campaign; ``late`` are the codes that small groups got after opening."""

    definition: Definition
    late: Late = ()

    @cached_property
    def forms(self) -> dict[str, Any]:
        """Map rater groups to their ballot forms."""
        return Packing(self.definition).form

    def tally(self, ballots: Iterable[Ballot]) -> Tally:
        """Add ballots up."""
        tally = Tally(self.definition)
        for ballot in ballots:
            tally.add(self.forms[ballot.group], ballot)
        return tally

    def count(self, tally: Tally) -> Count:
        """Keep of a tally what may be shown."""
        accounts = {}
        for key in self.forms:
            returned = tally.valid[key] + tally.spoiled[key]
            accounts[key] = GroupAccount(returned, 0, returned, tally.valid[key], tally.spoiled[key], 0)
        return self._disclosed(tally, Accounting.of(accounts))

    def _disclosed(self, tally: Tally, accounting: Accounting) -> Count:
        return disclose(self.definition, tally, accounting, self.late)

    def accepts(self, ballot: Ballot) -> bool:
        """Tell whether a ballot of these ratings can be cast, and is valid."""
        form, rules = self.forms[ballot.group], self.definition.rules
        if any(
            line.is_ticked and position not in (1, 2)
            for line, position in zip(form.lines, ballot.ratings, strict=True)
        ):
            return False
        if rules.blank is BlankRule.REQUIRE and BLANK in ballot.ratings:
            return False
        for _, allowed, position, places in form.quotas:
            if sum(ballot.ratings[place] == position for place in places) > allowed:
                return False
        return not is_spoiled(form, ballot.ratings)


@dataclass(frozen=True)
class World:
    """An electorate and what all of it handed in, spoiled ballots among it.

    The ballots at the places ``known`` were cast by the attacker.
    """

    electorate: Electorate
    ballots: tuple[Ballot, ...]
    known: frozenset[int] = frozenset()

    @classmethod
    def of(cls, data: Data, votes: Ballots) -> "World":
        """Read a definition and ballots; an empty line of a list to tick is written as what it counts as."""
        electorate = Electorate(read_definition(data))
        read = []
        for group, fields in votes:
            posted = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
            form = electorate.forms[group]
            ballot = form.check(posted)
            pairs = zip(form.lines, ballot.ratings, strict=True)
            ratings = tuple(position or line.empty_position for line, position in pairs)
            read.append(replace(ballot, ratings=ratings))
        return cls(electorate, tuple(read))

    def changed(self, changes: dict[int, Ballot]) -> "World":
        """Return the world in which some ballots are others."""
        ballots = list(self.ballots)
        for place, ballot in changes.items():
            ballots[place] = ballot
        return replace(self, ballots=tuple(ballots))

    @cached_property
    def tally(self) -> Tally:
        """Return everything added up, before anything is withheld."""
        return self.electorate.tally(self.ballots)

    @cached_property
    def count(self) -> Count:
        """Return what may be shown of it."""
        return self.electorate.count(self.tally)

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return what the database keeps of it."""
        return to_record(self.count)

    @cached_property
    def texts(self) -> Texts:
        """Return what the database keeps of the texts, but for their words, and what it says of others."""
        definition = self.electorate.definition
        kept = keep_texts(definition, self.tally, self.count, self._written())
        return dict(Counter((text.kind, text.subject) for text in kept.texts)), kept.left_out

    def _written(self) -> Iterator[tuple[str, str]]:
        """Go through what was written: a reason under every grade that asks for one."""
        for place in sorted(self.valid):
            ballot = self.ballots[place]
            for line, position in zip(self.electorate.forms[ballot.group].lines, ballot.ratings, strict=True):
                if position in asking(line):
                    yield f"{line.name}.reason", "…"
            yield from ((name, "…") for name in ballot.texts if name.count(".") == 1)

    @cached_property
    def kept(self) -> tuple[dict[str, Any], Texts]:
        """Return all that the database keeps: the record of the count, and the places of the texts."""
        return self.record, self.texts

    @cached_property
    def published(self) -> dict[str, Any]:
        """Return everything that is published of it, at the level of all tables."""
        return results_json(work_out(self.electorate.definition, self.count), "counted")

    @cached_property
    def valid(self) -> frozenset[int]:
        """Return the places of the ballots that are valid."""
        forms = self.electorate.forms
        return frozenset(
            place
            for place, ballot in enumerate(self.ballots)
            if not is_spoiled(forms[ballot.group], ballot.ratings)
        )

    def numbers(self, row: Row) -> Numbers:
        """Return the true counts of a row: one a grade, or one an option."""
        kind, *keys = row
        if kind == "question":
            question, group = keys
            groups = [group] if group else self.electorate.definition.question[question].groups
            each = [self.tally.options(question, key).options for key in groups]
        elif kind == "split":
            ratee, criterion, question, option = keys
            each = [self.tally.split(question, option)[ratee, criterion].grades]
        else:
            ratee, criterion, *some = keys
            groups = some or self.electorate.definition.ratee[ratee].groups
            each = [self.tally.cells(group)[ratee, criterion].grades for group in groups]
        return tuple(sum(numbers) for numbers in zip(*each, strict=True))


def asking(line: Line) -> list[int]:
    """List the positions of a line that ask for a reason."""
    return [at for at, grade in enumerate(line.scale.grades, 1) if grade.reason_required]


def withheld_rows(definition: Definition, count: Count) -> list[Row]:
    """Name every row of which the counts are not kept, the rows of merged groups among them."""
    found: list[Row] = []
    for (ratee, criterion), rows in count.cells.items():
        shown = rows.groups or {}
        found += [
            ("cell", ratee, criterion, key) for key in definition.ratee[ratee].groups if (key,) not in shown
        ]
        if rows.pooled is None:
            found.append(("pooled", ratee, criterion))
    for (ratee, criterion, question), options in count.breakdowns.items():
        found += [("split", ratee, criterion, question, key) for key, row in options.items() if row is None]
    for question, kept in count.questions.items():
        if kept.groups is None:
            found += [("question", question, key) for key in definition.question[question].groups]
        if kept.pooled is None:
            found.append(("question", question, ""))
    return found


def rows_of(groups: Sequence[Merged]) -> dict[str, Merged]:
    """Map the published keys of rows to the groups in them."""
    return {merged_key(group): group for group in groups}


def counted_questions(definition: Definition) -> list[str]:
    """List the questions whose answers are counted."""
    return [question.key for question in definition.questions if question.kind is not QuestionKind.TEXT]


def options(definition: Definition, question: str) -> tuple[str, ...]:
    """List the rows of a question's breakdown."""
    return options_of(definition.question[question])
