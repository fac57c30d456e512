"""A small urn with whatever may happen to a sheet: what is counted is what was meant, line by line."""

from dataclasses import replace
from typing import Any

from bench.paper.whole import Image, as_if_read, whole_way


def test_what_was_meant_is_counted_whatever_happened_to_the_sheets(each_app: Any) -> None:
    found = whole_way(each_app, 40, seed=7)
    assert found.unlike == []
    assert {said: one for said, one in found.figures.items() if one[0] != one[1]} == {}
    assert found.lines == 38 * 30
    # Two who look at one line each of two sheets; two copies that differ, and a page that did not come.
    assert found.asked == 2 * 2 + 2 + 1


def test_one_line_read_otherwise_is_found(app: Any) -> None:
    def misread(images: Any, definition: Any) -> Any:
        """Read of every sheet alike that its last line was left empty."""
        return as_if_read([_emptied(one) for one in images], definition)

    found = whole_way(app, 40, seed=7, scans=misread)
    assert found.unlike == ["r14.neng"]
    assert not found.is_true()


def _emptied(image: Image) -> Image:
    return replace(image, said={name: None if name == "r14.neng" else v for name, v in image.said.items()})
