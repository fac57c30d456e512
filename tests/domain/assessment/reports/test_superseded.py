"""Rows of an older file do not put back what something else took the place of, unless there is a reason."""

from dataclasses import replace
from fractions import Fraction

from survey.domain.assessment.facts import NumberKind, SheetPoints, TakenNumber
from survey.domain.assessment.reports.superseded import SiftedRows, sift_numbers, sift_points


def number(value: int, reason: str = "", **more: str) -> TakenNumber:
    return TakenNumber(
        0, NumberKind.ACCEPTED, "2026-01", "t1", "output", Fraction(value), reason=reason, **more
    )


def points(value: int, scorer: str = "甲") -> SheetPoints:
    return SheetPoints("s", "t1", scorer, "l", Fraction(value, 2))


def test_what_is_new_is_taken_and_what_holds_is_known() -> None:
    assert sift_numbers([number(7)], []) == SiftedRows([number(7)])
    assert sift_numbers([number(7)], [number(12), number(7)]) == SiftedRows(known=1)
    # Another proof, or another reason, is something new.
    for more in (number(7, note="暂估"), number(7, evidence="表"), number(7, "复核")):
        assert sift_numbers([more], [number(7)]).new == [more]


def test_an_older_number_is_left_out_and_named() -> None:
    found = sift_numbers([number(12)], [number(12), number(7)])
    assert (found.new, found.known) == ([], 0)
    assert found.superseded == ["2026-01 t1 output: 12 was on record before; 7 came after it and holds"]


def test_with_a_reason_it_holds_again_once() -> None:
    on_record = [number(12), number(7)]
    again = number(12, "误更正")
    assert sift_numbers([number(12)], on_record, "误更正").new == [again]
    assert sift_numbers([number(12)], [*on_record, again], "误更正") == SiftedRows(known=1)
    assert sift_numbers([number(12)], [*on_record, again]) == SiftedRows(known=1)


def test_of_two_rows_of_one_file_the_later_one_is_no_older_one() -> None:
    assert sift_numbers([number(1), number(2)], []).new == [number(1), number(2)]


def test_older_points_are_left_out_too() -> None:
    on_record = [points(18), points(17), points(18, "乙")]
    found = sift_points([points(18), points(18, "乙")], on_record)
    assert found == SiftedRows(
        known=1, superseded=["s t1 甲 l: 9 was on record before; 8.5 came after it and holds"]
    )
    assert sift_points([points(18)], on_record, "误改").new == [points(18)]


def test_what_somebody_types_is_no_older_file() -> None:
    assert sift_numbers([number(12)], [number(12), number(7)], typed=True).new == [number(12)]


def test_a_finding_that_was_taken_back_is_not_put_back_unseen() -> None:
    found = replace(number(12, "重复"), kind=NumberKind.VERIFIED)
    back = replace(number(12, "说明"), kind=NumberKind.WITHDRAWN)
    assert sift_numbers([found], [found, back]).superseded
    assert sift_numbers([back], [found, back]).known == 1
