"""The accounts that may sign a campaign's count."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission, roles_with
from survey.domain.definition.campaign import Campaign
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account


def signers_of(session: Session, campaign: Campaign) -> list[Account]:
    """List the accounts in use of a campaign's unit that may sign, by name."""
    return account_rows.list_in_use(session, roles_with(Permission.SIGN), campaign.unit)


def number_with_second_factor(signers: Collection[Account]) -> int:
    """Count the accounts that could sign today: nobody signs without a second factor."""
    return sum(account.has_second_factor for account in signers)
