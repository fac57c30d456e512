"""Numbers, shares and periods as pages write them."""

from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment.facts import NumberKind
from survey.web.admin.assessment.views.shown_numbers import (
    KIND_WORDS,
    at_period,
    number,
    period_name,
    points,
    quota_words,
    share,
    short_period,
    signed,
)


def test_what_is_not_there_is_a_dash() -> None:
    assert {number(None), signed(None), share(None), points(None)} == {"—"}


def test_numbers_have_as_few_places_as_they_need() -> None:
    assert (number(Fraction(5, 2)), points(Fraction(5, 2)), share(Fraction(1, 3))) == (
        "2.5",
        "2.50",
        "33.33%",
    )
    assert [signed(Fraction(one)) for one in (2, 0, -2)] == ["+2", "0", "−2"]


def test_quotas_are_written_as_they_are_typed() -> None:
    assert [quota_words(one) for one in (None, 3, Fraction(1, 4))] == ["", "3", "25%"]


@pytest.mark.usefixtures("chinese")
def test_periods_have_names() -> None:
    assert [period_name("2026-05"), period_name("2026-Q2")] == ["2026年5月", "2026年第2季度"]
    assert [short_period("2026-05"), short_period("2026-Q2")] == ["5月", "第2季度"]


def test_every_kind_has_a_word() -> None:
    assert KIND_WORDS.keys() == set(NumberKind)


def test_another_period_takes_along_only_what_these_pages_know(app: Flask) -> None:
    asked = "rows=output&class=town&endpoint=x&_scheme=javascript&_external=1&_anchor=y&period=z"
    with app.test_request_context(f"/admin/a/year/standing/2026-05/?{asked}"):
        assert at_period("2026-06") == "/admin/a/year/standing/2026-06/?class=town&rows=output"
