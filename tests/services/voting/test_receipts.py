"""Receipts as they are typed, and the list of them."""

import pytest
from flask import Flask

from survey.domain.definition.campaign import State
from survey.domain.errors import MinpingError, WrongState
from survey.services.voting.receipts import find_receipt, list_receipts, read_receipt
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from tests.storage.stored import stored


@pytest.mark.parametrize(
    "typed",
    ["0123-4567-89AB", "0123456789ab", " 0123 4567 89ab\n", "O1234567-89AB", "0I23-4567-89aB"],
)
def test_a_receipt_is_read_however_it_was_typed(typed: str) -> None:
    assert read_receipt(typed) == "0123-4567-89AB"


@pytest.mark.parametrize("typed", ["", "0123-4567-89A", "0123-4567-89ABC", "0123-4567-89A!", "回执"])
def test_what_is_no_receipt_is_refused(typed: str) -> None:
    with pytest.raises(MinpingError, match="twelve letters and digits"):
        read_receipt(typed)


def test_receipts_are_listed_and_found_once_they_are_counted(app: Flask) -> None:
    with transaction(write=True) as session:
        campaign = stored(session)
        with pytest.raises(WrongState):
            list(list_receipts(session, "small"))
        count_rows.add_receipts(session, campaign, ["89AB-CDEF-0123"])
        count_rows.add_receipts(session, campaign, ["0123-4567-89AB"], 2)
        campaign_rows.set_state(session, campaign, State.COUNTED)
    with transaction() as session:
        assert list(list_receipts(session, "small")) == ["0123-4567-89AB"] * 2 + ["89AB-CDEF-0123"]
        assert find_receipt(session, "0123456789ab") == [("小型测评", 2)]
        assert find_receipt(session, "0000-0000-0000") == []
