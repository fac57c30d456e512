"""Campaigns from the first draft to the close."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.campaign import Campaign, Custody, EntryMode, State
from survey.domain.definition.canonical import digest
from survey.domain.errors import (
    BadSetting,
    CampaignExists,
    StalePage,
    UnfinishedDraft,
    UnknownCampaign,
    UnknownGroup,
    WrongState,
)
from survey.secrecy.box import BoxKey, new_seed
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.voting import late_codes, turns
from survey.storage import box_rows, campaign_rows, draft_rows, token_rows
from survey.storage.campaign_rows import find_campaign, list_campaigns, locked_campaign, present

from . import disarming, statement_files

__all__ = ["find_campaign", "list_campaigns", "locked_campaign", "present"]


@dataclass(frozen=True)
class Armed:
    """A box just made: the secret of its key, to be given away at once, and the log's check value.

    ``former`` names the keys that the campaign had before it was taken back to a draft.
    """

    campaign: Campaign
    seed: bytes
    check_value: str
    former: frozenset[str] = frozenset()


def load(session: Session, data: Mapping[str, Any], by: By, unit: str = "") -> Campaign:
    """Store a campaign from a parsed definition file; a draft of the same code is replaced.

    ``unit`` is whose campaign it is, where it is new and no unit is writing one of this code. What organisers
    were writing under this code is replaced too. Raises ``InvalidDefinition`` with all faults,
    ``CampaignExists`` where the code's campaign is past draft, or was a trial run.
    """
    definition = check_definition(data)
    try:
        before = find_campaign(session, definition.code)
    except UnknownCampaign:
        if was_erased(session, definition.code):
            raise CampaignExists(
                f'"{definition.code}" was a trial run, whose acts stay in the log; choose another code'
            ) from None
        # Whoever is writing it already keeps it: else its definition were one unit's, its codes another's.
        draft = draft_rows.find_draft(session, definition.code)
        campaign_rows.add_campaign(session, definition, dict(data), draft.unit if draft else unit)
    else:
        if before.state is not State.DRAFT:
            raise CampaignExists(
                f'campaign "{definition.code}" is {before.state} and cannot be changed; choose another code'
            )
        campaign_rows.replace_definition(session, before, definition, dict(data))
    draft_rows.change_draft(session, definition.code, dict(data), by.at)
    statement_files.follow(session, definition.code, data)
    audit.record(session, by, Act.LOAD, definition.code, definition=definition.digest)
    return find_campaign(session, definition.code)


def was_erased(session: Session, campaign_code: str) -> bool:
    """Return whether a code was that of a trial run that is gone.

    Its acts would count as those of a new campaign, and whoever tried out would read those in the log.
    """
    return any(entry.act == Act.ERASE for entry, _ in audit.history(session, campaign_code))


def arm(session: Session, campaign_code: str, custody: Custody, by: By, **shares: int) -> Armed:
    """Freeze the definition and make the box's key; the caller hands the seed to its keeper.

    ``shares`` and ``threshold`` are noted in the log where scrutineers keep the key. Raises
    ``UnfinishedDraft`` where the definition is not what organisers were writing last.
    """
    seed = new_seed()
    check = arm_under(session, campaign_code, custody, BoxKey(seed).public_bytes(), by, shares)
    former = disarming.former_keys(session).get(campaign_code, frozenset())
    return Armed(find_campaign(session, campaign_code), seed, check, former)


def arm_under(
    session: Session,
    campaign_code: str,
    custody: Custody,
    public_key: bytes,
    by: By,
    facts: Mapping[str, int | list[str]],
    *,
    definition: str | None = None,
) -> str:
    """Freeze the definition under a key whose secret has its keepers; return the log's check value.

    ``facts`` on the keepers are noted in the log; ``definition`` is the digest for which the key was made.
    Raises ``WrongState``, ``UnfinishedDraft``, and ``StalePage`` where the definition became another one.
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.DRAFT, to="arm")
    require_written(session, campaign)
    if definition not in (None, campaign.definition.digest):
        raise StalePage("changed")
    statements = statement_files.fix(session, campaign_code)
    campaign_rows.set_armed(session, campaign, custody, public_key, statements)
    draft_rows.drop_draft(session, campaign_code)
    fixed = {"definition": campaign.definition.digest} | ({"statements": statements} if statements else {})
    return audit.record(session, by, Act.ARM, campaign_code, custody=custody, **fixed, **facts)


def require_written(session: Session, campaign: Campaign) -> None:
    """Refuse with ``UnfinishedDraft`` where a campaign's definition is older than what is being written.

    A draft is stored as the campaign's definition whenever it has no fault, so one that differs has some.
    """
    draft = draft_rows.find_draft(session, campaign.code)
    if draft and digest(draft.document) != campaign.definition.digest:
        raise UnfinishedDraft(campaign.code)


def open_voting(session: Session, campaign_code: str, base_url: str, *, allow_http: bool, by: By) -> str:
    """Open the voting, or open it again after a restore; return the log's check value.

    Raises ``WrongState``, also while no code exists, and ``BadSetting`` where codes would travel over plain
    HTTP without the setting that allows it.
    """
    campaign = locked_campaign(session, campaign_code)
    if not (campaign.state is State.OPEN and campaign.held):
        campaign.require(State.ARMED, to="open")
    issued = sum(turnout.issued for turnout in token_rows.turnout(session, campaign).values())
    if not issued and campaign.definition.entry is not EntryMode.OPEN:
        raise WrongState(
            f"cannot open: no number is on the list of {campaign_code}; "
            f"next: minping sms take {campaign_code} LIST"
            if campaign.definition.by_sms
            else f"cannot open: no code of {campaign_code} exists; "
            f"next: minping token issue {campaign_code} --csv FILE"
        )
    if is_plain_http(base_url) and not allow_http:
        raise BadSetting(
            f"{base_url} is plain HTTP: others on the network could read ballots; "
            "use https in MINPING_BASE_URL, or set MINPING_ALLOW_HTTP=1, which voters are told"
        )
    if campaign.held and campaign.definition.turns:
        turns.resume(session, campaign, by)
    campaign_rows.set_held(session, campaign, held=False)
    campaign_rows.set_state(session, campaign, State.OPEN)
    return audit.record(
        session,
        by,
        Act.REOPEN if campaign.state is State.OPEN else Act.OPEN,
        campaign_code,
        issued=issued,
        plain_http=is_plain_http(base_url),
    )


def is_plain_http(base_url: str) -> bool:
    """Return whether a base URL is plain HTTP to another machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        local = False
    return parts.scheme == "http" and not local


def set_present(session: Session, campaign_code: str, group: str, number: int, by: By) -> None:
    """Note how many people of a rater group, or pool, are in the room.

    After the count only where signing waits for it (``late_codes.awaited``). Raises ``UnknownGroup`` and
    ``WrongState``.
    """
    campaign = find_campaign(session, campaign_code)
    if group not in late_codes.awaited(session, campaign):
        campaign.require(State.ARMED, State.OPEN, State.CLOSED, to="note persons present")
    if group not in campaign.definition.group:
        pool = campaign.definition.row_of.get(group)
        if pool is not None:
            raise UnknownGroup(f"{group} is counted in the pool {pool}; name that")
        raise UnknownGroup(
            f'{campaign_code} has no rater group "{group}"; it has {", ".join(campaign.definition.group)}'
        )
    campaign_rows.set_present(session, campaign, group, number)
    audit.record(session, by, Act.PRESENT, campaign_code, group=group, number=number)


def close(session: Session, campaign_code: str, by: By, **facts: int) -> str:
    """End the voting, for good; nothing else is decided in this transaction. Return the check value.

    The lock is held alone: every ballot acknowledged before is in the box, every later one is refused.
    ``facts`` on paper ballots are noted in the log; what is left of them was seen to before (``closing``).
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.OPEN, to="close")
    if campaign.definition.paper:
        campaign.require_collecting(to="close")
    campaign_rows.set_state(session, campaign, State.CLOSED)
    codes = token_rows.code_numbers(session, campaign)
    return audit.record(session, by, Act.CLOSE, campaign_code, codes=codes, **facts)


def shake(session: Session, campaign_code: str, by: By) -> str | None:
    """Mix the box of a closed campaign; return the check value, or ``None`` where that was done before."""
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.CLOSED, to="shake the box")
    if campaign.shaken:
        return None
    box_rows.shake(session, campaign)
    token_rows.forget_room(session, campaign)
    campaign_rows.set_shaken(session, campaign)
    # Codes of an open campaign are made as devices ask for them, so their set is fixed only here.
    drawn = campaign.definition.entry is EntryMode.OPEN
    facts = {"issued_set": token_rows.issued_set(session, campaign)} if drawn else {}
    return audit.record(session, by, Act.SHAKE, campaign_code, **facts)
