"""What a file of entries adds to those on record, and what it takes back."""

from datetime import date
from fractions import Fraction

import pytest

from survey.domain.assessment.facts import EnteredValue, PointEntry, RecordedAct, UnitVeto
from survey.domain.assessment.totals.act_differences import NumberedAct, missing_acts, place_of
from survey.domain.errors import BadNumbers

DAY = date(2026, 12, 20)
AWARD = PointEntry("t1", "award", Fraction(1), "先进集体", "41号", "领导小组", DAY)
LATE = PointEntry("t5", "late", Fraction(-1, 5), "迟报", "记录", "考核办", DAY)
VETO = UnitVeto("t4", "poor", "领导小组", DAY, "非法占地", "通报")
MILDER = UnitVeto("t4", "fair", "领导小组", DAY, "非法占地", "通报")
TYPED = EnteredValue("t1", "party", Fraction(97), "12号文")
OTHER = EnteredValue("t1", "party", Fraction(98), "13号文")


def on_record(*acts: RecordedAct, gone: tuple[RecordedAct, ...] = ()) -> list[NumberedAct]:
    given = [*((act, False) for act in acts), *((act, True) for act in gone)]
    return [NumberedAct(number, act, taken_back) for number, (act, taken_back) in enumerate(given, 1)]


def test_what_is_new_is_added_in_the_order_of_the_file() -> None:
    missing = missing_acts([], [(AWARD, False), (LATE, True), (VETO, False)])
    assert missing.new == [(AWARD, False), (LATE, True), (VETO, False)]
    assert missing.going == []


def test_the_same_file_again_adds_nothing() -> None:
    missing = missing_acts(on_record(AWARD, VETO, TYPED, gone=(LATE,)), [(AWARD, False), (LATE, True)])
    assert (missing.new, missing.going) == ([], [])


def test_what_the_file_says_is_taken_back_goes() -> None:
    missing = missing_acts(on_record(AWARD, LATE), [(AWARD, False), (LATE, True)])
    assert (missing.new, missing.going) == ([], [2])


def test_an_old_file_brings_nothing_back() -> None:
    with pytest.raises(BadNumbers) as refused:
        missing_acts(on_record(gone=(AWARD, LATE)), [(AWARD, False), (LATE, False), (VETO, False)])
    assert [fault.place for fault in refused.value.faults] == [place_of(AWARD), place_of(LATE)]
    assert {fault.flaw for fault in refused.value.faults} == {"taken-back"}


@pytest.mark.parametrize(("first", "second"), [(VETO, MILDER), (TYPED, OTHER)])
def test_of_what_a_unit_has_one_there_is_no_second(first: RecordedAct, second: RecordedAct) -> None:
    with pytest.raises(BadNumbers, match="another one holds already"):
        missing_acts(on_record(first), [(second, False)])
    missing = missing_acts(on_record(first), [(first, True), (second, False)])
    assert (missing.new, missing.going) == ([(second, False)], [1])
    assert missing_acts(on_record(first), [(second, True)]).new == [(second, True)]


def test_places_name_what_they_are_about() -> None:
    assert [place_of(act) for act in (AWARD, VETO, TYPED)] == [
        "entries: t1 award 先进集体",
        "vetoes: t4 poor",
        "entered: t1 party",
    ]
