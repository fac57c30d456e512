"""Quotas on one ballot: at most so many, or such a share, may get a grade."""

from typing import Any

import pytest

from survey.domain.definition.form import Quota
from survey.domain.errors import FieldFault

from .test_ballot import Fields, check, faults, one_fault

MANY = [{"key": f"m{n}", "section": "form", "name": f"人{n}"} for n in range(1, 6)]


@pytest.mark.parametrize(
    ("ratees", "share", "allowed"),
    [
        (5, "40%", 2),
        (5, "50%", 3),
        (5, "49.9%", 2),
        (1, "10%", 1),
        (3, "50%", 2),
        (4, "0%", 1),
        (5, "100%", 5),
    ],
)
def test_a_share_is_rounded_half_up_and_at_least_one(ratees: int, share: str, allowed: int) -> None:
    quota = [{"section": "form", "criterion": "de", "grade": "good", "at_most": share}]
    given: Fields = {f"m{n}.de": "good" for n in range(1, allowed + 1)}
    changes: Any = {"quotas": quota, "ratees": MANY[:ratees]}
    assert check(given, **changes).ratings.count(1) == allowed
    if allowed < ratees:
        fault = faults(given | {f"m{allowed + 1}.de": "good"}, **changes)["m1.de"]
        assert (fault.limit, fault.given) == (allowed, allowed + 1)


def test_over_quota_names_every_line_and_ratee() -> None:
    quota = [{"section": "form", "criterion": "de", "grade": "good", "at_most": 1}]
    given: Fields = {"m1.de": "good", "m3.de": "good", "m3.neng": "good", "m4.de": "fair"}
    found = faults(given, quotas=quota, ratees=MANY)
    assert set(found) == {"m1.de", "m3.de"}
    assert found["m1.de"] == FieldFault("over-quota", 1, 2, "好", ("人1", "人3"))


def test_a_quota_of_nought_forbids_the_grade() -> None:
    quota = [{"section": "form", "criterion": "de", "grade": "good", "at_most": 0}]
    one_fault({"m1.de": "good"}, "m1.de", "over-quota", quotas=quota, ratees=MANY)


def test_a_share_is_taken_of_those_whom_the_voter_may_rate() -> None:
    quota = [{"section": "form", "criterion": "de", "grade": "good", "at_most": "40%"}]
    ratees = [*MANY, *({"key": f"b{n}", "section": "form", "name": "乙", "groups": ["B"]} for n in range(5))]
    three: Fields = {f"m{n}.de": "good" for n in (1, 2, 3)}
    assert len(faults(three, "A", quotas=quota, ratees=ratees)) == 3
    assert check(three, "B", quotas=quota, ratees=ratees).ratings.count(1) == 3


@pytest.mark.parametrize(("number", "share", "of", "allowed"), [(3, None, 9, 3), (0, None, 9, 0)])
def test_a_number_stands_as_it_is(number: int, share: None, of: int, allowed: int) -> None:
    assert Quota("form", "de", "good", number, share).allowed(of) == allowed
