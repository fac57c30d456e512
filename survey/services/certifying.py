"""Signing a count, and destroying what it was counted from."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.campaign import Campaign, State
from survey.domain.disclosure import Count
from survey.domain.errors import BadCredentials, NotCertifiable
from survey.storage import box_rows, campaign_rows, count_rows
from survey.storage.account_rows import Account
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.count_rows import Signature
from survey.storage.database import lock_campaign

from . import audit
from .audit import By
from .counting import issued_set_differs

SIGNER = "scrutineer"
"""The role of both who sign."""


def require_signers(teller: Account, scrutineer: Account) -> None:
    """Refuse with ``BadCredentials`` unless these are two accounts that may sign."""
    if teller.id == scrutineer.id:
        raise BadCredentials("teller and scrutineer must be two accounts")
    for account in (teller, scrutineer):
        if account.role != SIGNER:
            raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')


def certify(session: Session, code: str, teller: Account, scrutineer: Account, by: By) -> str:
    """Sign a count by two accounts whose passwords were just checked; return the log's check value.

    Raises ``WrongState``, ``BadCredentials``, and ``NotCertifiable`` with all reasons against it.
    """
    require_signers(teller, scrutineer)
    campaign = locked_campaign(session, code)
    campaign.require(State.COUNTED, to="certify")
    count, digest, _ = count_rows.find_count(session, campaign)
    audit.verify(session)
    against = list(_against(session, campaign, count))
    if against:
        raise NotCertifiable(f"the count of {code} cannot be signed: " + "; ".join(against))
    for part, account in (("teller", teller), ("scrutineer", scrutineer)):
        count_rows.add_signature(session, campaign, Signature(part, account.name, by.at), digest)
    campaign_rows.set_state(session, campaign, State.CERTIFIED)
    return audit.record(
        session,
        by,
        "certify",
        code,
        count=digest,
        teller=[teller.name, _moment(teller.created_at)],
        scrutineer=[scrutineer.name, _moment(scrutineer.created_at)],
    )


def _against(session: Session, campaign: Campaign, count: Count) -> Iterator[str]:
    for group, account in count.accounting.groups.items():
        if account.present is not None and account.returned > account.present:
            yield f"group {group} returned {account.returned} ballots of {account.present} persons present"
        if account.unreadable < 0:
            yield f"group {group} has {-account.unreadable} ballots more than codes spent"
        if account.unused < 0:
            yield f"group {group} has fewer codes than were issued"
    if audit.last_fact(session, campaign.code, "same") is False:
        yield "the last recount differs from it"
    if issued_set_differs(session, campaign):
        yield "the set of issued codes is not the one that the log names"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def begin_shredding(session: Session, code: str, by: By) -> Campaign:
    """Note that ballots and key are being destroyed; from here there is only onwards."""
    campaign = locked_campaign(session, code)
    campaign.require(State.CERTIFIED, State.SHREDDING, to="shred")
    if campaign.state is State.CERTIFIED:
        campaign_rows.set_state(session, campaign, State.SHREDDING)
        audit.record(session, by, "shredding", code)
    return campaign


def destroy_ballots(session: Session, code: str) -> None:
    """Delete sealed ballots and code digests; may be done again where it was interrupted."""
    campaign = find_campaign(session, code)
    lock_campaign(session, campaign.id)
    find_campaign(session, code).require(State.SHREDDING, to="destroy the ballots")
    box_rows.destroy(session, campaign)


def end_shredding(session: Session, code: str, by: By) -> str:
    """Note that all is destroyed; return the log's check value."""
    campaign = find_campaign(session, code)
    campaign.require(State.SHREDDING, to="end the shredding")
    campaign_rows.set_state(session, campaign, State.SHREDDED)
    return audit.record(session, by, "shred", code)
