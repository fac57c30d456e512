"""Signing a count in the pages: one account, then another; the first signature waits for the second."""

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, WrongState
from survey.services.accounts import resets
from survey.services.audit import audit, protocol
from survey.services.audit.audit import By
from survey.storage import account_rows, count_rows
from survey.storage.account_rows import Account
from survey.storage.campaign_rows import locked_campaign
from survey.storage.count_rows import Signature

from .certifying import SCRUTINEER, SIGNER, TELLER, complete, require_signable, require_signers

PARTS = (TELLER, SCRUTINEER)


def waiting(session: Session, campaign: Campaign) -> Signature | None:
    """Return the signature that waits for a second one under the count as it stands.

    One whose account was disabled or reset since does not: whoever did that may have had cause to.
    """
    if campaign.state is not State.COUNTED:
        return None
    _, digest, _ = count_rows.find_count(session, campaign)
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
        if act.act == "sign" and named.items() <= act.facts.items()
    ]
    return signed[-1] if signed else 0


def what_is_signed(session: Session, campaign: Campaign) -> str:
    """Return what a passkey is asked to sign: this count and no other. Raises ``WrongState``."""
    campaign.require(State.COUNTED, to="certify")
    _, digest, _ = count_rows.find_count(session, campaign)
    return f"sign {campaign.code} {digest}"


def sign(session: Session, code: str, account: Account, part: str, by: By) -> str:
    """Sign a count as teller or scrutineer, password and second factor just checked; return the check value.

    With the second signature the campaign is certified. Raises ``WrongState``, also where the part is taken,
    ``BadCredentials``, ``UnconfirmedReset``, and ``NotCertifiable`` with all reasons against it.
    """
    if part not in PARTS:
        raise WrongState(f'"{part}" is no part in which one signs; take {" or ".join(PARTS)}')
    if account.role != SIGNER:
        raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')
    campaign = locked_campaign(session, code)
    digest = require_signable(session, campaign)
    first = waiting(session, campaign)
    if first is None:
        resets.require_confirmed(resets.held(session, campaign), campaign, account.name)
        count_rows.drop_signatures(session, campaign)
        count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
        return audit.record(session, by, "sign", code, part=part, count=digest)
    other = account_rows.find_account(session, first.account)
    if other is None:
        raise BadCredentials(f'the account "{first.account}" that signed first is gone; sign anew')
    if first.part == part and other.id != account.id:
        raise WrongState(f"{first.account} has signed as {part} already; sign in the other part")
    teller, scrutineer = (account, other) if part == TELLER else (other, account)
    require_signers(teller, scrutineer)
    count_rows.add_signature(session, campaign, Signature(part, account.name, by.at, digest))
    signed_first = {other.name: _number(session, campaign, first)}
    return complete(session, campaign, digest, teller, scrutineer, by, signed_first)


def withdraw(session: Session, code: str, account: Account, by: By) -> None:
    """Take one's own waiting signature back; raises ``WrongState`` where there is none."""
    campaign = locked_campaign(session, code)
    first = waiting(session, campaign)
    if first is None or first.account != account.name:
        raise WrongState(f"no signature of {account.name} waits under the count of {code}")
    count_rows.drop_signatures(session, campaign, account.name)
    audit.record(session, by, "withdraw", code, part=first.part)
