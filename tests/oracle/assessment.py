"""What units earn with tasks and how they stand, written a second time from docs/assessment.md alone.

Plain tables in, plain numbers out; nothing of the product is imported. Everything is worked out for one unit
at a time and with the others' numbers searched through each time: slow, and easy to check by eye.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

Row = dict[str, Any]


def sign(indicator: Row) -> int:
    """Turn numbers round where the lower ones are better, so that more always is better."""
    return -1 if indicator.get("better") == "lower" else 1


def ratio(a: Fraction, t: Fraction | None) -> Fraction | None:
    if t is None or t == 0:
        return None
    return 1 + (a - t) / abs(t)


def plan(indicator: Row, row: Row, month: int | None) -> Fraction | None:
    if month is None:
        return row.get("target")
    if row.get(f"m{month}") is not None:
        return row[f"m{month}"]
    return even(indicator, row.get("target"), month)


def even(indicator: Row, whole: Fraction | None, month: int | None) -> Fraction | None:
    if whole is None or month is None or indicator.get("runs") == "level":
        return whole
    return whole * Fraction(month, 12)


class Year:
    """Units with their classes, indicators as a file's tables, rows of targets, and numbers."""

    def __init__(self, classes: dict[str, str], indicators: list[Row], rows: dict, actuals: dict) -> None:
        self.classes = classes
        self.indicators = {one["key"]: one for one in indicators}
        self.rows = rows
        self.actuals = actuals

    def mates(self, unit: str, key: str) -> list[str]:
        """Name the units of the same class that have the task and reported it, the unit among them."""
        return [
            one
            for one in self.classes
            if self.classes[one] == self.classes[unit]
            and (one, key) in self.rows
            and (one, key) in self.actuals
        ]

    def look(self, unit: str, key: str, line: Row, month: int | None, number: Fraction) -> Fraction | None:
        indicator, row = self.indicators[key], self.rows[unit, key]
        match line.get("of", "value"):
            case "value":
                return number
            case "completion":
                return ratio(number, plan(indicator, row, month))
            case _:
                base = even(indicator, row.get("base"), month)
                return None if not base else (number - base) * 100 / abs(base)

    def aim(self, unit: str, key: str, line: Row, month: int | None) -> Fraction | None:
        of = line.get("of", "value")
        if "target" in line:
            return even(self.indicators[key], line["target"], month) if of == "value" else line["target"]
        goal = plan(self.indicators[key], self.rows[unit, key], month)
        return None if goal is None else self.look(unit, key, line, month, goal)

    def earned(self, unit: str, key: str, month: int | None = None) -> Fraction:
        """Return what a unit earns with a task: nothing where it reported nothing."""
        if (unit, key) not in self.actuals:
            return Fraction(0)
        lines = self.indicators[key]["score"]
        own = self.rows[unit, key].get("points")
        whole = sum(line["points"] for line in lines)
        stretch = Fraction(1) if own is None else own / whole
        return sum(
            (self.line(unit, key, line, line["points"] * stretch, month) for line in lines), Fraction(0)
        )

    def line(self, unit: str, key: str, line: Row, p: Fraction, month: int | None) -> Fraction:
        indicator, a = self.indicators[key], self.actuals[unit, key]
        s = sign(indicator)
        x = self.look(unit, key, line, month, a)
        if x is None:
            goal = plan(indicator, self.rows[unit, key], month)
            on = line.get("of") == "completion" and goal is not None and s * a >= s * goal
            return p if on else Fraction(0)
        t = self.aim(unit, key, line, month)
        others = [self.look(one, key, line, month, self.actuals[one, key]) for one in self.mates(unit, key)]
        peers = [one for one in others if one is not None]
        return getattr(self, line["method"])(line, p, s, x, t, peers)

    def complete(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, _: list) -> Fraction:
        if t is None:
            return Fraction(0)
        if t == 0:
            return p if s * x >= 0 else Fraction(0)
        share = 1 + s * (x - t) / abs(t)
        if share < line.get("least", share):
            return Fraction(0)
        return sorted([Fraction(0), p * share, p * line.get("cap", 1)])[1] if share > 0 else Fraction(0)

    def reach(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, _: list) -> Fraction:
        return p if t is not None and s * x >= s * t else Fraction(0)

    def step(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, _: list) -> Fraction:
        if t is None:
            return Fraction(0)
        start, down, up = p * line.get("start", 1), line.get("down", p), line.get("up", 0)
        if line.get("relative") and t == 0:
            return max(Fraction(0), start if s * x >= 0 else start - down)
        size = line["size"] * abs(t) / 100 if line.get("relative") else line["size"]
        steps = s * (x - t) / size
        if line.get("whole", True):
            steps = Fraction(math.trunc(steps))
        return max(Fraction(0), start + max(-down, min(up, steps * line["per"])))

    def scale(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, _: list) -> Fraction:
        at = sorted((s * value, share) for value, share in line["at"])
        if s * x < at[0][0]:
            return p * line.get("under", 0)
        if line.get("between") == "linear":
            for (low, of_low), (high, of_high) in itertools.pairwise(at):
                if low <= s * x < high:
                    return p * (of_low * (high - s * x) + of_high * (s * x - low)) / (high - low)
        return p * [share for value, share in at if value <= s * x][-1]

    def rank(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, peers: list) -> Fraction:
        if line.get("qualify") and not self.reach(line, p, s, x, t, peers):
            return Fraction(0)
        return max(Fraction(0), p - p * line["by"] * sum(s * one > s * x for one in peers))

    def best(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, peers: list) -> Fraction:
        best = s * max(s * one for one in peers)
        if x == best:
            return p
        if best == 0:
            return Fraction(0)
        if s > 0:
            return max(Fraction(0), p * (1 - (best - x) / abs(best)))
        return max(Fraction(0), p * (best / x if best > 0 else x / best))

    def spread(
        self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, peers: list
    ) -> Fraction:
        full = line.get("full", s * max(s * one for one in peers))
        none = line.get("none", s * min(s * one for one in peers))
        if s * full <= s * none:
            return p if s * x >= s * none else Fraction(0)
        low = line.get("low", 0)
        return min(p, max(Fraction(0), p * low + p * (1 - low) * (x - none) / (full - none)))

    def deduct(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, _: list) -> Fraction:
        return min(p, max(Fraction(0), p - line["per"] * x))

    def judged(self, line: Row, p: Fraction, s: int, x: Fraction, t: Fraction | None, _: list) -> Fraction:
        return min(p, max(Fraction(0), x))

    def stands(self, unit: str, key: str, month: int, yellow: Fraction) -> tuple:
        """Return planned, gap, completion, pace, whether on pace, the light, first, last."""
        indicator, row, a = self.indicators[key], self.rows[unit, key], self.actuals.get((unit, key))
        s, goal = sign(indicator), plan(indicator, row, month)
        if a is None or goal is None:
            kept = None if a is None else ratio(a, row.get("target"))
            return goal, None, kept, None, False, "grey", *self.ends(unit, key, a is not None)
        light = "red"
        if s * a >= s * goal:
            light = "green"
        elif (a >= goal * yellow) if s > 0 else (a <= goal * (2 - yellow)):
            light = "yellow"
        shares = ratio(a, row.get("target")), ratio(a, goal)
        return goal, a - goal, *shares, light == "green", light, *self.ends(unit, key, True)

    def ends(self, unit: str, key: str, reported: bool) -> tuple[bool, bool]:
        if not reported:
            return False, False

        def by(one: str) -> Fraction:
            share = ratio(self.actuals[one, key], self.rows[one, key].get("target"))
            return sign(self.indicators[key]) * (self.actuals[one, key] if share is None else share)

        values = [by(one) for one in self.mates(unit, key)]
        if len(set(values)) == 1:
            return False, False
        return by(unit) == max(values), by(unit) == min(values)
