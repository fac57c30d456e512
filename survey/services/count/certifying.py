"""Signing a count, one account after the other or one alone, and destroying what it was counted from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import to_facts
from survey.domain.accounts.roles import Permission, may
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart, parts_of
from survey.domain.count.disclosure import Count
from survey.domain.count.discrepancies import AGAINST_SIGNING, Discrepancy
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, NotCertifiable, WrongState
from survey.services.accounts import resets
from survey.services.audit import audit, protocol
from survey.services.audit.audit import By
from survey.storage import box_rows, campaign_rows, count_rows
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.count_rows import Signature
from survey.storage.database import lock_campaign

from . import written_names
from .counting import standing_findings

Signers = Mapping[SigningPart, Account]
"""The accounts that sign, each in its part."""


def require_signers(campaign: Campaign, signers: Signers) -> None:
    """Refuse with ``BadCredentials`` unless these are the accounts that a campaign asks for, and may sign."""
    require_parts(campaign, signers)
    if len({account.id for account in signers.values()}) < len(signers):
        raise BadCredentials("teller and scrutineer must be two accounts")
    for account in signers.values():
        if not may(account.role, Permission.SIGN):
            raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')


def require_parts(campaign: Campaign, named: Collection[SigningPart]) -> None:
    """Refuse with ``BadCredentials`` any parts but those in which a campaign's count is signed."""
    asked = parts_of(campaign.definition.signatures)
    if set(named) == set(asked):
        return
    if len(asked) > 1:
        raise BadCredentials(f"two accounts sign {campaign.code}: a teller and a scrutineer")
    raise BadCredentials(f"one account signs {campaign.code}: leave the teller out")


def certify(session: Session, campaign_code: str, teller: Account | None, scrutineer: Account, by: By) -> str:
    """Sign a count by accounts whose passwords were just checked; return the log's check value.

    ``teller`` is ``None`` where the definition asks for one signature, and only there. Signatures that wait
    from the pages give way. Raises ``WrongState``, ``BadCredentials``, ``UnconfirmedReset``, and
    ``NotCertifiable`` with all reasons against it.
    """
    signers = {SigningPart.TELLER: teller} if teller else {}
    signers[SigningPart.SCRUTINEER] = scrutineer
    campaign = locked_campaign(session, campaign_code)
    require_signers(campaign, signers)
    digest = require_signable(session, campaign)
    count_rows.drop_signatures(session, campaign)
    for part, account in signers.items():
        count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
    return complete(session, campaign, digest, signers, by)


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
    signers: Signers,
    by: By,
    signed_first: Mapping[str, int] | None = None,
) -> str:
    """Note that a count bears all its signatures, and how the accounts stood; return the log's check value.

    ``signed_first`` gives the number in the log of the signature that had waited: its account is described
    as it stood then. Raises ``BadCredentials`` and ``UnconfirmedReset``.
    """
    require_signers(campaign, signers)
    seen = resets.held(session, campaign)
    stood, named = {}, {}
    for part, one in signers.items():
        other = next((account.name for account in signers.values() if account.id != one.id), None)
        resets.require_confirmed(seen, campaign, one.name, other)
        stood[part] = to_facts(seen.standing(one.name, other, (signed_first or {}).get(one.name)))
        named[part.value] = [one.name, _moment(one.created_at)]
    # Whoever decided on names stands there too: the choices of an account that was reset count as well.
    deciding = {
        name: to_facts(seen.standing(name)) | ({"disabled": True} if _is_disabled(session, name) else {})
        for name in count_rows.name_tellers(session, campaign)
    }
    campaign_rows.set_state(session, campaign, State.CERTIFIED)
    return audit.record(
        session,
        by,
        Act.CERTIFY,
        campaign.code,
        count=digest,
        **named,
        accounts=stood,
        **({"name_tellers": deciding} if deciding else {}),
        **written_names.sign(session, campaign),
    )


def findings_against(session: Session, campaign: Campaign, count: Count) -> list[Discrepancy]:
    """List what stands against signing a count."""
    return [found for found in standing_findings(session, campaign, count) if found.kind in AGAINST_SIGNING]


def _is_disabled(session: Session, name: str) -> bool:
    account = account_rows.find_account(session, name)
    return account is None or account.disabled


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def begin_shredding(session: Session, campaign_code: str, by: By, confirmed: Sequence[str] = ()) -> Campaign:
    """Note that ballots and key are being destroyed; from here there is only onwards.

    ``confirmed`` names those who say that exported copies of the key, and shares, were destroyed.
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.CERTIFIED, State.SHREDDING, to="shred")
    if campaign.state is State.CERTIFIED:
        campaign_rows.set_state(session, campaign, State.SHREDDING)
        audit.record(session, by, Act.SHREDDING, campaign_code, confirmed=list(confirmed))
    return campaign


def destroy_ballots(session: Session, campaign_code: str) -> None:
    """Delete sealed ballots and code digests; may be done again where it was interrupted."""
    campaign = find_campaign(session, campaign_code)
    lock_campaign(session, campaign.id)
    find_campaign(session, campaign_code).require(State.SHREDDING, to="destroy the ballots")
    box_rows.destroy(session, campaign)
    if campaign.definition.takes_names:
        count_rows.destroy_names(session, campaign)


def end_shredding(session: Session, campaign_code: str, by: By) -> str:
    """Note that all is destroyed; return the log's check value."""
    campaign = find_campaign(session, campaign_code)
    campaign.require(State.SHREDDING, to="end the shredding")
    campaign_rows.set_state(session, campaign, State.SHREDDED)
    return audit.record(session, by, Act.SHRED, campaign_code)


def waiting(session: Session, campaign: Campaign) -> Signature | None:
    """Return the signature that waits for a second one under the count as it stands.

    One whose account was disabled or reset since does not: whoever did that may have had cause to.
    """
    if campaign.state is not State.COUNTED:
        return None
    digest = count_rows.count_digest(session, campaign)
    for one in count_rows.signatures(session, campaign):
        account = account_rows.find_account(session, one.account)
        if one.count_digest != digest or account is None or account.disabled:
            continue
        done = resets.seen_from(session, campaign).resets(one.account)
        if not done or done[-1].number < _number(session, campaign, one):
            return one
    return None


def _number(session: Session, campaign: Campaign, signature: Signature) -> int:
    """Return the number in the log of a signature that waits; 0 where there is none."""
    named = {"part": signature.part, "count": signature.count_digest}
    signed = [
        act.number
        for act in protocol.acts(session, campaign.code)
        if act.act == Act.SIGN and named.items() <= act.facts.items()
    ]
    return signed[-1] if signed else 0


def what_is_signed(session: Session, campaign: Campaign) -> str:
    """Return what a passkey is asked to sign: this count and no other. Raises ``WrongState``."""
    campaign.require(State.COUNTED, to="certify")
    digest = count_rows.count_digest(session, campaign)
    return f"sign {campaign.code} {digest}"


def sign(session: Session, campaign_code: str, account: Account, part: str, by: By) -> str:
    """Sign a count as teller or scrutineer, password and second factor just checked; return the check value.

    With the last signature that the definition asks for, the campaign is certified. Raises ``WrongState``,
    also where the part is taken, ``BadCredentials``, ``UnconfirmedReset``, and ``NotCertifiable`` with all
    reasons against it.
    """
    if not may(account.role, Permission.SIGN):
        raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')
    campaign = locked_campaign(session, campaign_code)
    parts = parts_of(campaign.definition.signatures)
    if part not in parts:
        raise WrongState(f'"{part}" is no part in which one signs; take {" or ".join(parts)}')
    digest = require_signable(session, campaign)
    if parts == (part,):
        count_rows.drop_signatures(session, campaign)
        count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
        return complete(session, campaign, digest, {parts[0]: account}, by)
    first = waiting(session, campaign)
    if first is None:
        resets.require_confirmed(resets.held(session, campaign), campaign, account.name)
        count_rows.drop_signatures(session, campaign)
        count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
        return audit.record(session, by, Act.SIGN, campaign_code, part=part, count=digest)
    other = account_rows.find_account(session, first.account)
    if other is None:
        raise BadCredentials(f'the account "{first.account}" that signed first is gone; sign anew')
    if first.part == part and other.id != account.id:
        raise WrongState(f"{first.account} has signed as {part} already; sign in the other part")
    signers = {one: account if one == part else other for one in parts}
    require_signers(campaign, signers)
    count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
    signed_first = {other.name: _number(session, campaign, first)}
    return complete(session, campaign, digest, signers, by, signed_first)


def withdraw(session: Session, campaign_code: str, account: Account, by: By) -> None:
    """Take one's own waiting signature back; raises ``WrongState`` where there is none."""
    campaign = locked_campaign(session, campaign_code)
    first = waiting(session, campaign)
    if first is None or first.account != account.name:
        raise WrongState(f"no signature of {account.name} waits under the count of {campaign_code}")
    count_rows.drop_signatures(session, campaign, account.name)
    audit.record(session, by, Act.WITHDRAW, campaign_code, part=first.part)
