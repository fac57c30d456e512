"""What an owner does with others' accounts: see them, keep them out, help those who lost their way in."""

from sqlalchemy.orm import Session

from survey.domain.errors import LastOwner, UnknownAccount
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import account_rows, session_rows
from survey.storage.account_rows import Account, list_accounts

from . import accounts, second_factor

__all__ = ["list_accounts"]

OWNER = "owner"


def named(session: Session, name: str) -> Account:
    """Return the account of a name; raises ``UnknownAccount``."""
    account = account_rows.find_account(session, name)
    if account is None:
        raise UnknownAccount(f'there is no account "{name}"')
    return account


def numbered(session: Session, account_id: int) -> Account:
    """Return the account of a number; raises ``UnknownAccount``."""
    account = account_rows.get_account(session, account_id)
    if account is None:
        raise UnknownAccount(f"there is no account {account_id}")
    return account


def disable(session: Session, account: Account, by: By) -> None:
    """Keep an account out at once, in every browser; its login links are void. Raises ``LastOwner``."""
    if account.role == OWNER and not account.disabled and account_rows.count_active(session, OWNER) < 2:
        raise LastOwner("this is the last owner; make another one first")
    account_rows.set_disabled(session, account.id, disabled=True)
    account_rows.drop_links(session, account.id)
    session_rows.drop_sessions(session, account.id)
    audit.record(session, by, "account-disabled", name=account.name)


def enable(session: Session, account: Account, by: By) -> None:
    """Let a disabled account in again."""
    account_rows.set_disabled(session, account.id, disabled=False)
    audit.record(session, by, "account-enabled", name=account.name)


def replace_password(session: Session, account: Account, by: By) -> str:
    """Make a login link for somebody who forgot the password; return its secret.

    The old password, older links and every session end at once: so nobody holds a link to another one's
    account without its holder noticing.
    """
    account_rows.set_password(session, account.id, None)
    account_rows.drop_links(session, account.id)
    session_rows.drop_sessions(session, account.id)
    audit.record(session, by, "login-link", name=account.name)
    return accounts.make_link(session, account, by)


def reset_second_factor(session: Session, account: Account, by: By) -> None:
    """Take the second factor away from somebody who lost it, and log the account out everywhere."""
    second_factor.reset(session, account, by)
    session_rows.drop_sessions(session, account.id)
