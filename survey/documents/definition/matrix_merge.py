"""A matrix of who rates whom and the definition that it becomes part of."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from .rating_matrix import BadMatrix, MatrixFault, MatrixFlaw, MatrixUnit, RatingMatrix

Row = dict[str, Any]


def merge_matrix(document: Mapping[str, Any], matrix: RatingMatrix) -> dict[str, Any]:
    """Return a document with pools, rater groups, ratees and who does not rate them as the matrix says.

    Units keep key, report and whatever else their rows have, by name; groups without a pool stay. All other
    pools, units and ratees are gone. Raises ``BadMatrix`` where a form is named that there is not.
    """
    made = deepcopy(dict(document))
    sections = _forms(made, matrix.units)
    groups, ratees = _tables(made, "groups"), _tables(made, "ratees")
    alone = [row for row in groups if not row.get("pool") and row.get("label") not in matrix.names]
    taken = {str(row.get("key")) for row in (*alone, *_tables(made, "pools"))}
    pools = _rows(
        list(dict.fromkeys(unit.pool for unit in matrix.units)),
        _tables(made, "pools"),
        "label",
        "pool",
        {str(row.get("key")) for row in (*alone, *groups)},
    )
    for pool in pools.values():
        pool.setdefault("weight", 1)
    taken |= {pool["key"] for pool in pools.values()}
    units = _rows([unit.name for unit in matrix.units], groups, "label", "u", taken)
    for unit in matrix.units:
        row = units[unit.name]
        row.pop("weight", None)
        row |= {"issue": unit.issue, "pool": pools[unit.pool]["key"]}
    rated = _rows(list(matrix.excluded), ratees, "name", "r", set())
    for name, excluded in matrix.excluded.items():
        row = rated[name]
        row.pop("groups", None)
        row["section"] = sections[name]
        row["except"] = [units[other]["key"] for other in excluded]
    made |= {
        "pools": list(pools.values()),
        "groups": [*units.values(), *alone],
        "ratees": list(rated.values()),
    }
    _forget_groups(made)
    return made


def matrix_of(document: Mapping[str, Any]) -> RatingMatrix | None:
    """Return the matrix that a document has now; ``None`` where no group is in a pool."""
    pools = {row.get("key"): str(row.get("label") or "") for row in _tables(document, "pools")}
    titles = {row.get("key"): str(row.get("title") or "") for row in _tables(document, "sections")}
    ratees = {str(row.get("name") or ""): row for row in _tables(document, "ratees")}
    units = [row for row in _tables(document, "groups") if row.get("pool") in pools]
    named = {row.get("key"): str(row.get("label") or "") for row in units}
    if not units:
        return None
    found = []
    for row in units:
        issue, form = row.get("issue"), ratees.get(named[row.get("key")], {}).get("section")
        number = issue if isinstance(issue, int) else 1
        found.append(MatrixUnit(named[row.get("key")], pools[row["pool"]], number, titles.get(form, "")))
    excluded = {}
    for name, row in ratees.items():
        if name in named.values():
            gone = row.get("except") or [key for key in named if key not in (row.get("groups") or named)]
            excluded[name] = tuple(label for key, label in named.items() if key in gone)
    return RatingMatrix(tuple(found), excluded)


def _forms(document: Mapping[str, Any], units: Sequence[MatrixUnit]) -> dict[str, str]:
    """Map each unit to the key of its form; those that name none have the first."""
    sections = [(str(row.get("title") or ""), str(row.get("key"))) for row in _tables(document, "sections")]
    keys = dict(reversed(sections))
    faults = tuple(
        MatrixFault(MatrixFlaw.NO_FORM, str(unit.row), unit.form)
        for unit in units
        if unit.form and unit.form not in keys
    )
    if faults or not sections:
        raise BadMatrix(faults or (MatrixFault(MatrixFlaw.NO_FORM, ""),))
    return {unit.name: keys.get(unit.form, sections[0][1]) for unit in units}


def _rows(
    names: Sequence[str], before: Sequence[Row], called: str, prefix: str, taken: set[str]
) -> dict[str, Row]:
    """Return a row for each name: the one that had it, else a new one with a key that is free."""
    known = {str(row.get(called) or ""): row for row in reversed(before)}
    used = taken | {str(known[name].get("key")) for name in names if name in known}
    made: dict[str, Row] = {}
    number = 0
    for name in names:
        if name in known and known[name].get("key"):
            made[name] = dict(known[name])
            continue
        number += 1
        while f"{prefix}{number}" in used:
            number += 1
        made[name] = {"key": f"{prefix}{number}", called: name}
    return made


def _forget_groups(document: Row) -> None:
    """Take groups that are gone out of what names them; where none is left, all are meant."""
    keys = {row.get("key") for row in _tables(document, "groups")}
    for row in (*_tables(document, "sections"), *_tables(document, "questions")):
        if isinstance(row.get("groups"), list):
            row["groups"] = [key for key in row["groups"] if key in keys]
            if not row["groups"]:
                del row["groups"]


def _tables(document: Mapping[str, Any], key: str) -> list[Row]:
    found = document.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
