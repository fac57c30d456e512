"""The frame of every page on a counted campaign: its head, its source, and what the pages draw with."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.domain.decisions.decisions import Decisions
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.form import Section
from survey.domain.results.result_view import Screen
from survey.domain.results.subjects import name_label
from survey.services.results import publishing
from survey.services.results.decisions import decisions_of
from survey.storage.database import transaction
from survey.web import charts
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.labels import STATES

Build = Callable[[Session, Campaign, Screen], dict[str, Any]]


def counted_page(campaign_code: str, template: str, build: Build, status: int = 200) -> ResponseReturnValue:
    """Show a page of a counted campaign; ``build`` says what is on it; there is none before the count."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        if campaign.state not in publishing.COUNTED:
            return render_template("admin/results/results_early.html", campaign=campaign), 409
        _, results, digest = publishing.results(session, campaign_code)
        screen = Screen(results)
        decisions = decisions_of(session, campaign)
        shown = {"decisions": decisions} | build(session, campaign, screen)
    page = render_template(
        template,
        campaign=campaign,
        screen=screen,
        digest=digest,
        path=path_of(campaign_code),
        here=url_for("admin.results_overview", campaign_code=campaign_code),
        state=STATES[campaign.state],
        says_something=_says_something,
        name_label=partial(name_label, screen.definition),
        patterns=charts.patterns(),
        **shown,
    )
    return page, status


def _says_something(decisions: Decisions, section: Section) -> bool:
    """Return whether anything stands that was decided on somebody of a section."""
    among = decisions.definition.ratees_of(section)
    return any(decisions.outcome(ratee).says_something for ratee in among)
