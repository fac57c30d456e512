"""Accounts that prove themselves at a terminal: those who sign, and a second person who agrees."""

from typing import TYPE_CHECKING

from .common import by, read_password

if TYPE_CHECKING:
    from survey.storage.accounts.account_rows import Account


def proven(name: str, whose: str, from_stdin: bool) -> "Account":
    """Ask an account for its password and, where it has one, its one-time number; ``whose`` says for what.

    Raises ``BadCredentials``, also where only a browser can ask for the second factor.
    """
    from survey.services.accounts import accounts, second_factor
    from survey.storage.database import transaction

    password = read_password(f"password of {whose}", from_stdin)
    with transaction() as session:
        account = accounts.require_password(session, name, password)
    second_factor.require_typable(account)
    if second_factor.has(account):
        totp = read_password(f"one-time number of {name}", from_stdin)
        with transaction(write=True) as session:
            second_factor.require_fresh(session, account, totp, by())
    return account


def agreeing(campaign_code: str, name: str, from_stdin: bool) -> str:
    """Return the name of the account that agrees as second person, as that account writes it.

    Raises ``BadCredentials``.
    """
    from survey.services.accounts.second_person import require_second
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction

    account = proven(name, name, from_stdin)
    with transaction() as session:
        require_second(find_campaign(session, campaign_code), account, None)
    return account.name
