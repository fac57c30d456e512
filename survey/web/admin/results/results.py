"""The results of a counted campaign on the screen: all, one section, one ratee."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from survey.documents.export.formats import Audience, offered_to
from survey.domain.accounts.roles import Permission
from survey.domain.definition.form import QuestionKind, Section
from survey.domain.results.official_lists import votes_of
from survey.domain.results.official_words import names_table, nomination_notes
from survey.domain.results.result_view import Screen
from survey.domain.results.rules_text import late_notes, ranking_notes, table_notes
from survey.domain.results.screen_rows import Order, Scope, order_lines, order_ranking
from survey.domain.results.subjects import place_label
from survey.web import charts
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .comparing import gains_of
from .counted_page import counted_page
from .long_tables import Looked

_DRAWN = {"bar": charts.bar, "key": charts.key}


@blueprint.get("/c/<campaign_code>/results")
@access(Permission.READ_CAMPAIGNS)
def results_overview(campaign_code: str) -> ResponseReturnValue:
    """Show how the ballots add up, the ranking of every section, and the questions."""
    return _page(campaign_code, "admin/results/results.html", _overview)


@blueprint.get("/c/<campaign_code>/results/s/<section>")
@access(Permission.READ_CAMPAIGNS)
def results_section(campaign_code: str, section: str) -> ResponseReturnValue:
    """Show the ratees of a section side by side, by one criterion, as one group or all saw them."""
    return _page(
        campaign_code, "admin/results/results_section.html", lambda screen: _section(screen, section)
    )


@blueprint.get("/c/<campaign_code>/results/p/<ratee>")
@access(Permission.READ_CAMPAIGNS)
def results_ratee(campaign_code: str, ratee: str) -> ResponseReturnValue:
    """Show all that the count says of one ratee."""
    return counted_page(
        campaign_code,
        "admin/results/results_ratee.html",
        lambda session, campaign, screen: (
            _DRAWN | _ratee(screen, ratee) | gains_of(session, campaign, screen, ratee)
        ),
    )


def _page(
    campaign_code: str, template: str, shown: Callable[[Screen], dict[str, Any]]
) -> ResponseReturnValue:
    return counted_page(campaign_code, template, lambda _session, _campaign, screen: _DRAWN | shown(screen))


def _overview(screen: Screen) -> dict[str, Any]:
    definition = screen.definition
    order = Order.read(request.args.get("sort", "rank" if definition.results.rank else ""))
    looked = Looked.read(definition)
    rankings = [(ranking, looked.found(order_ranking(ranking, order))) for ranking in screen.rankings()]
    page = looked.page([len(rows) for _, rows in rankings])
    return {
        "order": order,
        "looked": looked,
        "page": page,
        "rankings": [
            (ranking, [rows[place] for place in places], _notes_of(screen, ranking.section))
            for (ranking, rows), places in zip(rankings, page.parts, strict=True)
            if places or not (rows or looked.sought)
        ],
        "votes_of": partial(votes_of, screen),
        "others": partial(names_table, screen.results),
        "questions": [
            (question, screen.shown_question_lines(question))
            for question in definition.questions
            if question.kind is not QuestionKind.TEXT
        ],
        "accounting": screen.results.count.accounting,
        "sms": screen.results.sms,
        # No table here is broken down by an answer.
        "reasons": [why for why in screen.reasons() if why != "small-option"],
        "formats": offered_to(Audience.OFFICE).values(),
    }


def _notes_of(screen: Screen, section: Section) -> tuple[str, ...]:
    """Return what stands under the ranking of a section."""
    late = screen.results.count.late
    if section.is_ticked:
        return *nomination_notes(screen.results, section), *late_notes(screen.definition, late)
    return ranking_notes(screen.definition, section, late)


def _section(screen: Screen, key: str) -> dict[str, Any]:
    section = screen.definition.section.get(key) or abort(404)
    criterion = _chosen(section.criteria, "criterion")
    scopes = screen.scopes(section)
    scope: Scope = _chosen(scopes, "over")
    order = Order.read(request.args.get("sort", ""))
    looked = Looked.read(screen.definition)
    lines = looked.found(screen.section_lines(section, criterion, scope))
    ordered = order_lines(lines, order)
    page = looked.page([len(lines)])
    marked = {"small-option" if line.row is None else line.why for line in lines if line.why}
    return {
        "section": section,
        "criterion": criterion,
        "scopes": scopes,
        "scope": scope,
        "order": order,
        "looked": looked,
        "page": page,
        "form": screen.form(section),
        "place_label": place_label(screen.definition, section),
        "lines": [ordered[place] for place in page.parts[0]],
        "notes": table_notes(screen.definition, section, screen.results.count.late),
        "reasons": [why for why in screen.reasons(section=key) if why in marked],
    }


def _ratee(screen: Screen, key: str) -> dict[str, Any]:
    definition = screen.definition
    ratee = definition.ratee.get(key) or abort(404)
    section = definition.section[ratee.section]
    groups = screen.groups(section)
    return {
        "ratee": ratee,
        "section": section,
        "groups": groups,
        "form": screen.form(section),
        "total": screen.placed(ratee),
        "criteria": screen.criteria(ratee),
        "cells": [(criterion, screen.shown_lines(ratee, criterion)) for criterion in section.criteria],
        "breakdowns": [
            (question, criterion, screen.option_lines(ratee, criterion, question))
            for question in definition.breakdowns
            for criterion in section.criteria
        ],
        "beside": _beside(screen, ratee.key),
        "notes": ranking_notes(definition, section, screen.results.count.late),
        "reasons": screen.reasons(ratee=key),
    }


def _beside(screen: Screen, key: str) -> tuple[Any, Any]:
    """Return the ratees before and after one in its section, as they are defined."""
    ratee = screen.definition.ratee[key]
    among = screen.definition.ratees_of(screen.definition.section[ratee.section])
    place = among.index(ratee)
    return (among[place - 1] if place else None, among[place + 1] if place + 1 < len(among) else None)


def _chosen(among: Any, name: str) -> Any:
    """Return what the address names among things with keys, the first where it names none."""
    wanted = request.args.get(name)
    if wanted is None:
        return among[0]
    return next((one for one in among if one.key == wanted), None) or abort(404)
