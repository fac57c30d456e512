"""The acts on accounts that everybody in a unit may see, the newest first."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.audit.acts import SHOWN_ACCOUNT_ACTS
from survey.domain.operations.paging import list_page
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account

from . import audit_log
from .audit_log import ParsedEntry


@dataclass(frozen=True)
class ActsPage:
    """One page of acts, each with the account it was done to; ``names`` are all accounts in reach."""

    acts: list[tuple[ParsedEntry, Account]]
    page: int
    last: int
    names: list[str]


def read_page(session: Session, unit: str | None, name: str | None = None, page: int = 1) -> ActsPage:
    """Return a page of the acts on accounts of a unit and on those of none; ``None`` takes all units.

    ``name`` keeps to one account; one that is out of reach has no acts.
    """
    reach = {
        account.name: account
        for account in account_rows.list_accounts(session)
        if unit is None or account.unit in ("", unit)
    }
    acts = [
        ((entry, facts), reach[about])
        for entry, facts in audit_log.read_acts(session, SHOWN_ACCOUNT_ACTS)
        if (about := facts.get("name")) in reach and name in (None, about)
    ]
    acts.reverse()
    page, last, places = list_page(len(acts), page)
    return ActsPage(acts[places.start : places.stop], page, last, sorted(reach))
