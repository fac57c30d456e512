from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.composite_rules import CompositeRules, QuotaRound, RatingBand
from survey.domain.assessment.totals.proposal import Candidate, Placed, lowest_band, place_class, quota_seats

Quota = int | Fraction | None


def bands(*limits: tuple[str, int, Quota], ceiling: str = "") -> CompositeRules:
    made = tuple(
        RatingBand(key=key, label=key, at_least=Fraction(least), quota=quota) for key, least, quota in limits
    )
    return CompositeRules(bands=made, binding_ceiling=ceiling)


RULES = bands(("first", 90, 2), ("second", 80, None), ("third", 60, None))


def place(rules: CompositeRules, *totals: str | None, **changes: Any) -> list[Placed]:
    candidates = [
        Candidate(
            unit=str(at),
            total=None if total is None else Decimal(total),
            **{name: by_place[at] for name, by_place in changes.items() if at in by_place},
        )
        for at, total in enumerate(totals)
    ]
    return list(place_class(rules, candidates).values())


def proposed(found: Sequence[Placed]) -> list[str | None]:
    return [one.proposed for one in found]


def tied(found: Sequence[Placed]) -> list[bool]:
    return [one.tied for one in found]


def test_equal_totals_share_a_rank() -> None:
    assert [one.rank for one in place(RULES, "70", "92", "92", "95", None)] == [4, 2, 2, 1, None]


def test_the_highest_band_that_is_reached_and_has_room() -> None:
    found = place(RULES, "99", "98", "97", "80", "79.99", "59")
    assert proposed(found) == ["first", "first", "second", "second", "third", None]
    assert not any(tied(found))


def test_a_border_between_equals_is_left_to_a_person() -> None:
    found = place(RULES, "99", "95", "95", "94")
    assert proposed(found) == ["first", "second", "second", "second"]
    assert tied(found) == [False, True, True, False]


def test_equals_that_all_fit_are_not_tied() -> None:
    assert place(RULES, "95", "95", "94") == [
        Placed(1, "first"),
        Placed(1, "first"),
        Placed(3, "second"),
    ]


def test_a_vetoed_unit_keeps_its_rank_and_takes_no_place() -> None:
    found = place(RULES, "99", "95", "94", "93", veto={0: "third"})
    assert found == [Placed(1, "third"), Placed(2, "first"), Placed(3, "first"), Placed(4, "second")]


def test_a_vetoed_equal_does_not_make_a_tie() -> None:
    found = place(RULES, "99", "95", "95", veto={1: "third"})
    assert (proposed(found), tied(found)) == (["first", "third", "first"], [False] * 3)


def test_a_missed_binding_indicator_lowers_to_the_ceiling_and_leaves_the_place() -> None:
    rules = bands(("first", 90, 1), ("second", 80, None), ceiling="second")
    assert proposed(place(rules, "99", "95", capped={0: True})) == ["second", "first"]
    assert proposed(place(rules, "99", "99", capped={0: True})) == ["second", "first"]
    assert proposed(place(bands(("first", 90, 1)), "99", capped={0: True})) == ["first"]


def test_the_quota_of_a_lower_band_holds_too() -> None:
    rules = bands(("first", 0, 1), ("second", 0, 1), ("third", 0, None))
    found = place(rules, "9", "8", "8", "7")
    assert proposed(found) == ["first", "third", "third", "third"]
    assert tied(found) == [False, True, True, False]


def test_without_a_total_only_a_veto_says_anything() -> None:
    assert place(RULES, None, None, veto={1: "third"}) == [Placed(None, None), Placed(None, "third")]


def test_what_decides_between_equals_parts_them() -> None:
    found = place(RULES, "95", "95", "95", tie_break={1: Fraction(2), 2: Fraction(1)})
    assert [(one.rank, one.proposed, one.tied) for one in found] == [
        (3, "second", False),
        (1, "first", False),
        (2, "first", False),
    ]


@pytest.mark.parametrize(
    ("quota", "units", "round_", "seats"),
    [
        (Fraction(1, 4), 8, QuotaRound.HALF_UP, 2),
        (Fraction(1, 4), 4, QuotaRound.HALF_UP, 1),
        (Fraction(1, 4), 1, QuotaRound.HALF_UP, 1),
        (Fraction(1, 4), 6, QuotaRound.HALF_UP, 2),
        (Fraction(0), 6, QuotaRound.HALF_UP, 0),
        (Fraction(1, 4), 1, QuotaRound.DOWN, 0),
        (Fraction(1, 4), 5, QuotaRound.UP, 2),
        (Fraction(1), 5, QuotaRound.HALF_UP, 5),
        (3, 2, QuotaRound.HALF_UP, 3),
        (None, 2, QuotaRound.HALF_UP, None),
    ],
)
def test_a_quota_becomes_a_number_of_units(
    quota: Quota, units: int, round_: QuotaRound, seats: Quota
) -> None:
    band = RatingBand(key="x", label="x", at_least=Fraction(0), quota=quota, round=round_)
    assert quota_seats(band, units) == seats


def test_of_several_vetoes_the_lowest_band_holds() -> None:
    assert lowest_band(RULES, ["third", "second"]) == "third"
    assert lowest_band(RULES, []) is None


TOTALS = st.lists(st.integers(0, 12).map(lambda n: str(n * 9)), min_size=1, max_size=9)


@given(TOTALS, st.integers(0, 5), st.randoms())
def test_proposals_abide_by_quota_and_order_whatever_the_totals(
    totals: list[str], quota: int, rng: Any
) -> None:
    rules = bands(("first", 60, quota), ("second", 40, 2), ("third", 0, None))
    found = place(rules, *totals)
    order = ["first", "second", "third"]
    assert proposed(found).count("first") <= quota
    assert proposed(found).count("second") <= 2
    for one, total in zip(found, totals, strict=True):
        for other, less in zip(found, totals, strict=True):
            if total == less:
                assert one == other
            elif int(total) > int(less):
                assert one.rank is not None
                assert other.rank is not None
                assert one.rank < other.rank
                assert order.index(str(one.proposed)) <= order.index(str(other.proposed))
    places = list(range(len(totals)))
    rng.shuffle(places)
    assert place(rules, *(totals[at] for at in places)) == [found[at] for at in places]
