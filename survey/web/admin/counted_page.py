"""The frame of every page on a counted campaign: its head, its source, and what the pages draw with."""

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from survey.documents import chart
from survey.domain.campaign import Campaign
from survey.domain.decisions import Decisions
from survey.domain.form import Section
from survey.domain.screen import Screen
from survey.services import publishing
from survey.services.decisions import decisions_of
from survey.storage.database import transaction

from .campaign_page import path_of
from .labels import STATES
from .scope import campaign_in_scope

Build = Callable[[Session, Campaign, Screen], dict[str, Any]]


def counted_page(code: str, template: str, build: Build, status: int = 200) -> ResponseReturnValue:
    """Show a page of a counted campaign; ``build`` says what is on it; there is none before the count."""
    with transaction() as session:
        campaign = campaign_in_scope(session, code)
        if campaign.state not in publishing.COUNTED:
            return render_template("admin/results_early.html", campaign=campaign), 409
        _, results, digest = publishing.results(session, code)
        screen = Screen(results)
        decisions = decisions_of(session, campaign)
        shown = {"decisions": decisions} | build(session, campaign, screen)
    page = render_template(
        template,
        campaign=campaign,
        screen=screen,
        digest=digest,
        path=path_of(code),
        here=f"{path_of(code)}/results",
        state=STATES[campaign.state],
        says_something=_says_something,
        patterns=Markup(chart.patterns()),  # noqa: S704 – drawn from constants
        **shown,
    )
    return page, status


def _says_something(decisions: Decisions, section: Section) -> bool:
    """Tell whether anything stands that was decided on somebody of a section."""
    among = decisions.definition.ratees_of(section)
    return any(decisions.outcome(ratee).says_something for ratee in among)
