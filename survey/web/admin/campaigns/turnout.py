"""The turnout while voting runs: a part of the campaign's page, and a page for the screen of the room.

Neither is written to any log, and both show no more than ``services/voting/turnout`` lets through.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from survey.documents.layout import qr
from survey.domain.accounts.roles import Permission
from survey.domain.ballot.turns import TurnStanding
from survey.domain.definition.campaign import Campaign, State
from survey.services.voting import turns
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.labels import STATES
from survey.web.admin.words.times import time_left
from survey.web.context import now
from survey.web.security import access

from .poster import entry_address

RUNNING = (State.ARMED, State.OPEN)


@blueprint.get("/c/<campaign_code>/turnout")
@access(Permission.READ_CAMPAIGNS)
def turnout(campaign_code: str) -> ResponseReturnValue:
    """Show how many ballots were returned: the part of a page that refreshes itself."""
    return _part("admin/campaigns/_turnout.html", campaign_code)


@blueprint.get("/c/<campaign_code>/screen")
@access(Permission.READ_CAMPAIGNS)
def screen(campaign_code: str) -> ResponseReturnValue:
    """Show the turnout and the address to the whole room."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        shown = shown_turnout(session, campaign)
        standing = _standing(session, campaign)
    address = entry_address(campaign)
    return render_template(
        "admin/campaigns/screen.html",
        campaign=campaign,
        turnout=shown,
        standing=standing,
        clock=clock_time(campaign, seconds=False),
        states=STATES,
        countdown=countdown(campaign),
        address=address,
        host=address.partition("://")[2],
        qr=Markup(qr.svg(address)),  # noqa: S704 – drawn from numbers only
    )


@blueprint.get("/c/<campaign_code>/screen/turnout")
@access(Permission.READ_CAMPAIGNS)
def screen_turnout(campaign_code: str) -> ResponseReturnValue:
    """Show the part of the screen that refreshes itself."""
    return _part("admin/results/_screen.html", campaign_code, on_screen=True)


def _standing(session: Session, campaign: Campaign) -> TurnStanding | None:
    """Return how far a campaign that goes person by person has come; ``None`` unless voting runs."""
    runs = campaign.definition.turns and campaign.state is State.OPEN and not campaign.held
    return turns.standing(session, campaign) if runs else None


def clock_time(campaign: Campaign, *, seconds: bool = True) -> str:
    """Return the time of day in a campaign's time zone."""
    here: datetime = now().astimezone(ZoneInfo(campaign.definition.time_zone))
    return f"{here:%H:%M:%S}" if seconds else f"{here:%H:%M}"


def countdown(campaign: Campaign) -> str:
    """Return how long it is until a campaign is opened by the clock; empty where that is not ahead."""
    ahead = campaign.opens_at - now() if campaign.opens_at and not campaign.held else timedelta()
    return time_left(ahead) if campaign.state is State.ARMED and ahead > timedelta() else ""


def _part(template: str, campaign_code: str, *, on_screen: bool = False) -> Response:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        shown = shown_turnout(session, campaign)
        standing = _standing(session, campaign) if on_screen else None
    response = make_response(
        render_template(
            template,
            campaign=campaign,
            turnout=shown,
            standing=standing,
            clock=clock_time(campaign, seconds=not on_screen),
            states=STATES,
            countdown=countdown(campaign),
        )
    )
    is_closing = campaign.state is State.CLOSED and not campaign.forgotten
    if request.args.get("state", campaign.stage) != campaign.stage:
        # Opened since, or paper ballots are collected, by the clock or by somebody else.
        response.headers["HX-Refresh"] = "true"
    if campaign.state not in RUNNING and (on_screen or not is_closing):
        # Voting is over: the whole page has something else to say. But not in the middle of the close: who
        # asked for it would be taken off the page, and never see the check value, or who holds it up.
        response.headers["HX-Refresh"] = "true"
    return response
