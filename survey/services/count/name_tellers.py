"""Who decides on names that are not on a list: taking a place, and releasing whoever does not decide."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import hand_of
from survey.domain.accounts.roles import Permission, may
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import NameRelease
from survey.domain.decisions.name_tellers import (
    MAX_ACCOUNTS,
    TellerPlaces,
    require_impartial,
    require_reason,
    require_releasable,
)
from survey.domain.decisions.written_names import by_wording, number_open
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, CannotRelease, WrongState
from survey.services.accounts import resets
from survey.services.audit import audit, audit_log, protocol
from survey.services.audit.audit import By
from survey.services.audit.protocol import LoggedAct
from survey.storage import count_rows
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.campaign_rows import locked_campaign


def places(session: Session, campaign: Campaign) -> TellerPlaces:
    """Return which accounts decide on a campaign's wordings, did so, and hold a place now."""
    tellers = count_rows.name_tellers(session, campaign)
    found = [account_rows.find_account(session, name) for name, released in tellers.items() if not released]
    able = (one.name for one in found if one and not one.disabled and may(one.role, Permission.JOIN_NAMES))
    return TellerPlaces(tellers, frozenset(able))


def are_open(session: Session, campaign: Campaign) -> bool:
    """Return whether wordings wait to be decided. How many is for those alone who decide on them."""
    if not campaign.definition.takes_names or count_rows.find_named(session, campaign) is not None:
        return False
    chosen = by_wording(count_rows.find_name_choices(session, campaign))
    return number_open(count_rows.find_names(session, campaign), chosen) > 0


def take_part(session: Session, campaign_code: str, account: Account, by: By) -> None:
    """Note that an account will see and decide on the wordings.

    Raises ``WrongState``, also where no place is free or so many took part already, ``CannotRelease`` for an
    owner who sent somebody away, ``BadCredentials`` and ``UnconfirmedReset``.
    """
    campaign = locked_campaign(session, campaign_code)
    require_may_decide(session, campaign, account)
    found = places(session, campaign)
    if found.decides(account.name):
        return
    if not found.has_room(account.name):
        raise WrongState(
            f"{', '.join(sorted(found.able))} decide on the written names of {campaign_code}, and "
            f"{len(found.released)} of at most {MAX_ACCOUNTS} accounts took part so far"
        )
    if sent_away(session, campaign, account.name):
        raise CannotRelease("sent-away", "whoever released or disabled a teller takes no place")
    count_rows.set_name_teller(session, campaign, account.name, released=False)
    number = len(found.released.keys() | {account.name})
    audit.record(session, by, Act.NAME_TELLER, campaign.code, number=number)


def sent_away(session: Session, campaign: Campaign, account: str) -> bool:
    """Return whether an account released, or disabled, another one that had taken part."""
    done = protocol.acts(session, campaign.code)
    if any(one.by == account for one in released(session, done)):
        return True
    since = {act.actor: act.number for act in done if act.act == Act.NAME_TELLER}
    disabled = audit_log.read_acts(session, {Act.ACCOUNT_DISABLED})
    return any(
        entry.actor == account and since.get(facts["name"], entry.number) < entry.number
        for entry, facts in disabled
    )


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


def require_may_release(
    session: Session, campaign: Campaign, account: str, owner: Account | None
) -> TellerPlaces:
    """Refuse to free the place of an account; ``owner`` is who would, ``None`` on the command line.

    Raises ``WrongState``, ``CannotRelease`` and ``BadCredentials``.
    """
    _require_open(campaign)
    found = places(session, campaign)
    if owner is not None:
        if not may(owner.role, Permission.RELEASE_NAME_TELLERS):
            raise BadCredentials(f'"{owner.name}" is {owner.role} and releases nobody')
        acts = resets.held(session, campaign)
        require_impartial(owner.name, found, is_doubtful=acts.is_doubtful(owner.name))
    require_releasable(found, account, are_open=are_open(session, campaign))
    return found


def release(
    session: Session, campaign_code: str, account: str, reason: str, owner: Account | None, by: By
) -> str:
    """Free the place of an account that does not decide, proof just checked; return the log's check value.

    What it chose stays. Raises ``WrongState``, ``CannotRelease``, ``BadCredentials`` and ``BadReason``.
    """
    campaign = locked_campaign(session, campaign_code)
    require_may_release(session, campaign, account, owner)
    said = require_reason(reason)
    count_rows.set_name_teller(session, campaign, account, released=True)
    return audit.record(session, by, Act.NAME_TELLER_RELEASED, campaign.code, name=account, reason=said)


def what_is_released(session: Session, campaign: Campaign, account: str) -> str:
    """Return what a passkey is asked for: this release of an account, and no later one."""
    number = len(released(session, protocol.acts(session, campaign.code)))
    return f"release {account} from the written names of {campaign.code} after {number}"


def released(session: Session, acts: Iterable[LoggedAct]) -> list[NameRelease]:
    """List the releases among the acts on a campaign."""
    accounts = frozenset(one.name for one in account_rows.list_accounts(session))
    return [
        NameRelease(
            act.facts["name"], act.at, act.actor, hand_of(act.actor, "", accounts), act.facts["reason"]
        )
        for act in acts
        if act.act == Act.NAME_TELLER_RELEASED
    ]


def _require_open(campaign: Campaign) -> None:
    require_names(campaign)
    campaign.require(State.COUNTED, to="decide on written names")
