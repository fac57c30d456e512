"""A small exact solver: are there whole numbers that fit all that is known?

A problem has integer variables with bounds, linear constraints (the sum of coefficients times variables lies
between two numbers) and checks of any kind over a few variables. Bounds are narrowed as far as the linear
constraints allow; what remains is searched, the variables of checks first. ``Unsure`` is raised where the
search takes too long, so an answer is never a guess.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Values = list[int]
Check = Callable[[Sequence[int]], bool]


class Unsure(Exception):
    """The search was given up before it was through."""


class _Contradiction(Exception):
    """Nothing fits."""


@dataclass
class Linear:
    """``low <= sum(coefficient * variable) <= high``."""

    terms: tuple[tuple[int, int], ...]
    low: int
    high: int


@dataclass
class Problem:
    """What is known of some numbers; ``likely`` says where to look first and decides nothing."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    likely: list[int] = field(default_factory=list)
    linear: list[Linear] = field(default_factory=list)
    checks: list[tuple[tuple[int, ...], Check]] = field(default_factory=list)

    def variable(self, low: int, high: int, likely: int | None = None) -> int:
        """Add a number between two bounds; return its place."""
        self.low.append(low)
        self.high.append(high)
        self.likely.append(low if likely is None else likely)
        return len(self.low) - 1

    def between(self, terms: Mapping[int, int], low: int, high: int) -> None:
        """Know that a sum lies between two numbers."""
        self.linear.append(Linear(tuple(terms.items()), low, high))

    def total(self, parts: Iterable[int], is_: int) -> None:
        """Know what some numbers add up to."""
        self.between(dict.fromkeys(parts, 1), is_, is_)

    def sums(self, parts: Iterable[int], whole: Iterable[int]) -> None:
        """Know that some numbers add up to the same as some others."""
        terms = dict.fromkeys(parts, 1)
        for place in whole:
            terms[place] = terms.get(place, 0) - 1
        self.between(terms, 0, 0)

    def check(self, over: Iterable[int], holds: Check) -> None:
        """Know that something holds for the values of some numbers."""
        self.checks.append((tuple(over), holds))

    def solve(
        self, limits: Mapping[int, tuple[int, int]] | None = None, patience: int = 3000
    ) -> Values | None:
        """Find numbers that fit, some of them within closer limits; ``None`` where there are none.

        Raises ``Unsure`` after ``patience`` steps.
        """
        return _Search(self, patience).run(limits or {})

    def is_fixed(self, place: int, value: int, patience: int = 3000) -> bool:
        """Tell whether a number can have no other value than this one."""
        other = [(self.low[place], value - 1), (value + 1, self.high[place])]
        return all(self.solve({place: limits}, patience) is None for limits in other)

    def range_of(self, place: int, patience: int = 3000) -> tuple[int, int]:
        """Find the smallest and the largest value that a number can have."""
        found = self.solve({}, patience)
        if found is None:
            raise ValueError("nothing fits what is known")
        low = high = found[place]
        while low > self.low[place]:
            lower = self.solve({place: (self.low[place], low - 1)}, patience)
            if lower is None:
                break
            low = lower[place]
        while high < self.high[place]:
            higher = self.solve({place: (high + 1, self.high[place])}, patience)
            if higher is None:
                break
            high = higher[place]
        return low, high


class _Search:
    def __init__(self, problem: Problem, patience: int) -> None:
        self.problem = problem
        self.patience = patience
        self.of_variable: list[list[int]] = [[] for _ in problem.low]
        for number, linear in enumerate(problem.linear):
            for place, _ in linear.terms:
                self.of_variable[place].append(number)
        self.checks_of: list[list[int]] = [[] for _ in problem.low]
        for number, (over, _) in enumerate(problem.checks):
            for place in over:
                self.checks_of[place].append(number)
        self.trail: list[tuple[int, int, int]] = []
        self.low = list(problem.low)
        self.high = list(problem.high)

    def run(self, limits: Mapping[int, tuple[int, int]]) -> Values | None:
        try:
            for place, (low, high) in limits.items():
                self._narrow(place, low, high, deque())
            self._propagate(deque(range(len(self.problem.linear))))
            self._look_at(range(len(self.problem.checks)))
        except _Contradiction:
            return None
        checked = dict.fromkeys(place for over, _ in self.problem.checks for place in over)
        order = [*limits, *checked, *(place for place in range(len(self.low)) if place not in checked)]
        return self._down(order, 0)

    def _down(self, order: Sequence[int], depth: int) -> Values | None:
        while depth < len(order) and self.low[order[depth]] == self.high[order[depth]]:
            depth += 1
        if depth == len(order):
            return list(self.low)
        place = order[depth]
        likely = self.problem.likely[place]
        for value in sorted(range(self.low[place], self.high[place] + 1), key=lambda v: abs(v - likely)):
            self.patience -= 1
            if self.patience < 0:
                raise Unsure
            mark = len(self.trail)
            try:
                waiting: deque[int] = deque()
                self._narrow(place, value, value, waiting)
                self._propagate(waiting)
                touched = {
                    number for changed, _, _ in self.trail[mark:] for number in self.checks_of[changed]
                }
                self._look_at(touched)
                found = self._down(order, depth + 1)
                if found is not None:
                    return found
            except _Contradiction:
                pass
            while len(self.trail) > mark:
                changed, self.low[changed], self.high[changed] = self.trail.pop()
        return None

    def _narrow(self, place: int, low: int, high: int, waiting: deque[int]) -> None:
        low, high = max(low, self.low[place]), min(high, self.high[place])
        if low > high:
            raise _Contradiction
        if (low, high) != (self.low[place], self.high[place]):
            self.trail.append((place, self.low[place], self.high[place]))
            self.low[place], self.high[place] = low, high
            waiting.extend(self.of_variable[place])

    def _propagate(self, waiting: deque[int]) -> None:
        low, high = self.low, self.high
        queued = set(waiting)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            linear = self.problem.linear[number]
            least = sum(c * (low[v] if c > 0 else high[v]) for v, c in linear.terms)
            most = sum(c * (high[v] if c > 0 else low[v]) for v, c in linear.terms)
            if least > linear.high or most < linear.low:
                raise _Contradiction
            if least >= linear.low and most <= linear.high:
                continue
            more: deque[int] = deque()
            for v, c in linear.terms:
                # What the others leave for this one; the bounds of the others are those from above.
                own_least, own_most = (c * low[v], c * high[v]) if c > 0 else (c * high[v], c * low[v])
                floor, ceiling = linear.low - (most - own_most), linear.high - (least - own_least)
                if floor <= own_least and ceiling >= own_most:
                    continue
                new = (-(-floor // c), ceiling // c) if c > 0 else (-(-ceiling // c), floor // c)
                self._narrow(v, *new, more)
            for other in more:
                if other not in queued:
                    queued.add(other)
                    waiting.append(other)

    def _look_at(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            over, holds = self.problem.checks[number]
            if all(self.low[place] == self.high[place] for place in over) and not holds(
                [self.low[place] for place in over]
            ):
                raise _Contradiction
