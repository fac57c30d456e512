"""Measure what can be narrowed down of withheld rows: ``python -m tests.disclosure.measure``.

For every row of every tenth campaign (``--all``: of all) that cannot be worked out the solver finds the
smallest and the largest number that each grade can have, given all that is published; beside it stands what
the ballots returned alone leave possible. Rows that take too long are left out and counted.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass, field

from .campaigns import campaign
from .judge import TOLD, Case, Verdict
from .solver import Unsure
from .world import Row, World

PATIENCE = 1000
KINDS = {"cell": "rater group", "pooled": "pooled", "split": "breakdown", "question": "question"}


@dataclass
class Widths:
    """How wide the ranges of the grade counts of one kind of rows are."""

    rows: int = 0
    numbers: int = 0
    left: int = 0
    possible: int = 0
    fixed: int = 0
    zero: int = 0
    shares: list[float] = field(default_factory=list)

    def add(self, ranges: list[tuple[int, int]], most: int) -> None:
        """Add the ranges of one row in which at most so many can have voted."""
        self.rows += 1
        self.numbers += len(ranges)
        self.left += sum(high - low + 1 for low, high in ranges)
        self.possible += (most + 1) * len(ranges)
        self.fixed += sum(low == high for low, high in ranges)
        self.zero += sum(high == 0 for _, high in ranges)
        self.shares.append(sum(high - low + 1 for low, high in ranges) / ((most + 1) * len(ranges)))


def most_voters(case: Case, row: Row) -> int:
    """Return how many can be in a row at most, by the ballots returned."""
    definition, accounts = case.world.electorate.definition, case.world.published["accounting"]["groups"]
    returned = {account["group"]: account["returned"] for account in accounts}
    if row[0] == "question":
        groups = [row[2]] if row[2] else definition.question[row[1]].groups
    else:
        groups = [row[3]] if row[0] == "cell" else definition.ratee[row[1]].groups
    return sum(returned[group] for group in groups)


def measure(seeds: range) -> tuple[dict[str, Widths], dict[Verdict, int], int]:
    """Measure the rows of some campaigns that are not told."""
    found: dict[str, Widths] = defaultdict(Widths)
    verdicts: dict[Verdict, int] = defaultdict(int)
    given_up = 0
    for seed in seeds:
        case = Case(World.of(*campaign(seed)), seed)
        for row, verdict in case.verdicts().items():
            verdicts[verdict] += 1
            if verdict in TOLD:
                continue
            stated = case.stated(row, split=row[0] == "split")
            try:
                ranges = [stated.problem.range_of(place, PATIENCE) for place in stated.row(row)]
            except Unsure:
                given_up += 1
            else:
                found[row[0]].add(ranges, most_voters(case, row))
    return found, verdicts, given_up


def main() -> None:
    """Print the figures."""
    seeds = range(0, 200, 1 if "--all" in sys.argv else 10)
    found, verdicts, given_up = measure(seeds)
    print(f"{len(seeds)} campaigns; " + ", ".join(f"{v.value} {n}" for v, n in sorted(verdicts.items())))
    print("| rows | number | possible values of a count | left | median share left | known | known to be 0 |")
    for kind, widths in found.items():
        shares = sorted(widths.shares)
        print(
            f"| {KINDS[kind]} | {widths.rows} | {widths.possible / widths.numbers:.1f} "
            f"| {widths.left / widths.numbers:.1f} | {shares[len(shares) // 2]:.0%} "
            f"| {widths.fixed / widths.numbers:.0%} | {widths.zero / widths.numbers:.0%} |"
        )
    print(f"given up: {given_up}")


if __name__ == "__main__":
    main()
