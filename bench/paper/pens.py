"""Pens and the hands that hold them: marks drawn on a printed page, as a layer of ink."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

PIXELS = 12
"""Pixels a mm of the pages that are drawn on, 305 dpi."""

Layer = np.ndarray[Any, np.dtype[np.float32]]
Stroke = list[tuple[float, float]]
Random = np.random.Generator


@dataclass(frozen=True)
class Pen:
    """A pen: its width in mm, how dark it writes (1 is black), and how ragged its line is."""

    width: tuple[float, float]
    dark: tuple[float, float]
    ragged: float = 0.0


BALLPOINT = Pen((0.4, 0.6), (0.6, 0.9), 0.15)
GEL = Pen((0.5, 0.7), (0.7, 0.95))
FELT = Pen((0.9, 1.5), (0.75, 1.0))
BLUE = Pen((0.4, 0.7), (0.5, 0.7), 0.1)
PENCIL = Pen((0.45, 0.7), (0.35, 0.55), 0.3)
PALE_PENCIL = Pen((0.35, 0.6), (0.14, 0.28), 0.4)
DRY = Pen((0.3, 0.5), (0.3, 0.7), 0.75)

CLEAR_PENS = (BALLPOINT, GEL, FELT, BLUE, PENCIL)


class Hand:
    """Draws marks into a layer of ink: 0 no ink, 1 black."""

    def __init__(self, layer: Layer, random: Random) -> None:
        self.layer = layer
        self._random = random

    def _near(self, spread: float) -> float:
        return float(np.clip(self._random.normal(0, spread), -2 * spread, 2 * spread))

    def stroke(self, points: Stroke, pen: Pen) -> None:
        """Draw one stroke through points in mm, shaken a little."""
        random = self._random
        width = random.uniform(*pen.width)
        dark = random.uniform(*pen.dark)
        line = _smooth(np.array(points, dtype=np.float64))
        line += np.cumsum(random.normal(0, 0.012, line.shape), axis=0)
        pixels = np.round(line * PIXELS * 16).astype(np.int32).reshape(-1, 1, 2)
        left, top = np.floor(line.min(axis=0) * PIXELS).astype(int) - 30
        right, bottom = np.ceil(line.max(axis=0) * PIXELS).astype(int) + 30
        left, top = max(0, left), max(0, top)
        part = self.layer[top:bottom, left:right]
        if not part.size:
            return
        drawn = np.zeros(part.shape, np.uint8)
        moved = pixels - np.array([left, top]) * 16
        cv2.polylines(drawn, [moved], False, 255, max(1, round(width * PIXELS)), cv2.LINE_AA, 4)
        ink = drawn.astype(np.float32) / 255 * dark
        if pen.ragged:
            grain = cv2.GaussianBlur(random.random(part.shape).astype(np.float32), (0, 0), 1.2)
            grain = np.clip((grain - grain.mean()) / max(float(grain.std()), 1e-6) * 0.5 + 0.5, 0, 1)
            ink *= 1 - pen.ragged * grain
        np.maximum(part, ink, out=part)

    def tick(self, x: float, y: float, pen: Pen, size: float = 1.0) -> None:
        """Tick a box whose top left corner is at ``x`` and ``y``."""
        x, y = x + self._near(0.35), y + self._near(0.35)
        self.stroke(
            [
                (x + 0.9, y + 2.4 + self._near(0.3)),
                (x + 2.0 + self._near(0.2), y + 4.2 + self._near(0.2)),
                (x + 2.0 + 3.0 * size + self._near(0.4), y + 4.2 - 4.4 * size + self._near(0.4)),
            ],
            pen,
        )

    def cross(self, x: float, y: float, pen: Pen) -> None:
        """Cross a box."""
        x, y = x + self._near(0.3), y + self._near(0.3)
        self.stroke([(x + 0.9, y + 0.9), (x + 4.1, y + 4.1 + self._near(0.3))], pen)
        self.stroke([(x + 4.1, y + 0.9 + self._near(0.3)), (x + 0.9, y + 4.1)], pen)

    def fill(self, x: float, y: float, pen: Pen) -> None:
        """Scribble over a box."""
        x, y = x + self._near(0.2), y + self._near(0.2)
        zigzag = [(x + (0.8 if at % 2 else 4.2), y + 0.7 + at * 0.42) for at in range(9)]
        self.stroke(zigzag, pen)

    def slash(self, x: float, y: float, pen: Pen) -> None:
        """Draw one short slanting stroke within a box."""
        x, y = x + self._near(0.3), y + self._near(0.3)
        self.stroke([(x + 0.9, y + 4.0), (x + 4.1 + self._near(0.3), y + 0.9)], pen)

    def circle(self, x: float, y: float, pen: Pen) -> None:
        """Draw a circle round a box."""
        turn = np.linspace(0, 2 * np.pi * 1.05, 40) + self._random.uniform(0, 6)
        radius = self._random.uniform(3.2, 4.2)
        middle = (x + 2.5 + self._near(0.3), y + 2.5 + self._near(0.3))
        self.stroke(
            [(middle[0] + radius * np.cos(a), middle[1] + 0.85 * radius * np.sin(a)) for a in turn], pen
        )

    def dot(self, x: float, y: float, pen: Pen) -> None:
        """Put a dot into a box."""
        x, y = x + 2.5 + self._near(0.5), y + 2.5 + self._near(0.5)
        self.stroke([(x, y), (x + 0.15, y + 0.1), (x + 0.05, y + 0.2)], pen)

    def short(self, x: float, y: float, pen: Pen) -> None:
        """Draw a stroke that is hardly one."""
        x, y = x + 2.2 + self._near(0.5), y + 2.2 + self._near(0.5)
        length = self._random.uniform(0.9, 1.8)
        self.stroke([(x, y), (x + length, y - 0.5 * length)], pen)

    def off(self, x: float, y: float, pen: Pen) -> None:
        """Tick beside a box."""
        self.tick(x + self._random.choice([-3.6, 3.6]), y + self._near(0.5), pen, 0.7)

    def tail(self, x: float, y: float, pen: Pen) -> None:
        """Tick a box with a tail that runs far up to the right."""
        x, y = x + self._near(0.3), y + self._near(0.3)
        length = self._random.uniform(7, 12)
        self.stroke([(x + 0.9, y + 2.5), (x + 2, y + 4.2), (x + 2 + length, y + 4.2 - 0.75 * length)], pen)

    def scratch(self, x: float, y: float, pen: Pen) -> None:
        """Scratch out what is in a box, with a few strokes to and fro."""
        x, y = x + self._near(0.3), y + self._near(0.3)
        across = [(x + (-0.6 if at % 2 else 5.6), y + 1.2 + at * 0.65 + self._near(0.2)) for at in range(5)]
        self.stroke(across, pen)


Mark = Callable[[Hand, float, float, Pen], None]

CLEAR_MARKS: tuple[Mark, ...] = (Hand.tick, Hand.tick, Hand.tick, Hand.cross, Hand.fill, Hand.slash)


def _smooth(points: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Put points between points, evenly, 0.1 mm apart."""
    parts = []
    for start, end in pairwise(points):
        steps = max(2, int(np.hypot(*(end - start)) / 0.1))
        parts.append(start + np.linspace(0, 1, steps, endpoint=False)[:, None] * (end - start))
    return np.concatenate([*parts, points[-1:]])
