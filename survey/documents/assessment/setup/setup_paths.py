"""Values in tables within a table, by their path: found, put and taken out."""

from collections.abc import Mapping
from typing import Any

from survey.domain.assessment.definition import LIGHT_WORDS


def value_at(table: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path in tables within a table, ``None`` where nothing does."""
    found: Any = table
    for step in path.split("."):
        if isinstance(found, list) and path.startswith("lights.labels"):
            # A list of labels goes from green to grey.
            order = [str(light) for light in LIGHT_WORDS]
            return found[order.index(step)] if order.index(step) < len(found) else None
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def put_value(table: dict[str, Any], path: str, value: Any) -> None:
    """Put a value into tables within a table; those that are not there yet are made."""
    *outer, key = path.split(".")
    for step in outer:
        table = table.setdefault(step, {})
    table[key] = value


def take_out(table: dict[str, Any], path: str) -> None:
    """Take a value out of tables within a table; a table that is empty then goes with it."""
    step, dot, rest = path.partition(".")
    inner = table.get(step)
    if not dot:
        table.pop(step, None)
    elif isinstance(inner, dict):
        take_out(inner, rest)
        if not inner:
            del table[step]
