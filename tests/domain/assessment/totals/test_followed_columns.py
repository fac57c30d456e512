"""What follows from all editions together, whichever of them shows it."""

from collections.abc import Collection, Mapping
from typing import Any

from survey.domain.assessment.totals.followed_columns import ShownOutcome, followed_columns

from .test_publication_columns import ENTRIES, columns, defined

KEYS = ("targets", "leaders", "public")


def lacking(*keys: str, unit: str = "t1", total: str | None = "80.00") -> dict[str, Any]:
    parts = [{"component": key, "value": None if key in keys else "80.00"} for key in KEYS]
    return {"unit": unit, "components": parts, "total": total}


def shown(
    unit: dict[str, Any], *keys: str, untold: Mapping[str, Collection[str]] | None = None
) -> ShownOutcome:
    return ShownOutcome(columns(*keys), [unit], untold or {})


def test_of_one_edition_a_total_with_all_parts_but_one_tells_that() -> None:
    known = ("total", "rank", "targets", *ENTRIES)
    assert followed_columns(defined(), [shown(lacking(), *known)]) == ()
    # The fewer parts a unit has, the sooner one follows.
    assert followed_columns(defined(), [shown(lacking("public"), *known)]) == columns("leaders")


def test_two_totals_tell_the_part_that_one_of_them_lacks() -> None:
    """80.00 without the leaders' part and 62.80 with it: anybody finds what it is."""
    editions = [shown(lacking("leaders"), "total", "rank"), shown(lacking(), "total", "rank")]
    for rules in ({"missing": "renormalise"}, {"missing": "zero"}, {"combine": "lowest"}):
        assert followed_columns(defined(items=False, **rules), editions) == columns("leaders")
        assert followed_columns(defined(items=False, **rules), editions[:1]) == ()


def test_what_one_edition_shows_stands_beside_the_totals_of_another() -> None:
    editions = [
        shown(lacking("leaders"), "total", "rank", *ENTRIES),
        shown(lacking(), "targets", "total", *ENTRIES),
    ]
    assert followed_columns(defined(missing="renormalise"), editions) == columns("leaders", "public")


def test_a_total_that_there_is_not_tells_nothing() -> None:
    withheld = shown(lacking("leaders", total=None), "total", "rank")
    assert followed_columns(defined(items=False, missing="zero"), [withheld, shown(lacking(), "total")]) == ()


def test_a_part_left_blank_for_a_unit_is_hidden_although_its_column_is_shown() -> None:
    whole = ("total", "rank", *KEYS, *ENTRIES)
    assert followed_columns(defined(), [shown(lacking(), *whole)]) == ()
    blank = shown(lacking(), *whole, untold={"t1": {"leaders"}})
    assert followed_columns(defined(), [blank]) == columns("leaders")
