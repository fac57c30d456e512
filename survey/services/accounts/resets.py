"""Resets of accounts that answer for a count: who got at them after arming, and who vouched for it.

Those are the accounts that sign, and those that may say whom written names mean: of the latter two decide
what stands in the table, and one person with two accounts would be both (docs/decisions/0073).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import (
    AccountActs,
    Change,
    Confirmation,
    ConfirmingRole,
    Hand,
    Reset,
    changes_of,
    hand_of,
)
from survey.domain.accounts.roles import Permission, may
from survey.domain.audit.acts import ACCOUNT_CHANGES, Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadConfirmation, UnconfirmedReset
from survey.services.audit import audit, audit_log, protocol
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.campaign_rows import locked_campaign
from survey.storage.database import lock_audit

__all__ = ["Change", "Hand", "Reset"]

BEFORE_SIGNING = (State.ARMED, State.OPEN, State.CLOSED, State.COUNTED)


@dataclass(frozen=True)
class Concerned:
    """An account that answers for a count and was reset after arming.

    ``mine`` are the resets that one may confirm.
    """

    account: Account
    resets: tuple[Reset, ...]
    mine: tuple[Change, ...]

    @property
    def signs(self) -> bool:
        """Return whether the account may sign; the others decide on written names."""
        return may(self.account.role, Permission.SIGN)

    @property
    def is_open(self) -> bool:
        """Return whether a reset waits for a confirmation."""
        return any(reset.is_open for reset in self.resets)


def seen_from(session: Session, campaign: Campaign) -> AccountActs:
    """Return what was done to accounts, as it matters to a campaign.

    Where the log has no arming, everything counts as after it.
    """
    return seen_since(session, campaign.code, Act.ARM, alone=campaign.definition.signatures == 1)


def seen_since(session: Session, subject: str, begun: Act, *, alone: bool = False) -> AccountActs:
    """Return what was done to accounts, as it matters to what is signed under a name in the log.

    What was done before the last act ``begun`` on it counts as settled; ``alone`` is where one account signs.
    """
    done = protocol.acts(session, subject)
    armed = protocol.last(done, begun)
    accounts = frozenset(one.name for one in account_rows.list_accounts(session))
    acts = (
        (entry.number, entry.at, entry.actor, entry.act, facts.get("name", ""))
        for entry, facts in audit_log.read_acts(session, ACCOUNT_CHANGES)
    )
    confirmations = tuple(
        Confirmation(
            act.number,
            act.at,
            act.actor,
            hand_of(act.actor, "", accounts),
            ConfirmingRole(act.facts["role"]),
            act.facts["name"],
            frozenset(act.facts["resets"]),
        )
        for act in done
        if act.act == Act.RESET_CONFIRMED
    )
    number = armed.number if armed else 0
    return AccountActs(tuple(changes_of(acts, accounts)), number, confirmations, alone)


def held(session: Session, campaign: Campaign) -> AccountActs:
    """Return the same, and hold the log until the transaction ends: nobody is reset in between."""
    lock_audit(session)
    return seen_from(session, campaign)


def require_confirmed(seen: AccountActs, campaign: Campaign, name: str, other: str | None = None) -> None:
    """Refuse an account while a reset after arming is unconfirmed; ``other`` is who signs with it, if known.

    Raises ``UnconfirmedReset``.
    """
    if waiting := waits(seen, name, other):
        raise UnconfirmedReset(campaign.code, name, waiting[-1].actor)


def waits(seen: AccountActs, name: str, other: str | None = None) -> list[Change]:
    """List the resets of an account after arming that wait for a confirmation."""
    return [one.change for one in seen.standing(name, other).resets if one.is_open]


def concerned(session: Session, campaign: Campaign, reader: Account | None = None) -> list[Concerned]:
    """List the accounts that answer for a campaign's count and were reset after arming.

    ``reader`` is who looks, and may confirm some of it.
    """
    seen = seen_from(session, campaign)
    found = []
    for account in account_rows.list_accounts(session):
        if _answers(campaign, account):
            resets = seen.standing(account.name).resets
            mine = _confirmable(seen, account.name, reader) if reader else ()
            if resets:
                found.append(Concerned(account, resets, tuple(mine)))
    return found


def _answers(campaign: Campaign, account: Account) -> bool:
    """Return whether an account may sign a campaign's count, or say whom its written names mean."""
    if account.unit == campaign.unit and may(account.role, Permission.SIGN):
        return True
    reaches = account.unit == campaign.unit or may(account.role, Permission.REACH_EVERY_UNIT)
    return campaign.definition.takes_names and reaches and may(account.role, Permission.JOIN_NAMES)


def number_unconfirmed(session: Session, campaign: Campaign) -> int:
    """Count the accounts that cannot sign yet, since nobody confirmed that a reset was right."""
    if campaign.state not in BEFORE_SIGNING:
        return 0
    return sum(one.signs and not one.account.disabled and one.is_open for one in concerned(session, campaign))


def confirm(
    session: Session, campaign_code: str, names: Collection[str], account: Account, upto: int, by: By
) -> Sequence[str]:
    """Vouch for the resets of accounts, password and second factor just checked; return the check values.

    Only those up to number ``upto`` of the log, which were seen. Raises ``WrongState``, and
    ``BadConfirmation`` where one of the accounts has none that this account can vouch for.
    """
    campaign, seen = _open(session, campaign_code)
    values = []
    for name in names:
        mine = [one.number for one in _confirmable(seen, name, account) if one.number <= upto]
        if not mine:
            raise BadConfirmation(f'"{account.name}" cannot confirm a reset of "{name}"')
        facts = {"name": name, "resets": mine, "role": account.role}
        values.append(audit.record(session, by, Act.RESET_CONFIRMED, campaign.code, **facts))
    return values


def what_is_confirmed(session: Session, campaign: Campaign) -> str:
    """Return what a passkey is asked to vouch for: a campaign's resets up to the latest one."""
    return f"confirm resets {campaign.code} {latest(concerned(session, campaign))}"


def latest(concerned: Sequence[Concerned]) -> int:
    """Return the number in the log of the latest of some resets; 0 where there is none."""
    return max((reset.change.number for one in concerned for reset in one.resets), default=0)


def confirm_by_command(session: Session, campaign_code: str, name: str, by: By) -> list[Change]:
    """Vouch for the resets of an account on the command line; return them.

    Raises ``WrongState``, and ``BadConfirmation`` where there is none that waits.
    """
    campaign, seen = _open(session, campaign_code)
    waiting = waits(seen, name)
    if not waiting:
        raise BadConfirmation(f'no reset of "{name}" waits for a confirmation in {campaign_code}')
    facts = {"name": name, "resets": [one.number for one in waiting], "role": ConfirmingRole.MACHINE}
    audit.record(session, by, Act.RESET_CONFIRMED, campaign.code, **facts)
    return waiting


def _open(session: Session, campaign_code: str) -> tuple[Campaign, AccountActs]:
    campaign = locked_campaign(session, campaign_code)
    campaign.require(*BEFORE_SIGNING, to="confirm a reset")
    return campaign, held(session, campaign)


def _confirmable(seen: AccountActs, name: str, reader: Account) -> list[Change]:
    """List the resets of an account that a reader may confirm, and that nobody did whose word is enough."""
    if not may(reader.role, Permission.CONFIRM_RESETS) or reader.name == name:
        return []
    if seen.alone and may(reader.role, Permission.SIGN):
        # Whoever could say so as the other signer signs instead (docs/decisions/0037).
        return []
    found = []
    for reset in seen.standing(name).resets:
        # Another signer's word counts for that signer only: an owner, or a third signer, may add his own.
        done = reset.confirmed and (
            reset.confirmed.role is not ConfirmingRole.SIGNER or reset.confirmed.actor == reader.name
        )
        if reset.change.hand is not Hand.ACCOUNT or done:
            continue
        if seen.may_confirm(reader.name, Hand.ACCOUNT, reset.change):
            found.append(reset.change)
    return found
