"""Which columns of an outcome are published, and which hidden ones then follow from those."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from survey.domain.assessment.composite_rules import BonusUse
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.definition.schema import N_
from survey.domain.errors import BadEdition

TOTAL, RANK, BAND, BONUS, DEDUCTION = "total", "rank", "band", "bonus", "deduction"
COLUMN_WORDS: Mapping[str, str] = {
    TOTAL: N_("总分"),
    RANK: N_("名次"),
    BAND: N_("等次"),
    BONUS: N_("加分"),
    DEDUCTION: N_("减分"),
}
"""The columns that every assessment has, in the order of a table, each with its name."""
COMPONENT = "component:"


def all_columns(definition: AssessmentDefinition) -> tuple[str, ...]:
    """List the columns that can be published of an assessment, in the order of a table."""
    parts = (COMPONENT + one.key for one in definition.components)
    return (RANK, TOTAL, BAND, *parts, BONUS, DEDUCTION)


def read_columns(definition: AssessmentDefinition, names: Sequence[str]) -> tuple[str, ...]:
    """Read the names of columns; a component may be named by its key alone.

    Raises ``BadEdition`` naming all that there are not, and where none is named.
    """
    known = all_columns(definition)
    found = {name if name in known else COMPONENT + name for name in names}
    unknown = [name for name in names if name not in known and COMPONENT + name not in known]
    if unknown:
        there = ", ".join(name.removeprefix(COMPONENT) for name in known)
        raise BadEdition("columns", f"no column {', '.join(unknown)}; there are {there}")
    if not found:
        raise BadEdition("columns", "no column is chosen")
    return tuple(name for name in known if name in found)


def column_label(definition: AssessmentDefinition, column: str) -> str:
    """Return what a column is called."""
    if column in COLUMN_WORDS:
        return COLUMN_WORDS[column]
    return definition.component[column.removeprefix(COMPONENT)].label


def deducible_columns(
    definition: AssessmentDefinition, columns: Collection[str], missing: Collection[str] = ()
) -> tuple[str, ...]:
    """List the columns left out that whoever reads the others can work out.

    A total with all its parts but one tells that one; all parts tell the total, and the total the rank.
    Where the lowest part counts, the hidden one is told wherever it is the lowest. ``missing`` are the
    components that a unit has no value of: the fewer parts its total rests on, the sooner one follows.
    """
    hidden = [part for part in parts_of(definition, missing) if part not in columns]
    unknown = sum(part.startswith(COMPONENT) for part in hidden)
    # Most units have a bonus or a deduction, not both: what the two make together tells either.
    unknown += any(not part.startswith(COMPONENT) for part in hidden)
    follow: set[str] = set()
    if TOTAL in columns and unknown == 1:
        follow.update(hidden)
    if TOTAL not in columns and not hidden:
        follow.add(TOTAL)
    if RANK not in columns and (TOTAL in columns or TOTAL in follow):
        follow.add(RANK)
    return tuple(name for name in all_columns(definition) if name in follow)


def missing_of(unit: Mapping[str, Any]) -> list[str]:
    """List the components that a unit has no value of."""
    return [one["component"] for one in unit["components"] if one["value"] is None]


def parts_of(definition: AssessmentDefinition, missing: Collection[str]) -> Iterator[str]:
    """List what a unit's total is made of; what is 0 for everybody is no secret."""
    for one in definition.components:
        if definition.composite.takes(one) and one.key not in missing:
            yield COMPONENT + one.key
    most = [item.each for item in definition.items]
    if definition.composite.bonus is BonusUse.POINTS and any(each is None or each > 0 for each in most):
        yield BONUS
    if any(each is None or each < 0 for each in most):
        yield DEDUCTION
