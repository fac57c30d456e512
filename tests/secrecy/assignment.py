"""The best one-to-one assignment, and how many hits chance allows."""

from collections.abc import Sequence

Costs = Sequence[Sequence[float]]


def assign(costs: Costs) -> list[int]:
    """Return the column for each row such that the costs add up to the least (the Hungarian method)."""
    size = len(costs)
    rows, columns = [0.0] * (size + 1), [0.0] * (size + 1)
    owner = [0] * (size + 1)
    for row in range(1, size + 1):
        _add_row(costs, row, rows, columns, owner)
    found = [0] * size
    for column in range(1, size + 1):
        found[owner[column] - 1] = column - 1
    return found


def _add_row(costs: Costs, row: int, rows: list[float], columns: list[float], owner: list[int]) -> None:
    size = len(costs)
    least, way, used = [float("inf")] * (size + 1), [0] * (size + 1), [False] * (size + 1)
    owner[0], column = row, 0
    while owner[column]:
        used[column] = True
        here, step, following = owner[column], float("inf"), 0
        for other in range(1, size + 1):
            if used[other]:
                continue
            reduced = costs[here - 1][other - 1] - rows[here] - columns[other]
            if reduced < least[other]:
                least[other], way[other] = reduced, column
            if least[other] < step:
                step, following = least[other], other
        for other in range(size + 1):
            if used[other]:
                rows[owner[other]] += step
                columns[other] -= step
            else:
                least[other] -= step
        column = following
    while column:
        owner[column] = owner[way[column]]
        column = way[column]
