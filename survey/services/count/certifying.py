"""Signing a count, and destroying what it was counted from."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import to_facts
from survey.domain.count.disclosure import Count
from survey.domain.count.discrepancies import AGAINST_SIGNING, Finding
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, NotCertifiable
from survey.services.accounts import resets
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import box_rows, campaign_rows, count_rows
from survey.storage.account_rows import Account
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.count_rows import Signature
from survey.storage.database import lock_campaign

from .counting import standing_findings

SIGNER = "scrutineer"
"""The role of both who sign."""
TELLER, SCRUTINEER = "teller", "scrutineer"
"""The parts in which they sign."""


def require_signers(teller: Account, scrutineer: Account) -> None:
    """Refuse with ``BadCredentials`` unless these are two accounts that may sign."""
    if teller.id == scrutineer.id:
        raise BadCredentials("teller and scrutineer must be two accounts")
    for account in (teller, scrutineer):
        if account.role != SIGNER:
            raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')


def certify(session: Session, code: str, teller: Account, scrutineer: Account, by: By) -> str:
    """Sign a count by two accounts whose passwords were just checked; return the log's check value.

    Signatures that wait from the pages give way. Raises ``WrongState``, ``BadCredentials``,
    ``UnconfirmedReset``, and ``NotCertifiable`` with all reasons against it.
    """
    require_signers(teller, scrutineer)
    campaign = locked_campaign(session, code)
    digest = require_signable(session, campaign)
    count_rows.drop_signatures(session, campaign)
    for part, account in ((TELLER, teller), (SCRUTINEER, scrutineer)):
        count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
    return complete(session, campaign, digest, teller, scrutineer, by)


def require_signable(session: Session, campaign: Campaign) -> str:
    """Return the digest of the count that may be signed now.

    Raises ``WrongState``, ``BrokenLog``, and ``NotCertifiable`` with all reasons against it.
    """
    campaign.require(State.COUNTED, to="certify")
    count, digest, _ = count_rows.find_count(session, campaign)
    audit.verify(session)
    against = findings_against(session, campaign, count)
    if against:
        raise NotCertifiable(
            f"the count of {campaign.code} cannot be signed: " + "; ".join(map(str, against))
        )
    return digest


def complete(
    session: Session,
    campaign: Campaign,
    digest: str,
    teller: Account,
    scrutineer: Account,
    by: By,
    signed_first: Mapping[str, int] | None = None,
) -> str:
    """Note that a count bears both signatures, and how the accounts stood; return the log's check value.

    ``signed_first`` gives the number in the log of the signature that had waited: its account is described
    as it stood then. Raises ``UnconfirmedReset``.
    """
    seen = resets.held(session, campaign)
    stood = {}
    for part, one, other in ((TELLER, teller, scrutineer), (SCRUTINEER, scrutineer, teller)):
        resets.require_confirmed(seen, campaign, one.name, other.name)
        stood[part] = to_facts(seen.standing(one.name, other.name, (signed_first or {}).get(one.name)))
    campaign_rows.set_state(session, campaign, State.CERTIFIED)
    return audit.record(
        session,
        by,
        "certify",
        campaign.code,
        count=digest,
        teller=[teller.name, _moment(teller.created_at)],
        scrutineer=[scrutineer.name, _moment(scrutineer.created_at)],
        accounts=stood,
    )


def findings_against(session: Session, campaign: Campaign, count: Count) -> list[Finding]:
    """List what stands against signing a count."""
    return [found for found in standing_findings(session, campaign, count) if found.kind in AGAINST_SIGNING]


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def begin_shredding(session: Session, code: str, by: By, confirmed: Sequence[str] = ()) -> Campaign:
    """Note that ballots and key are being destroyed; from here there is only onwards.

    ``confirmed`` names those who say that exported copies of the key, and shares, were destroyed.
    """
    campaign = locked_campaign(session, code)
    campaign.require(State.CERTIFIED, State.SHREDDING, to="shred")
    if campaign.state is State.CERTIFIED:
        campaign_rows.set_state(session, campaign, State.SHREDDING)
        audit.record(session, by, "shredding", code, confirmed=list(confirmed))
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
