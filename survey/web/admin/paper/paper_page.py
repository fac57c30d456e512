"""What the page on ballots on paper shows, put together; also again after a fault, with what was typed."""

from collections.abc import Iterator
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import NoPaper
from survey.domain.operations.job import Job
from survey.services.operations import jobs
from survey.services.paper.reading import can_read
from survey.services.paper.status import status
from survey.services.voting import late_codes
from survey.services.voting.tokens import planned_are_issued, planned_numbers
from survey.storage.database import transaction
from survey.web.admin.current_actor import may
from survey.web.admin.operations.job_pages import PAPER_KINDS
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words import paper as words
from survey.web.context import settings

from .paper_forms import ListedForm, ballots_form, specimens_form
from .scans import MAX_SCANS

PRINTABLE = (State.ARMED, State.OPEN)
_PERMISSIONS = {"admin.campaign": Permission.READ_CAMPAIGNS, "admin.review_line": Permission.REVIEW_PAPER}
"""What whoever goes where the next step is must be allowed to do, where it is not to run the campaign."""
TRIABLE = (State.DRAFT, State.ARMED, State.OPEN)


def paper_campaign(session: Session, campaign_code: str) -> Campaign:
    """Return a campaign that is voted in on paper, to whoever may see it.

    Raises ``NoPaper`` and ``UnknownCampaign``.
    """
    campaign = campaign_in_scope(session, campaign_code)
    if campaign.definition.paper is None:
        raise NoPaper(campaign_code)
    return campaign


def page_of(campaign_code: str) -> str:
    """Return the address of a campaign's page on paper."""
    return url_for("admin.paper", campaign_code=campaign_code)


def shown_page(campaign_code: str, answer: int = 200, **typed: Any) -> ResponseReturnValue:
    """Show the page; ``typed`` are faults, and what was typed, to be shown again."""
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
        found = status(session, campaign, settings().keys)
        recent = list(_recent(session, campaign)) if may(Permission.RUN) else []
        offered = bool(planned_numbers(campaign)) and not planned_are_issued(session, campaign_code)
        small = late_codes.read_opening(session, campaign).small_groups(campaign)
    step = words.next_step(campaign, found)
    collecting = campaign.is_collecting
    maker = may(Permission.RUN)
    fresh = {
        "ballots": ballots_form(campaign, offered=offered),
        "listed": ListedForm(formdata=None, key=jobs.new_key()),
        "specimens": specimens_form(campaign),
    }
    page = render_template(
        "admin/paper/paper.html",
        campaign=campaign,
        definition=campaign.definition,
        rules=campaign.definition.paper,
        status=found,
        small=small,
        scan_key=jobs.new_key(),
        say=words,
        stages=words.stages(campaign, found),
        step=step,
        may_go=may(_PERMISSIONS.get(step.place, Permission.RUN)),
        refused=[(words.REFUSALS[why], number) for why, number in found.sheets.refused.items() if number],
        recent=recent,
        collecting=collecting,
        reader=can_read(),
        maker=maker,
        may_print=maker and campaign.state in PRINTABLE and not collecting,
        may_try=maker and campaign.state in TRIABLE and not collecting,
        may_note=maker and ((collecting and not campaign.held) or campaign.state is State.CLOSED),
        may_scan=maker and collecting and not campaign.held and not found.key_lost,
        most=MAX_SCANS >> 20,
        **(fresh | typed),
    )
    return page, answer


def _recent(session: Session, campaign: Campaign) -> Iterator[Job]:
    found = [
        job for kind in PAPER_KINDS for job in jobs.recent(session, campaign.code, current_user.account, kind)
    ]
    yield from sorted(found, key=lambda job: job.made_at, reverse=True)[: jobs.SHOWN]
