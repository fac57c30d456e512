"""What the campaign's page shows, put together; also again after a fault, with what was typed."""

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.documents.export.formats import Audience, offered_to
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, EntryMode, State
from survey.domain.results.voting_period import voting_moments
from survey.services.audit import audit, protocol
from survey.services.campaigns import campaigns, trial
from survey.services.campaigns.next_step import next_step
from survey.services.campaigns.step_checks import Check, NextAct
from survey.services.results import publishing
from survey.services.sms.accounting import told_numbers
from survey.services.sms.outbox import is_uninvited
from survey.services.voting import late_codes
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.accounts.people import address_of_new_signer
from survey.web.admin.current_actor import may
from survey.web.admin.results.published import address_of
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.steps import link, place_of, sentence, stages, title_of
from survey.web.admin.words.times import field_moment, moment, zone_name
from survey.web.context import now, settings

from .poster import survey_link
from .turnout import clock_time, countdown

_COUNTED = publishing.COUNTED
_NOTING_PRESENCE = (State.ARMED, State.OPEN, State.CLOSED)


def path_of(campaign_code: str) -> str:
    """Return the address of a campaign's page."""
    return url_for("admin.campaign", campaign_code=campaign_code)


def shown_page(campaign_code: str, status: int = 200, **typed: Any) -> ResponseReturnValue:
    """Show a campaign's page; ``typed`` are faults, and what was typed, to be shown again."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        shown = _standing(session, campaign) | _running(session, campaign) | _results(session, campaign)
    return render_template("admin/campaigns/campaign.html", campaign=campaign, **shown, **typed), status


def refused_page(campaign_code: str, sentence: str) -> ResponseReturnValue:
    """Show a campaign's page with what was refused."""
    return shown_page(campaign_code, 409, refusal=sentence)


def _standing(session: Session, campaign: Campaign) -> dict[str, Any]:
    zone = campaign.definition.time_zone
    acts = [(entry.act, entry.at) for entry, _ in audit.history(session, campaign.code)]
    step = next_step(
        session,
        campaign,
        base_url=settings().base_url,
        allow_http=settings().allow_http,
        keys=settings().keys,
        now=now(),
    )
    return {
        "path": path_of(campaign.code),
        "stages": stages(campaign, acts),
        "step": step,
        "title": title_of(step.act, campaign.definition),
        "checks": [
            (check.standing.value, sentence(check, zone), _link(campaign, check)) for check in step.checks
        ],
        "place": place_of(step.act, campaign.definition),
        "may_reopen": step.act is not NextAct.REOPEN or may(Permission.REOPEN),
        "trials": trial.trials_of(session, campaign.code),
        "uninvited": is_uninvited(session, campaign),
        "may_try": not campaign.is_trial and campaign.state in (State.DRAFT, State.ARMED),
    }


def _link(campaign: Campaign, check: Check) -> tuple[str, str] | None:
    """Return the word and the address of the page where whoever looks can mend a check."""
    account = current_user.account
    word, endpoint = link(check, account.role) or ("", "")
    match endpoint:
        case "":
            return None
        case "admin.list_people":
            return word, address_of_new_signer(campaign)
        case "admin.second_factor":
            asked = url_for(endpoint, next=path_of(campaign.code))
            return None if account.has_second_factor else (word, asked)
    return word, url_for(endpoint, campaign_code=campaign.code)


def _running(session: Session, campaign: Campaign) -> dict[str, Any]:
    zone, ends_at = campaign.definition.time_zone, campaign.closes_at
    begins_at = campaign.opens_at
    has_come = ends_at is not None and ends_at <= now()
    began, ended = _moments(session, campaign)
    return {
        "turnout": shown_turnout(session, campaign),
        "clock": clock_time(campaign),
        "present": campaigns.present(session, campaign),
        "noting": _noting(session, campaign),
        "begins": moment(begins_at, zone) if begins_at else None,
        "ends": moment(ends_at, zone) if ends_at else None,
        "began": moment(began, zone) if began else None,
        "ended": moment(ended, zone) if ended else None,
        "time_is_up": has_come,
        "ends_field": field_moment(ends_at, zone) if ends_at else "",
        "may_extend": ends_at is not None
        and not campaign.collecting
        and (campaign.state is State.ARMED or (campaign.state is State.OPEN and not has_come)),
        "begins_field": field_moment(begins_at, zone) if begins_at else "",
        "may_postpone": campaign.state is State.ARMED and begins_at is not None,
        "countdown": countdown(campaign),
        "offer": survey_link(campaign) if campaign.state in (State.ARMED, State.OPEN) else None,
        "zone": zone_name(zone, ends_at or begins_at or now()),
    }


def _moments(session: Session, campaign: Campaign) -> tuple[datetime | None, datetime | None]:
    """Return when voting began and when it ended, as far as it did."""
    began, ended = voting_moments(protocol.acts(session, campaign.code), campaign.closes_at)
    waits = campaign.state in (State.DRAFT, State.ARMED)
    runs = campaign.state is State.OPEN and not campaign.collecting
    return None if waits else began, None if waits or runs else ended


def _noting(session: Session, campaign: Campaign) -> list[str]:
    """List the rater groups whose persons present can be noted now."""
    if campaign.state in _NOTING_PRESENCE and campaign.definition.entry is EntryMode.CODES:
        return [group.key for group in campaign.definition.groups]
    return late_codes.awaited(session, campaign)


def _results(session: Session, campaign: Campaign) -> dict[str, Any]:
    counted = campaign.state in _COUNTED
    known = publishing.editions(session, campaign)
    return {
        "accounting": publishing.accounting(session, campaign) if counted else None,
        "sms": told_numbers(session, campaign) if counted else None,
        "formats": offered_to(Audience.OFFICE).values() if counted else (),
        "may_publish": campaign.state in publishing.SIGNED and not campaign.is_trial,
        "address": address_of(campaign, known),
    }
