"""Changes as bars: as long as their share of the largest, up to the right, down to the left."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from survey.documents.layout.change_bar import change_bar


def box(change: str, largest: str) -> tuple[str, str, str] | None:
    """Return where the bar begins, how long it is, and its class."""
    drawn = change_bar(Decimal(change), Decimal(largest))
    ElementTree.fromstring(drawn)
    found = re.search(r'class="edge (\w+)".* x="([\d.]+)%" width="([\d.]+)%"', drawn)
    return (found[2], found[3], found[1]) if found else None


@pytest.mark.parametrize(
    ("change", "largest", "drawn"),
    [
        ("8", "8", ("50.00", "50.00", "f1")),
        ("-8", "8", ("0.00", "50.00", "f0")),
        ("2", "8", ("50.00", "12.50", "f1")),
        ("-2", "8", ("37.50", "12.50", "f0")),
        ("0", "8", None),
        ("0", "0", None),
    ],
)
def test_a_bar_begins_in_the_middle_and_is_as_long_as_its_share(
    change: str, largest: str, drawn: tuple[str, str, str] | None
) -> None:
    assert box(change, largest) == drawn


def test_the_middle_is_drawn_even_where_nothing_changed() -> None:
    assert change_bar(Decimal(0), Decimal(0)).count('x="50%"') == 1


def test_it_is_no_text_and_has_no_style() -> None:
    drawn = change_bar(Decimal(1), Decimal(2))
    assert 'aria-hidden="true"' in drawn
    assert "style=" not in drawn
