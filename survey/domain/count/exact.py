"""The values of a count before any rounding: what is shown, and what differences are taken of."""

from collections.abc import Mapping
from fractions import Fraction

from survey.domain.definition.campaign import Definition
from survey.domain.definition.weighting import mean, weighted

from .disclosure import Cell, Count, Merged
from .rows import Row, merged_key, row_weights
from .values import Values, score_of, values_of, weighted_values


class Exact:
    """The exact values of a count, each worked out when it is asked for; ``None`` where it is withheld."""

    def __init__(self, definition: Definition, count: Count) -> None:
        self.definition = definition
        self.count = count
        self._weights: dict[tuple[Merged, ...], dict[str, Fraction]] = {}

    def weights(self, ratee: str) -> Mapping[str, Fraction]:
        """Return the weight of each row of groups that a ratee has."""
        groups = self.count.groups[ratee]
        if groups not in self._weights:
            self._weights[groups] = row_weights(self.definition, groups)
        return self._weights[groups]

    def groups(self, cell: Cell) -> dict[str, Values] | None:
        """Return the values of a cell's rows of groups."""
        rows, scale = self.count.cells[cell].groups, self.definition.line[cell].scale
        if rows is None:
            return None
        return {merged_key(group): values_of(self.definition, scale, row) for group, row in rows.items()}

    def pooled(self, cell: Cell) -> Values | None:
        """Return the values of a cell's pooled row."""
        counts = self.count.cells[cell].pooled
        scale = self.definition.line[cell].scale
        return None if counts is None else values_of(self.definition, scale, counts)

    def weighted(self, cell: Cell) -> Values | None:
        """Return the values of a cell's weighted row."""
        groups = self.groups(cell)
        return None if groups is None else self.over(cell[0], groups)

    def over(self, ratee: str, groups: Mapping[str, Values]) -> Values:
        """Combine the values of a ratee's rows of groups under their weights."""
        return weighted_values(groups, self.weights(ratee), self.definition.results.missing_group)

    def score(self, cell: Cell) -> Fraction | None:
        """Return the score of a cell's weighted row; ``None`` also where nobody gave a grade."""
        rows, scale = self.count.cells[cell].groups, self.definition.line[cell].scale
        if rows is None:
            return None
        scores = {merged_key(group): score_of(scale, row) for group, row in rows.items()}
        return weighted(scores, self.weights(cell[0]), self.definition.results.missing_group)

    def totals(self, ratee: str) -> tuple[dict[str, Fraction | None], Fraction | None, Fraction | None]:
        """Return a ratee's scores: in each row of groups (none where withheld), weighted, and pooled."""
        section = self.definition.section[self.definition.ratee[ratee].section]
        scale = self.definition.scale[section.scale]
        criteria = [criterion for criterion in section.criteria if criterion.weight]
        cells = [self.count.cells[ratee, criterion.key] for criterion in criteria]
        scores: dict[str, Fraction | None] = {}
        total: Fraction | None = None
        pooled: Fraction | None = None
        rows = [cell.groups for cell in cells if cell.groups is not None]
        if len(rows) == len(cells):
            for group in self.count.groups[ratee]:
                each = zip(criteria, rows, strict=True)
                scores[merged_key(group)] = mean((c.weight, score_of(scale, row[group])) for c, row in each)
            total = weighted(scores, self.weights(ratee), self.definition.results.missing_group)
        alls = [cell.pooled for cell in cells if cell.pooled is not None]
        if len(alls) == len(cells):
            both = zip(criteria, alls, strict=True)
            pooled = mean((c.weight, score_of(scale, row)) for c, row in both)
        return scores, total, pooled

    def is_kept(self, cell: Cell, row: Row) -> bool:
        """Return whether a cell's weighted row, or its pooled one, is kept."""
        rows = self.count.cells[cell]
        return (rows.groups if row is Row.WEIGHTED else rows.pooled) is not None
