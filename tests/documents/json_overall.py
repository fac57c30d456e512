"""The overall line of each ratee, worked out from the rows that the JSON of a count shows alone."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, Section
from tests.oracle.count import combine, divide, round_percent, round_row

GAP = "样本过小，不予显示"
MARKS = {"small-cell": "①", "small-group": "②"}


def shown(value: Any) -> str:
    return "" if value is None else str(value)


def overall_keys(section: Section) -> list[str]:
    """List the criteria that the overall line of a section is made of."""
    marked = [one.key for one in section.criteria if one.overall]
    return marked or [one.key for one in section.criteria if one.weight]


class JsonOverall:
    """What looks rows up: ``cells`` and ``why`` by ratee, criterion, row, group; ``members`` by ratee."""

    definition: Definition
    cells: Mapping[Any, dict[str, Any]]
    why: Mapping[Any, str]
    members: Mapping[str, Sequence[Sequence[str]]]

    def section(self, ratee: Ratee) -> Section:
        return self.definition.section[ratee.section]

    def shares(self, section: Section) -> list[str]:
        scale = self.definition.scale[section.scale]
        return [grade.key for grade in scale.grades] + (["-"] if scale.counts_abstentions else [])

    def rates(self, section: Section) -> list[str]:
        return [rate.key for rate in self.definition.rates_of(self.definition.scale[section.scale])]

    def overall(self, ratee: Ratee, row: tuple[str, str | None]) -> dict[str, Any] | None:
        """Work a row of the overall line out of the rows that the JSON shows; ``None`` if one is withheld."""
        section = self.section(ratee)
        keys = overall_keys(section)
        if any((ratee.key, key, *row) in self.why for key in keys):
            return None
        if row[0] != "weighted":
            cells = [self.cells[ratee.key, key, *row] for key in keys]
            return self._rounded(section, self._pooled(section, cells)) | {"cells": cells}
        weights, values = [], []
        for members in self.members[ratee.key]:
            weights.append(sum((self.definition.group[key].weight for key in members), Fraction(0)))
            cells = [self.cells[ratee.key, key, "group", "+".join(members)] for key in keys]
            values.append(self._pooled(section, cells))
        missing = str(self.definition.results.missing_group)
        over = {
            name: {key: combine(weights, [one[name][key] for one in values], missing) for key in some}
            for name, some in values[0].items()
        }
        return self._rounded(section, over)

    def _pooled(self, section: Section, cells: list[dict[str, Any]]) -> dict[str, Any]:
        """Add rows of counts up and divide, exactly."""
        grades = {key: sum(one["counts"][key] for one in cells) for key in cells[0]["counts"]}
        scale = self.definition.scale[section.scale]
        abstained = sum(one["abstained"] for one in cells) if scale.counts_abstentions else 0
        base = sum(grades.values()) + abstained
        shares = {key: divide(number, base) for key, number in grades.items()}
        shares |= {"-": divide(abstained, base)} if scale.counts_abstentions else {}
        rates = {
            rate.key: divide(sum(grades[key] for key in rate.grades), base)
            for rate in self.definition.rates_of(scale)
        }
        return {"shares": shares, "rates": rates}

    def _rounded(self, section: Section, exact: dict[str, Any]) -> dict[str, Any]:
        """Round a row of shares together and its rates singly."""
        rounding = self.definition.results.rounding
        mode, places = str(rounding.mode), rounding.places
        shares = round_row(list(exact["shares"].values()), mode, places)
        return {
            "shares": {key: shown(one) for key, one in zip(exact["shares"], shares, strict=True)},
            "rates": {key: shown(round_percent(one, mode, places)) for key, one in exact["rates"].items()},
        }

    def overall_cells(self, ratee: Ratee, row: tuple[str, str | None], *names: str) -> list[str]:
        """Return shares and rates of a row of the overall line, or words where it is withheld."""
        section = self.section(ratee)
        keys = {"shares": self.shares(section), "rates": self.rates(section)}
        found = self.overall(ratee, row)
        if found is None:
            width = sum(len(keys[name]) for name in names)
            return [GAP + self.why_overall(ratee, row)] * width
        return [found[name][key] for name in names for key in keys[name]]

    def why_overall(self, ratee: Ratee, row: tuple[str, str | None]) -> str:
        """Return the mark of the gravest reason for which a row of the overall line is withheld."""
        section = self.section(ratee)
        keys = overall_keys(section)
        return min(MARKS[self.why[key]] for one in keys if (key := (ratee.key, one, *row)) in self.why)
