"""The second person who agrees to late codes, and to corrections (docs/decisions/0022, 0034)."""

from survey.domain.accounts.roles import Permission, may
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import BadCredentials
from survey.storage.accounts.account_rows import Account

from . import second_factor


def require_second(campaign: Campaign, second: Account, first: str | None) -> None:
    """Refuse with ``BadCredentials`` unless an account whose proof was just checked may be the second person.

    That is another account than ``first``, of the campaign's unit or an owner's. ``first`` is the name of who
    acts, ``None`` on the command line, where no account acts.
    """
    if second.name == first:
        raise BadCredentials("the second person must be another account than the one that acts")
    if not may(second.role, Permission.SECOND_LATE_CODES):
        raise BadCredentials(f'"{second.name}" is {second.role}, and cannot be the second person')
    if not may(second.role, Permission.REACH_EVERY_UNIT) and second.unit != campaign.unit:
        raise BadCredentials(f'"{second.name}" is of another unit than {campaign.code}')
    if second_factor.is_missing(second):
        raise BadCredentials(f'"{second.name}" has no second factor; set one up first')
