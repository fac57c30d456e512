"""Published results as pages: put together from what readers are given, never from more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from survey.documents.export.formats import Audience, offered_to
from survey.domain.count.disclosure import Why
from survey.domain.decisions.score_differences import gain_notes
from survey.domain.definition.campaign import Campaign, Publication
from survey.domain.definition.form import QuestionKind, Ratee, Section
from survey.domain.operations.paging import parts_page
from survey.domain.publication.edition import Choice, Edition, Personal
from survey.domain.results.correction_words import correction_notes
from survey.domain.results.official_lists import votes_of
from survey.domain.results.official_words import names_table, nomination_notes, paper_notes
from survey.domain.results.result_view import Screen
from survey.domain.results.rules_text import (
    entry_notes,
    late_notes,
    pool_notes,
    ranking_notes,
    rounding_notes,
    table_notes,
)
from survey.domain.results.screen_rows import Order, Ranking, Scored, order_ranking
from survey.domain.results.subjects import name_label
from survey.services.results.editions import Page, PersonPage
from survey.web import charts
from survey.web.languages import Language, language

MOST_ON_ONE_PAGE = 200
"""Up to so many ratees, a page shows all: readers look for themselves and for others in one place."""
RATEES_OF_A_PAGE = 25
"""Of more, each page shows so many: some 35 kB each, 2 kB compressed."""


@dataclass(frozen=True)
class PageAddress:
    """Where a page stands: its endpoint and that of its data, their parts, and what follows in every link."""

    endpoint: str
    data: str
    parts: Mapping[str, Any]
    query: str = ""

    def page(self, of: Language) -> str:
        """Return the address of this page in a language."""
        return url_for(self.endpoint, **self.parts) + self._asked(urlencode(of.asked))

    def numbered(self, number: int) -> str:
        """Return the address of one of this page's parts, where it has several."""
        more = urlencode({"page": number} | language().asked) if number > 1 else urlencode(language().asked)
        return url_for(self.endpoint, **self.parts) + self._asked(more)

    def file(self, kind: str) -> str:
        """Return the address of the data in a format."""
        return url_for(self.data, kind=kind, **self.parts) + self._asked()

    def _asked(self, more: str = "") -> str:
        asked = "&".join(part for part in (self.query, more) if part)
        return f"?{asked}" if asked else ""


def results_page(
    campaign: Campaign,
    edition: Edition,
    before: Sequence[Edition],
    page: Page,
    address: PageAddress,
    *,
    choice: Choice,
    number: int = 1,
) -> str:
    """Show what an edition says to all, or to those who hold the link.

    Where it is about more ratees than one page shows, ``number`` says which of its pages.
    """
    screen = Screen(page.results)
    definition = screen.definition
    order = Order("rank" if definition.results.rank else "")
    rankings = [_ordered(screen, one, order, choice) for one in definition.sections]
    among = [[row.ratee for row in rows] or definition.ratees_of(one) for one, _, rows in rankings]
    size = max(1, page_size(len(definition.ratees)))
    part = parts_page([len(ratees) for ratees in among], number, size)
    sections = [
        _section(screen, section, ranking, rows, choice, [ratees[place] for place in places])
        for (section, ranking, rows), ratees, places in zip(rankings, among, part.parts, strict=True)
        if places or not ratees
    ]
    return render_template(
        "public/results.html",
        choice=choice,
        votes_of=partial(votes_of, screen),
        part=part,
        names=_names(among, part.last, size),
        sections=sections,
        accounting=page.results.count.accounting,
        entry_notes=(
            *paper_notes(page.results),
            *entry_notes(definition, page.results.sms),
            *pool_notes(definition),
            *late_notes(definition, page.results.count.late),
            *correction_notes(definition),
        ),
        rounding=rounding_notes(definition),
        questions=_questions(screen),
        page=page,
        **_frame(campaign, edition, before, page, screen, address, Audience.READERS),
    )


def person_page(
    campaign: Campaign, edition: Edition, page: PersonPage, address: PageAddress, *, personal: Personal
) -> str:
    """Show what an edition says to one person of that person."""
    screen = Screen(page.results)
    definition = screen.definition
    ratee = definition.ratee[page.ratee.key]
    section = definition.section[ratee.section]
    groups = screen.groups(section)
    total = screen.placed(ratee)
    splits = _splits(screen, section, ratee)
    return render_template(
        "public/person.html",
        ratee=ratee,
        section=section,
        groups=groups,
        form=screen.form(section),
        total=total,
        criteria=screen.criteria(ratee),
        cells=[(criterion, screen.shown_lines(ratee, criterion)) for criterion in section.criteria],
        breakdowns=[(question, *part) for question, parts in splits for part in parts],
        splits=splits,
        gains={gain.criterion.key if gain.criterion else "": gain for gain in page.gains},
        gain_notes=gain_notes(),
        is_weighed=section.key in page.results.weighed,
        notes=ranking_notes(definition, section, page.results.count.late),
        reasons=screen.reasons(ratee=ratee.key),
        until=moment(personal.until, campaign),
        page=page,
        **_frame(campaign, edition, (), page, screen, address, Audience.PERSON),
    )


def moment(when: datetime, campaign: Campaign) -> str:
    """Write a moment to the minute, in a campaign's time zone."""
    zone = ZoneInfo(campaign.definition.time_zone)
    return str(format_datetime(when.astimezone(zone), _("y 年 M 月 d 日 HH:mm"), rebase=False))


def _frame(
    campaign: Campaign,
    edition: Edition,
    before: Sequence[Edition],
    page: Page,
    screen: Screen,
    address: PageAddress,
    audience: Audience,
) -> dict[str, Any]:
    """Return what stands around the tables of every page."""
    voted = page.voted
    return {
        "campaign": campaign,
        "definition": screen.definition,
        "screen": screen,
        "edition": edition,
        "published": moment(edition.published_at, campaign),
        "period": []
        if voted.planned
        else [format_date(day, _("y 年 M 月 d 日"), rebase=False) for day in voted.days],
        "before": [(one, moment(one.published_at, campaign), _withdrawn(one, campaign)) for one in before],
        "personal_level": Publication.PERSON,
        "place": address,
        "patterns": charts.patterns(),
        "bar": charts.bar,
        "key": charts.key,
        "formats": offered_to(audience).values(),
    }


def _withdrawn(edition: Edition, campaign: Campaign) -> str:
    return moment(edition.withdrawn_at, campaign) if edition.withdrawn_at else ""


def _splits(screen: Screen, section: Section, ratee: Ratee) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """Return each question that splits the answers, with what it makes of each line about somebody."""
    return [
        (question, [(one, screen.option_lines(ratee, one, question)) for one in section.criteria])
        for question in screen.definition.breakdowns
    ]


def page_size(ratees: int) -> int:
    """Return how many ratees a page shows: all of an ordinary campaign, some of one with very many."""
    return ratees if ratees <= MOST_ON_ONE_PAGE else RATEES_OF_A_PAGE


def _names(among: Sequence[Sequence[Ratee]], last: int, size: int) -> list[tuple[Ratee, int]]:
    """List who stands on which page, by name; nobody where there is one page."""
    if last == 1:
        return []
    placed = [(ratee, place // size + 1) for place, ratee in enumerate(chain.from_iterable(among))]
    return sorted(placed, key=lambda one: one[0].name)


def _ordered(
    screen: Screen, section: Section, order: Order, choice: Choice
) -> tuple[Section, Ranking | None, list[Scored]]:
    ranking = screen.ranking(section) if choice.ranking else None
    return section, ranking, order_ranking(ranking, order) if ranking else []


def _section(
    screen: Screen,
    section: Section,
    ranking: Ranking | None,
    all_rows: Sequence[Scored],
    choice: Choice,
    on_page: Sequence[Ratee],
) -> dict[str, Any]:
    definition = screen.definition
    here = {ratee.key for ratee in on_page}
    ratees = [ratee for ratee in definition.ratees_of(section) if ratee.key in here]
    rows = [row for row in all_rows if row.ratee.key in here]
    placed = {row.ratee.key: row for row in rows}
    shown = section.criteria if choice.values else ()
    values = {ratee.key: [(one, screen.shown_lines(ratee, one)) for one in shown] for ratee in ratees}
    return {
        "section": section,
        "ranking": ranking,
        "rows": rows,
        "ranking_notes": _ranking_notes(screen, section),
        "others": names_table(screen.results, section) if choice.ranking else None,
        "is_weighed": section.key in screen.results.weighed,
        "form": screen.form(section),
        "lines": [
            (criterion, [(ratee, values[ratee.key][place][1]) for ratee in ratees])
            for place, criterion in enumerate(shown)
        ],
        "breakdowns": [
            (
                question,
                [
                    (
                        criterion,
                        [(ratee, screen.option_lines(ratee, criterion, question)) for ratee in ratees],
                    )
                    for criterion in section.criteria
                ],
            )
            for question in definition.breakdowns
        ],
        "cards": [
            (ratee, placed.get(ratee.key), values[ratee.key], _splits(screen, section, ratee))
            for ratee in ([row.ratee for row in rows] or ratees)
        ],
        "alone": len(definition.ratees_of(section)) == 1,
        "name_label": name_label(definition, section),
        "notes": table_notes(definition, section, screen.results.count.late),
        "reasons": _reasons(screen, section, ranking),
    }


def _ranking_notes(screen: Screen, section: Section) -> tuple[str, ...]:
    """Return what stands under the ranking of a section."""
    late = screen.results.count.late
    if section.is_ticked:
        return *nomination_notes(screen.results, section), *late_notes(screen.definition, late)
    return ranking_notes(screen.definition, section, late)


def _reasons(screen: Screen, section: Section, ranking: Ranking | None) -> list[str]:
    """List why something is left out of a section, of the scores as well."""
    found = set(screen.reasons(section=section.key))
    for row in ranking.rows if ranking else ():
        found |= {why.value for why in (row.why, row.pooled_why) if why}
    return [why for why in (Why.SMALL_CELL.value, Why.SMALL_GROUP.value, "small-option") if why in found]


def _questions(screen: Screen) -> list[tuple[Any, Any, list[str]]]:
    found = []
    for question in screen.definition.questions:
        lines = screen.shown_question_lines(question) if question.kind is not QuestionKind.TEXT else []
        if lines:
            whys: set[str] = {line.why.value for line in lines if line.why}
            reasons: list[str] = [why.value for why in Why if why.value in whys]
            found.append((question, lines, reasons))
    return found
