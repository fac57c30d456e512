"""Passkeys of accounts: keys on a phone, a computer or a stick, that sign what only this site asks for."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.errors import BadCredentials, ClonedPasskey
from survey.secrecy import passkey
from survey.secrecy.passkey import Known, Site, site_of
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.accounts import passkey_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.accounts.passkey_rows import Passkey

from . import passkey_challenges

__all__ = ["Site", "site_of"]

MAX_PASSKEYS = 10
"""Passkeys of one account."""
MAX_LABEL_LENGTH = 40
REGISTERING = "register"
"""The purpose of the challenge with which a passkey is made."""


@dataclass(frozen=True)
class Signed:
    """What a passkey answered, with the challenge that it was given; ``None`` where it was given none."""

    site: Site
    challenge: bytes | None = field(repr=False)
    answer: str = field(repr=False)


@dataclass(frozen=True)
class ListedPasskey:
    """A passkey as its holder sees it; ``key`` names it."""

    key: str
    label: str
    made_at: datetime
    used_at: datetime | None


def list_of(session: Session, account: Account) -> list[ListedPasskey]:
    """List an account's passkeys, in the order in which they were made."""
    return [
        ListedPasskey(_name(one), one.label, one.made_at, one.used_at)
        for one in passkey_rows.passkeys_of(session, account.id)
    ]


def ask(session: Session, site: Site, account: Account, place: str, purpose: str, at: datetime) -> Any:
    """Return what a browser is to have one of an account's passkeys sign, for one purpose, once."""
    challenge = passkey_challenges.make(session, account, place, purpose, at)
    return passkey.request_options(site, _known(session, account), challenge)


def require(session: Session, account: Account, signed: Signed, by: By) -> None:
    """Refuse with ``BadCredentials`` unless one of an account's passkeys signed the challenge.

    Raises ``ClonedPasskey`` where its counter did not grow.
    """
    if signed.challenge is None:
        raise BadCredentials(f'no passkey of "{account.name}" was asked for this, or too long ago')
    used = passkey.read_used(signed.site, signed.challenge, _known(session, account), signed.answer)
    if not passkey_rows.note_use(session, used.credential, used.counter, by.at):
        raise ClonedPasskey(f'the counter of a passkey of "{account.name}" did not grow')


def note_clone(session: Session, name: str, at: datetime) -> None:
    """Note in the log that there may be a copy of a passkey of the account of this name."""
    audit.record(session, By(name, at), Act.PASSKEY_CLONED, name=name)


def begin(session: Session, site: Site, account: Account, place: str, at: datetime) -> Any:
    """Return what a browser is to make a new passkey from; whoever asks has just proved who they are."""
    challenge = passkey_challenges.make(session, account, place, REGISTERING, at)
    handle = passkey.handle_of(f"{account.id} {account.created_at.isoformat()}")
    return passkey.creation_options(site, account.name, handle, _known(session, account), challenge)


def add(session: Session, account: Account, signed: Signed, label: str, by: By) -> None:
    """Keep a passkey that a browser has made; raises ``BadCredentials``."""
    if signed.challenge is None:
        raise BadCredentials(f'no passkey was to be made for "{account.name}", or too long ago')
    made = passkey.read_made(signed.site, signed.challenge, signed.answer)
    if len(passkey_rows.passkeys_of(session, account.id)) >= MAX_PASSKEYS:
        raise BadCredentials(f'"{account.name}" has {MAX_PASSKEYS} passkeys; remove one first')
    new = Passkey(made.credential, account.id, made.key, made.counter, label, by.at)
    if not passkey_rows.add_passkey(session, new):
        raise BadCredentials("this passkey is somebody's already")
    audit.record(session, by, Act.PASSKEY_ADDED, name=account.name)


def find(session: Session, account: Account, key: str) -> ListedPasskey | None:
    """Return an account's passkey by its key in the list, or ``None``."""
    return next((one for one in list_of(session, account) if one.key == key), None)


def remove(session: Session, account: Account, key: str, by: By) -> None:
    """Forget an account's passkey by its key in the list; one that is gone is no fault."""
    for one in passkey_rows.passkeys_of(session, account.id):
        if _name(one) == key and passkey_rows.drop_passkey(session, account.id, one.credential):
            audit.record(session, by, Act.PASSKEY_REMOVED, name=account.name)


def remove_all(session: Session, account: Account, by: By) -> None:
    """Forget all passkeys of an account."""
    for _ in range(passkey_rows.drop_passkeys(session, account.id)):
        audit.record(session, by, Act.PASSKEY_REMOVED, name=account.name)


def _known(session: Session, account: Account) -> list[Known]:
    return [Known(one.credential, one.key) for one in passkey_rows.passkeys_of(session, account.id)]


def _name(stored: Passkey) -> str:
    return sha256(b"passkey " + stored.credential).hexdigest()
