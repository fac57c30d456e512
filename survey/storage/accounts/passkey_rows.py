"""Passkeys of accounts, and what they are asked to sign: rows to plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..database import changed_rows
from ..tables import PasskeyChallengeRow, PasskeyRow


@dataclass(frozen=True)
class Passkey:
    """A passkey: what it is found by, its public key, its counter, and its holder's name for it."""

    credential: bytes = field(repr=False)
    account_id: int
    key: bytes = field(repr=False)
    counter: int
    label: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Challenge:
    """What a passkey is asked to sign, by whom, in which browser and for what."""

    place: bytes
    account_id: int
    purpose: str
    challenge: bytes = field(repr=False)
    expires_at: datetime


def add_passkey(session: Session, passkey: Passkey) -> bool:
    """Store a passkey; return whether its credential was new, whosever."""
    insert = _INSERTS[session.get_bind().dialect.name]
    new = insert(PasskeyRow).values(vars(passkey)).on_conflict_do_nothing()
    return session.execute(new.returning(PasskeyRow.credential)).first() is not None


def passkeys_of(session: Session, account_id: int) -> list[Passkey]:
    """Return the passkeys of an account, in the order in which they were made."""
    rows = select(PasskeyRow).where(PasskeyRow.account_id == account_id)
    ordered = rows.order_by(PasskeyRow.made_at, PasskeyRow.credential)
    return [_passkey(row) for row in session.scalars(ordered.execution_options(populate_existing=True))]


def note_use(session: Session, credential: bytes, counter: int, at: datetime) -> bool:
    """Note that a passkey has signed; return whether its counter allows for that.

    A counter must grow, or stay 0 where there is none. One conditional update: of two copies that sign with
    one number, one gets in.
    """
    grows = PasskeyRow.counter < counter if counter else PasskeyRow.counter == 0
    noted = session.execute(
        update(PasskeyRow)
        .where(PasskeyRow.credential == credential, grows)
        .values(counter=counter, used_at=at)
    )
    return changed_rows(noted) == 1


def drop_passkey(session: Session, account_id: int, credential: bytes) -> bool:
    """Forget a passkey of an account; return whether there was one."""
    dropped = session.execute(
        delete(PasskeyRow).where(PasskeyRow.account_id == account_id, PasskeyRow.credential == credential)
    )
    return changed_rows(dropped) == 1


def drop_passkeys(session: Session, account_id: int) -> int:
    """Forget all passkeys of an account; return how many there were."""
    return changed_rows(session.execute(delete(PasskeyRow).where(PasskeyRow.account_id == account_id)))


def put_challenge(session: Session, challenge: Challenge) -> None:
    """Store a challenge, in the place of a former one of the same browser."""
    insert = _INSERTS[session.get_bind().dialect.name]
    values = dict(vars(challenge))
    new = insert(PasskeyChallengeRow).values(values)
    session.execute(new.on_conflict_do_update(index_elements=["place"], set_=values))


def take_challenge(session: Session, place: bytes, account_id: int, purpose: str) -> Challenge | None:
    """Use a challenge up and return it; ``None`` where there is none for this browser, account and purpose.

    One conditional delete, as with login links: of two requests with one challenge, one gets it.
    """
    taken = session.execute(
        delete(PasskeyChallengeRow)
        .where(
            PasskeyChallengeRow.place == place,
            PasskeyChallengeRow.account_id == account_id,
            PasskeyChallengeRow.purpose == purpose,
        )
        .returning(PasskeyChallengeRow.challenge, PasskeyChallengeRow.expires_at)
    ).first()
    return Challenge(place, account_id, purpose, taken.challenge, taken.expires_at) if taken else None


def drop_old_challenges(session: Session, before: datetime) -> None:
    """Forget the challenges that expired before a moment."""
    session.execute(delete(PasskeyChallengeRow).where(PasskeyChallengeRow.expires_at < before))


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(
        credential=row.credential,
        account_id=row.account_id,
        key=row.key,
        counter=row.counter,
        label=row.label,
        made_at=row.made_at,
        used_at=row.used_at,
    )
