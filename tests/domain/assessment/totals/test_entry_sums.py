from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.outcome import EntrySums
from survey.domain.assessment.totals.entry_sums import sum_entries
from tests.domain.assessment.composed import composed, entry

ITEMS = [
    {"key": "award", "label": "表彰", "each": 1, "cap": 2},
    {"key": "pilot", "label": "试点", "each": 1.5},
    {"key": "late", "label": "迟报", "each": -0.2, "cap": 1},
    {"key": "fault", "label": "问题", "each": -3},
]


def sums(*entries: tuple[str, str], **caps: Any) -> EntrySums:
    definition = composed(items=ITEMS, caps=caps)
    return sum_entries(definition, [entry("a", *one) for one in entries])["a"]


def test_entries_of_an_item_stop_at_its_cap() -> None:
    found = sums(("award", "1"), ("award", "1"), ("award", "1"))
    assert found == EntrySums(Fraction(2), Fraction(0), "表彰：1 ＋ 1 ＋ 1，本项最多 2，计 2")


def test_the_cap_holds_for_deductions_as_well() -> None:
    found = sums(*[("late", "-0.2")] * 6)
    assert (found.bonus, found.deduction) == (0, 1)
    assert found.words.endswith("，本项最多 1，计 −1")


def test_all_entries_together_stop_at_the_caps() -> None:
    found = sums(("award", "1"), ("award", "1"), ("pilot", "1.5"), ("fault", "-3"), bonus=3, deduction=2)
    assert (found.bonus, found.deduction) == (3, 2)
    assert found.words == (
        "表彰：1 ＋ 1，计 2；试点：1.5，计 1.5；问题：−3，计 −3；"
        "加分合计 3.5，最多 3，计 3；减分合计 3，最多 2，计 2"
    )


def test_one_entry_stops_at_the_most_of_one() -> None:
    found = sums(("pilot", "4"), ("fault", "-5"))
    assert (found.bonus, found.deduction) == (Fraction("1.5"), 3)
    assert "试点：4，一次最多 1.5，计 1.5" in found.words


def test_without_entries_there_is_nothing() -> None:
    found = sum_entries(composed(items=ITEMS), [entry("a", "award", "1")])
    assert list(found) == ["a", "b", "c", "d"]
    assert found["b"] == EntrySums(Fraction(0), Fraction(0))


@given(
    st.permutations([("award", "1"), ("award", "0.5"), ("late", "-0.2"), ("fault", "-1"), ("fault", "-2")])
)
def test_the_order_of_entries_changes_nothing(entries: list[tuple[str, str]]) -> None:
    found = sums(*entries, bonus=1, deduction=3)
    assert (found.bonus, found.deduction) == (1, 3)
