"""The results as what documents print: the official forms in printing order, and the flat tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import overload

from survey.domain.count.accounting import GroupAccount
from survey.domain.count.certificate import hands_of, short_digest
from survey.domain.count.results import Results
from survey.domain.definition.campaign import Definition, State

from .flat import flat_tables
from .official_lists import (
    accounting_sheet,
    breakdown_sheet,
    detail_sheet,
    nomination_sheet,
    standings_sheet,
)
from .official_questions import REVIEW, question_sheet, review_sheet
from .official_subject import subject_sheet
from .official_summary import flat_of, summary_sheets, summary_tables
from .official_words import number_notes
from .result_view import Screen
from .rules_text import WITHHELD, scale_notes, standing_notes, written
from .subjects import names_apart
from .table import Report, Sheet, Table
from .voting_period import VotingPeriod, voting_period

__all__ = [
    "EXTRA",
    "SIGNATURES",
    "WITHHELD",
    "make_report",
    "scale_notes",
    "sign_lines",
    "standing_notes",
    "written",
]

EXTRA = "extra"
"""The kind of form that holds what people typed beside the count."""
_UNSIGNED = "已计票，尚未确认"


def sign_lines(signatures: int) -> tuple[str, ...]:
    """Return the lines for signatures by hand under papers of a campaign that so many accounts sign."""
    return (*(f"{hand}(签字)" for hand in hands_of(signatures)), "单位(盖章)", "年  月  日")


SIGNATURES = sign_lines(2)
"""The lines where two accounts sign the count."""


def make_sheets(
    results: Results, remarks: Sequence[str] = (), examined: Mapping[str, str] | None = None
) -> list[Sheet]:
    """Lay a count out as official forms; together they hold every number of it.

    ``remarks`` stand under the ballot accounting; ``examined`` is what was decided of those on a list to
    tick, as ``nomination_sheet``.
    """
    screen = Screen(results)
    definition = results.definition
    sections = [section for section in definition.sections if definition.ratees_of(section)]
    asked = review_sheet(screen) if REVIEW in definition.title and sections else question_sheet(screen)
    names = names_apart(definition.ratees)
    listed = [nomination_sheet(screen, section, examined) for section in sections if section.is_ticked]
    sheets = [*listed, *summary_sheets(screen), accounting_sheet(screen, remarks)]
    sheets += [asked] if asked and asked.kind == "review" else []
    sheets += [standings_sheet(screen, section) for section in sections if not section.is_ticked]
    for section in sections:
        said = number_notes(definition, section)
        sheets += [
            subject_sheet(screen, ratee, names[ratee.key], said) for ratee in definition.ratees_of(section)
        ]
    sheets += [asked] if asked and asked.kind != "review" else []
    sheets += [detail_sheet(screen, section) for section in sections]
    sheets += [
        breakdown_sheet(screen, question, section)
        for question in definition.breakdowns
        for section in sections
    ]
    return sheets


def unit_facts(definition: Definition) -> tuple[tuple[str, str], ...]:
    """List who was evaluated and for which year, as far as the definition does."""
    said = (("被评单位", definition.rated_unit), ("年度", definition.year))
    return tuple((label, text) for label, text in said if text)


def _first(results: Results, examined: Mapping[str, str] | None) -> list[Table]:
    """Lay the first of the official tables out flat."""
    screen = Screen(results)
    listed = [
        nomination_sheet(screen, section, examined)
        for section in results.definition.sections
        if section.is_ticked and results.definition.ratees_of(section)
    ]
    # Whom voters named beside a list stands with the flat tables, under its own heading.
    return [*flat_of(replace(one, tables=one.tables[:1]) for one in listed), *summary_tables(screen)]


def _votes(total: GroupAccount) -> str:
    """Write how many ballots were given out, came back and counted."""
    voided = f"（其中作废{total.voided}张）" if total.voided else ""
    paper = "" if total.paper is None else f"（其中纸票{total.paper}张）"
    return f"发出{total.issued}张{voided}，收回{total.returned}张{paper}，有效{total.valid}张"


class _Tables(Sequence[Table]):
    """Tables made once somebody asks: documents that are printed have forms, and never do."""

    def __init__(self, make: Callable[[], list[Table]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> list[Table]:
        return self._make()

    @overload
    def __getitem__(self, at: int) -> Table: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Table]: ...

    def __getitem__(self, at: int | slice) -> Table | Sequence[Table]:
        return self._made[at]

    def __len__(self) -> int:
        return len(self._made)


def make_report(
    results: Results,
    digest: str,
    state: State,
    extra: Sequence[Table] = (),
    voted: VotingPeriod | None = None,
    remarks: Sequence[str] = (),
    examined: Mapping[str, str] | None = None,
) -> Report:
    """Lay results out as forms and tables; ``digest`` names the count and stands in every footer.

    ``extra`` are tables that are not of the count, printed after those that are. ``voted`` says when
    people voted; left out, the plan is named as such. ``remarks`` and ``examined`` are as in ``make_sheets``.
    """
    definition = results.definition
    unsigned = state is State.COUNTED
    period = (voted or voting_period(definition)).text()
    accounting = results.count.accounting.for_readers(definition.results.minimum_cell)
    footer = f"{definition.code} · 计票摘要 {short_digest(digest)}"
    return Report(
        title=definition.title,
        facts=(
            *unit_facts(definition),
            ("组织单位", definition.organiser),
            *((("测评时间", period),) if period else ()),
            ("票数", _votes(accounting.total)),
            ("活动代码", definition.code),
            ("状态", _UNSIGNED if unsigned else "已确认"),
            ("规则摘要", definition.digest),
            ("计票摘要", digest),
        ),
        tables=_Tables(lambda: [*_first(results, examined), *flat_tables(results, remarks), *extra]),
        signatures=sign_lines(definition.signatures),
        footer=f"{footer} · 尚未确认" if unsigned else footer,
        sheets=[
            *make_sheets(results, remarks, examined),
            *(Sheet(EXTRA, "", one.title, (), (one,)) for one in extra),
        ],
    )
