"""Receipts of the ballots that were opened."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from survey.domain.ballot.crockford import group_symbols
from survey.domain.ballot.typed_codes import receipt_in
from survey.domain.errors import BadReceipt
from survey.services.results.publishing import COUNTED
from survey.storage import count_rows
from survey.storage.campaign_rows import find_campaign


def read_receipt(typed: str) -> str:
    """Return the receipt in what somebody typed or pasted, in its written form.

    Raises ``BadReceipt`` where there is none in it, or several.
    """
    symbols = receipt_in(typed)
    if symbols is None:
        raise BadReceipt("a receipt has twelve letters and digits, XXXX-XXXX-XXXX")
    return group_symbols(symbols)


def list_receipts(session: Session, campaign_code: str) -> Iterator[str]:
    """List the receipts of all ballots opened, sorted; raises ``WrongState`` before the count."""
    campaign = find_campaign(session, campaign_code)
    campaign.require(*COUNTED, to="list receipts")
    yield from count_rows.receipts(session, campaign)


def find_receipt(session: Session, typed: str) -> list[tuple[str, int]]:
    """Return the titles of the campaigns in which a receipt was opened, each with how often.

    Raises ``BadReceipt`` where what was typed holds none.
    """
    receipt = read_receipt(typed)
    return [
        (find_campaign(session, campaign_code).definition.title, times)
        for campaign_code, times in count_rows.find_receipt(session, receipt)
    ]
