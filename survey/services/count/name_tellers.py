"""Who decides on names that are not on a list: taking a place, releasing an account, admitting one more."""

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import AccountActs
from survey.domain.accounts.roles import Permission, may
from survey.domain.audit.acts import Act
from survey.domain.decisions.name_tellers import (
    TellerPlaces,
    places_of,
    require_admissible,
    require_impartial,
    require_reason,
    require_releasable,
    require_room,
)
from survey.domain.decisions.written_names import by_wording, number_open
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, CannotRelease, CannotTakePart, WrongState
from survey.services.accounts import resets
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import count_rows
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.campaign_rows import locked_campaign

from . import teller_acts
from .teller_acts import TellerActs


def places(session: Session, campaign: Campaign, done: TellerActs | None = None) -> TellerPlaces:
    """Return which accounts decide on a campaign's wordings, did so, and hold a place now."""
    done = done or teller_acts.read(session, campaign)
    tellers = count_rows.name_tellers(session, campaign)
    found = [account_rows.find_account(session, name) for name, released in tellers.items() if not released]
    able = [one.name for one in found if one and _may_decide(one)]
    return places_of(tellers, able, done.back, [one.name for one in done.admissions])


def _may_decide(account: Account) -> bool:
    return not account.disabled and may(account.role, Permission.JOIN_NAMES)


def are_open(session: Session, campaign: Campaign) -> bool:
    """Return whether wordings wait to be decided. How many is for those alone who decide on them."""
    if not campaign.definition.takes_names or count_rows.find_named(session, campaign) is not None:
        return False
    chosen = by_wording(count_rows.find_name_choices(session, campaign))
    return number_open(count_rows.find_names(session, campaign), chosen) > 0


def take_part(session: Session, campaign_code: str, account: Account, by: By) -> None:
    """Note that an account will see and decide on the wordings.

    Raises ``WrongState``, ``CannotTakePart`` where no place is free for it, ``BadCredentials`` and
    ``UnconfirmedReset``.
    """
    campaign = locked_campaign(session, campaign_code)
    require_may_decide(session, campaign, account)
    done = teller_acts.read(session, campaign)
    found = places(session, campaign, done)
    if found.decides(account.name):
        return
    require_room(found, account.name)
    if sent_away(session, campaign, account.name, done):
        raise CannotTakePart("sent-away", "whoever released, disabled or reset a teller takes no place")
    count_rows.set_name_teller(session, campaign, account.name, released=False)
    number = len(found.tellers.keys() | {account.name})
    audit.record(session, by, Act.NAME_TELLER, campaign.code, number=number)


def sent_away(session: Session, campaign: Campaign, account: str, done: TellerActs) -> bool:
    """Return whether an account released or disabled a teller, or reset one, which nobody confirmed."""
    return done.sent_away(account) or done.has_reset(account, resets.seen_from(session, campaign))


def require_names(campaign: Campaign) -> None:
    """Refuse with ``WrongState`` a campaign that has no written names, or none any more."""
    campaign.require(State.COUNTED, State.CERTIFIED, to="decide on written names")
    if not campaign.definition.takes_names:
        raise WrongState(f"no list of {campaign.code} takes names that are not on it")


def require_may_decide(session: Session, campaign: Campaign, account: Account) -> None:
    """Refuse an account that may not decide on wordings now: its role, or a reset that nobody confirmed.

    Raises ``WrongState`` but in a counted campaign, ``BadCredentials`` and ``UnconfirmedReset``.
    """
    _require_open(campaign)
    if not may(account.role, Permission.JOIN_NAMES):
        raise BadCredentials(f'"{account.name}" is {account.role} and may not decide on written names')
    resets.require_confirmed(resets.held(session, campaign), campaign, account.name)


def unconfirmed(session: Session, campaign: Campaign, account: str) -> str | None:
    """Name who reset an account after arming, while nobody else has confirmed that it was right."""
    waiting = resets.waits(resets.seen_from(session, campaign), account)
    return waiting[-1].actor if waiting else None


def releasable(session: Session, campaign: Campaign, owner: Account) -> list[str]:
    """List the accounts whose place an owner could free now."""
    if campaign.state is not State.COUNTED or not may(owner.role, Permission.RELEASE_NAME_TELLERS):
        return []
    able = sorted(places(session, campaign).able)
    # Of those who hold a place what stands against one release stands against each.
    return able if able and obstacle(session, campaign, able[0], owner) is None else []


def obstacle(session: Session, campaign: Campaign, account: str, owner: Account) -> str | None:
    """Return why an owner cannot free the place of an account now, as ``CannotRelease`` gives it.

    Raises ``WrongState`` and ``BadCredentials``. The log is not held: a page only tells.
    """
    try:
        _require_may_release(session, campaign, account, owner, resets.seen_from(session, campaign))
    except CannotRelease as error:
        return error.why
    return None


def _require_may_release(
    session: Session, campaign: Campaign, account: str, owner: Account | None, seen: AccountActs
) -> None:
    _require_open(campaign)
    done = teller_acts.read(session, campaign)
    found = places(session, campaign, done)
    if owner is not None:
        if not may(owner.role, Permission.RELEASE_NAME_TELLERS):
            raise BadCredentials(f'"{owner.name}" is {owner.role} and releases nobody')
        doubtful, has_reset = seen.is_doubtful(owner.name), done.has_reset(owner.name, seen)
        require_impartial(owner.name, found, is_doubtful=doubtful, has_reset=has_reset)
    require_releasable(found, account, are_open=are_open(session, campaign))


def release(
    session: Session, campaign_code: str, account: str, reason: str, owner: Account | None, by: By
) -> str:
    """Free the place of an account that does not decide, proof just checked; return the log's check value.

    ``owner`` is who does it, ``None`` on the command line. What the account chose stays. Raises
    ``WrongState``, ``CannotRelease``, ``BadCredentials`` and ``BadReason``.
    """
    campaign = locked_campaign(session, campaign_code)
    _require_may_release(session, campaign, account, owner, resets.held(session, campaign))
    said = require_reason(reason)
    count_rows.set_name_teller(session, campaign, account, released=True)
    return audit.record(session, by, Act.NAME_TELLER_RELEASED, campaign.code, name=account, reason=said)


def admit(session: Session, campaign_code: str, account: Account, reason: str, by: By) -> str:
    """Admit one more account though five took part, on the command line; return the log's check value.

    It takes a place itself, as any other. Raises ``WrongState``, ``BadCredentials`` and ``BadReason``.
    """
    campaign = locked_campaign(session, campaign_code)
    _require_open(campaign)
    if not _may_decide(account):
        raise BadCredentials(f'"{account.name}" is disabled, or {account.role} and may not decide on names')
    require_admissible(places(session, campaign), account.name, are_open=are_open(session, campaign))
    said = require_reason(reason)
    return audit.record(session, by, Act.NAME_TELLER_ADMITTED, campaign.code, name=account.name, reason=said)


def what_is_released(session: Session, campaign: Campaign, account: str) -> str:
    """Return what a passkey is asked for: this release of an account, and no later one."""
    number = len(teller_acts.read(session, campaign).releases)
    return f"release {account} from the written names of {campaign.code} after {number}"


def _require_open(campaign: Campaign) -> None:
    require_names(campaign)
    campaign.require(State.COUNTED, to="decide on written names")
