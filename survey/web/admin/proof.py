"""Proving afresh who one is, before an act that counts as a signature."""

from sqlalchemy.orm import Session

from survey.domain.errors import NoSecondFactor
from survey.services import accounts
from survey.services.accounts import Account
from survey.services.audit import By


def require_proof(session: Session, account: Account, password: str, totp: str, by: By) -> None:
    """Check password and second factor of whoever is logged in.

    Raises ``NoSecondFactor`` where the account has none yet, and ``BadCredentials``.
    """
    if account.totp_secret is None:
        raise NoSecondFactor(f'the account "{account.name}" has no second factor yet; set one up first')
    accounts.require_password(session, account.name, password)
    accounts.require_totp(account, totp, by)
