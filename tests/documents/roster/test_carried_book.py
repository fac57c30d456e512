"""What a page carries of a roster comes back as it was."""

import json

import pytest

from survey.documents.roster.carried_book import brought, carried
from survey.documents.roster.reader import read_mapped, read_roster
from tests.documents.rosters import GROUPS, SECTIONS, thirty_faults
from tests.office_roster import office_roster


@pytest.mark.parametrize("data", [office_roster(two_rows=True), thirty_faults()[0]], ids=["office", "faults"])
def test_a_roster_comes_back_as_it_was(data: bytes) -> None:
    roster = read_roster(data, "r.xlsx", SECTIONS, GROUPS)
    assert roster.book
    assert roster.mapping
    book, mapping = brought(json.loads(json.dumps(carried(roster.book, roster.mapping))))
    assert mapping == roster.mapping
    again = read_mapped(book, mapping, SECTIONS, GROUPS)
    assert (again.rows, again.faults, again.skipped) == (roster.rows, roster.faults, roster.skipped)


def test_hidden_sheets_are_not_carried() -> None:
    roster = read_roster(thirty_faults()[0], "r.xlsx", SECTIONS, GROUPS)
    assert roster.book
    assert roster.mapping
    assert [sheet["name"] for sheet in carried(roster.book, roster.mapping)["sheets"]] == ["名册", "Sheet3"]
