"""What one box says by itself, whatever form it is of: crosses, ticks, filled, and what is none of them.

The boxes are drawn here with nothing of the reader's: insides of boxes of other sizes, at other resolutions,
as forms of other makers have them.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from survey.channels.paper.marks import BoxState, judge_crop

Draw = Callable[[Any, float, float], None]
Point = tuple[float, float]


def stroke(paper: Any, points: list[Point], width: float, dark: float) -> None:
    """Draw through points in shares of the box's side; ``width`` is such a share, too."""
    side = paper.shape[0]
    drawn = np.zeros(paper.shape, np.uint8)
    ends = np.array([[round(x * side * 16), round(y * side * 16)] for x, y in points], np.int32)
    cv2.polylines(drawn, [ends.reshape(-1, 1, 2)], False, 255, max(1, round(width * side)), cv2.LINE_AA, 4)
    np.maximum(paper, drawn / 255 * dark, out=paper)


def box(
    side: int, draw: Callable[[Any], None], *, seed: int = 0, noise: float = 0.01, blur: float = 0.7
) -> Any:
    random = np.random.default_rng(seed)
    paper: Any = np.zeros((side, side), np.float32)
    draw(paper)
    paper = cv2.GaussianBlur(paper, (0, 0), blur)
    return np.clip(paper + random.normal(0, noise, paper.shape), 0, None)


def cross(paper: Any, width: float = 0.1, dark: float = 0.7) -> None:
    stroke(paper, [(0.1, 0.1), (0.9, 0.9)], width, dark)
    stroke(paper, [(0.9, 0.1), (0.1, 0.9)], width, dark)


def tick(paper: Any, width: float = 0.1, dark: float = 0.7) -> None:
    stroke(paper, [(0.1, 0.5), (0.35, 0.85), (0.95, 0.05)], width, dark)


def slash(paper: Any, width: float = 0.1, dark: float = 0.7) -> None:
    stroke(paper, [(0.1, 0.9), (0.9, 0.1)], width, dark)


def filled(paper: Any, width: float = 0.1, dark: float = 0.7) -> None:
    zigzag = [(0.05 if at % 2 else 0.95, 0.05 + at * 0.09) for at in range(11)]
    stroke(paper, zigzag, width, dark)


def black(paper: Any, width: float = 0.1, dark: float = 0.7) -> None:
    paper[:] = np.maximum(paper, dark + width / 10)


def oval(paper: Any, width: float = 0.1, dark: float = 0.7) -> None:
    side = paper.shape[0]
    drawn = np.zeros(paper.shape, np.uint8)
    cv2.ellipse(drawn, (side // 2, side // 2), (side * 2 // 5, side * 3 // 10), 0, 0, 360, 255, -1)
    np.maximum(paper, drawn / 255 * dark, out=paper)


MARKS: list[Draw] = [cross, tick, slash, filled, black, oval]


@pytest.mark.parametrize("side", [20, 30, 44, 70])
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(("width", "dark"), [(0.1, 0.5), (0.12, 0.8), (0.25, 1.0)])
def test_marks_of_all_kinds_at_any_resolution_are_marked(
    side: int, mark: Draw, width: float, dark: float
) -> None:
    for seed in range(3):
        crop = box(side, lambda paper: mark(paper, width, dark), seed=seed)
        assert judge_crop(crop, 0.01) is BoxState.MARKED


@pytest.mark.parametrize("side", [20, 30, 44, 70])
@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03])
def test_paper_is_empty_however_rough(side: int, noise: float) -> None:
    for seed in range(5):
        assert judge_crop(box(side, lambda _paper: None, seed=seed, noise=noise), noise) is BoxState.EMPTY


@pytest.mark.parametrize("side", [20, 30, 44, 70])
def test_a_grey_print_or_shadow_alone_is_never_marked(side: int) -> None:
    """A tint below, a grey number in the box, the other side that shines through."""

    def tint(paper: Any) -> None:
        paper[:] = 0.1

    def number(paper: Any) -> None:
        drawn = np.zeros(paper.shape, np.uint8)
        place, font = (side // 3, side * 2 // 3), cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(drawn, "3", place, font, side / 60, (255,), 1)
        np.maximum(paper, drawn / 255 * 0.12, out=paper)

    def shade(paper: Any) -> None:
        paper += np.linspace(0, 0.25, side, dtype=np.float32)

    for draw in (tint, number, shade):
        assert judge_crop(box(side, draw), 0.01) is not BoxState.MARKED


@pytest.mark.parametrize("side", [20, 30, 44, 70])
def test_what_may_be_a_mark_is_neither_marked_nor_empty(side: int) -> None:
    def dot(paper: Any) -> None:
        stroke(paper, [(0.45, 0.45), (0.55, 0.55)], 0.15, 0.8)

    def short(paper: Any) -> None:
        stroke(paper, [(0.4, 0.55), (0.62, 0.45)], 0.1, 0.8)

    for draw in (dot, short):
        assert judge_crop(box(side, draw), 0.01) is BoxState.DOUBTFUL


def test_a_thousand_boxes_at_random_are_never_taken_for_their_contrary() -> None:
    random = np.random.default_rng(20)
    asked = 0
    for seed in range(1000):
        side = int(random.integers(18, 80))
        mark = MARKS[int(random.integers(len(MARKS)))] if seed % 2 else None
        width, dark = random.uniform(0.08, 0.25), random.uniform(0.35, 1.0)
        noise = random.uniform(0, 0.03)

        def draw(paper: Any, mark: Draw | None = mark, width: float = width, dark: float = dark) -> None:
            if mark:
                mark(paper, width, dark)

        state = judge_crop(box(side, draw, seed=seed, noise=noise), noise)
        assert state is not (BoxState.EMPTY if mark else BoxState.MARKED)
        asked += state is BoxState.DOUBTFUL
    assert asked <= 50
