"""Every fault of a file says what is wrong and what to do, in both languages."""

import pytest

from survey.documents.roster.row_file_faults import _SAID as FILE_FAULTS
from survey.documents.roster.row_file_faults import hidden_row
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.assessment.reports.seat_list import SeatFlaw
from survey.domain.errors import CellFault
from survey.web.admin.assessment.cell_faults import SENTENCES, fault_words
from tests.web.spoken import is_said

FLAWS = [*CellFlaw, *SeatFlaw, *FILE_FAULTS, hidden_row("row 3", "x").flaw]


@pytest.mark.parametrize("flaw", FLAWS)
def test_every_fault_is_said(language: str, flaw: str) -> None:
    assert is_said(fault_words(CellFault("G4", "12", flaw, "is wrong", "mend it")), language)


def test_no_sentence_is_of_nothing_and_none_is_said_twice(chinese: None) -> None:
    assert set(SENTENCES) == set(FLAWS)
    assert len(set(map(str, SENTENCES.values()))) == len(SENTENCES)


def test_a_fault_of_another_version_is_said_as_it_was_found(chinese: None) -> None:
    assert fault_words(CellFault("G4", "12", "newer", "is wrong", "mend it")) == "is wrong; mend it"
