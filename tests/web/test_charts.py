"""Bars on pages: drawn of numbers alone, with a key that names every pattern."""

from decimal import Decimal

import pytest
from markupsafe import Markup

from survey.documents.layout import chart
from survey.domain.count.values import ShownValues
from survey.domain.results.screen_rows import Form
from survey.web import charts
from tests.documents.layout.test_chart import boxes
from tests.domain.results.counting import definition_of
from tests.domain.results.test_rules_text import scale


def form(**abstain: str) -> Form:
    definition = definition_of(scales=scale(**abstain))
    return Form(definition.scales[0], definition.rates)


def test_a_bar_is_that_of_the_shares() -> None:
    shares = {"excellent": Decimal("60.00"), "competent": Decimal("40.00"), "poor": Decimal("0.00")}
    drawn = charts.bar(ShownValues(shares, {}, None), form())
    assert isinstance(drawn, Markup)
    assert drawn == chart.bar(tuple(shares.values()), 3)
    assert boxes(drawn)[0] == (0.0, 60.0, "1")


@pytest.mark.parametrize(
    ("treat", "labels"),
    [
        ("exclude", ["优秀", "称职", "不称职"]),
        ("zero", ["优秀", "称职", "不称职", "弃权"]),
    ],
)
def test_a_key_names_each_pattern_that_a_bar_can_have(treat: str, labels: list[str]) -> None:
    key = charts.key(form(treat=treat))
    assert [label for _, label in key] == labels
    assert len({swatch for swatch, _ in key}) == len(labels)
    assert all(isinstance(swatch, Markup) for swatch, _ in key)


def test_patterns_are_drawn_once_for_all_bars() -> None:
    assert charts.patterns() == chart.patterns()
