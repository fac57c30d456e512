"""Stacked bars: widths are shares, every segment has a pattern of its own, and no policy is offended."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from survey.documents.layout.chart import ABSTAINED, bar, patterns, steps, swatch


def boxes(drawn: str) -> list[tuple[float, float, str]]:
    """Return the segments of a bar: where they begin and how wide they are, in percent, and their pattern."""
    found = re.findall(
        r'<rect class="edge" x="([\d.]+)%" width="([\d.]+)%"[^>]*fill="url\(#grade-(\d)\)"', drawn
    )
    return [(float(x), float(width), kind) for x, width, kind in found]


def shares(*values: str | None) -> list[Decimal | None]:
    return [None if value is None else Decimal(value) for value in values]


def test_segments_are_as_wide_as_their_shares_and_touch() -> None:
    drawn = boxes(bar(shares("71.92", "23.08", "5.00", "0.00"), 4))
    assert [(width, kind) for _, width, kind in drawn] == [(71.92, "1"), (23.08, "2"), (5.0, "4")]
    for (x, width, _), (following, _, _) in pairwise(drawn):
        assert x + width == pytest.approx(following)


def test_five_steps_have_five_patterns() -> None:
    assert [kind for _, _, kind in boxes(bar(shares(*["20.0"] * 5), 5))] == list("12345")


def test_abstentions_come_last_and_are_no_grade() -> None:
    drawn = boxes(bar(shares("50.0", "25.0", "0.0", "25.0"), 3))
    assert drawn == [(0, 50, "1"), (50, 25, "3"), (75, 25, ABSTAINED)]


def test_shares_that_rounding_made_too_many_still_fit() -> None:
    drawn = boxes(bar(shares("33.4", "33.4", "33.4"), 3))
    assert drawn[-1][0] + drawn[-1][1] == pytest.approx(100, abs=0.002)


def test_what_is_missing_to_the_whole_stays_empty() -> None:
    # A group without a value that counts as 0 leaves weighted shares below 100.
    (only,) = boxes(bar(shares("40.0", "0.0"), 2))
    assert only[:2] == (0, 40)
    assert 'width="100%" y="0.5" height="19" fill="none"' in bar(shares("40.0", "0.0"), 2)


@pytest.mark.parametrize("none", [shares(None, None), shares("0.00", "0.00"), []])
def test_nothing_is_drawn_of_nothing(none: list[Decimal | None]) -> None:
    assert bar(none, 2) == ""


@pytest.mark.parametrize("grades", range(2, 12))
def test_every_grade_has_a_pattern_in_order(grades: int) -> None:
    kinds = steps(grades)
    assert len(kinds) == grades
    assert list(kinds) == sorted(kinds)
    assert (kinds[0], kinds[-1]) == ("1", "5")
    if grades <= 5:
        assert len(set(kinds)) == grades


def test_drawings_are_whole_and_use_only_patterns_that_there_are() -> None:
    known = set(re.findall(r'id="(grade-\d)"', patterns()))
    assert len(known) == 6
    for drawn in (patterns(), bar(shares(*["15.0"] * 6), 5), *(swatch(kind) for kind in "012345")):
        ElementTree.fromstring(drawn)
        assert set(re.findall(r"url\(#([\w-]+)\)", drawn)) <= known
        assert 'aria-hidden="true"' in drawn
        assert "style" not in drawn


def test_patterns_differ_in_lightness_as_well() -> None:
    tree = ElementTree.fromstring(patterns())
    grounds = [pattern[0].get("fill") or "" for pattern in tree.iter("pattern")][:5]
    light = [sum(int(colour[place : place + 2], 16) for place in (1, 3, 5)) for colour in grounds]
    assert light == sorted(light)
    assert len(set(light)) == 5
