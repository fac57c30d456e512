"""Definitions of a wrong structure, bent from right ones so that what is wrong lies deep."""

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.attack.strangeness import STRANGE
from tests.attack.world import rich
from tests.builders import EXAMPLES, a_definition, example
from tests.domain.editing import full
from tests.domain.garbage import VALUES, Place, holder_of, places
from tests.lengths import CHAOS, times

Table = dict[str, Any]

_ZONES = (UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=12)))
_MOMENTS = [
    *(datetime(1, 1, 1, tzinfo=zone) for zone in _ZONES),
    *(datetime(9999, 12, 31, 23, 59, 59, tzinfo=zone) for zone in _ZONES),
    *(datetime(2026, 11, 22, 9, 0, second, tzinfo=zone) for second in (0, 7) for zone in _ZONES),
    datetime(2026, 11, 22, 9, 0),
    date(2026, 11, 22),
    time(9, 0),
]
_NUMBERS = [
    0, -1, 1, 2, 5, 10**12, 10**12 + 1, 2**63, -(2**64), 10**400, 10**5000,
    *map(Decimal, ("0.5", "-0.0", "1e12", "1E+300", "1e-300", "NaN", "-Infinity", "sNaN", "0." + "1" * 21)),
]  # fmt: skip
_SIGNS = (
    "",
    " ",
    "\0",
    "\ud800",
    "\ufffe",
    "\x85",
    "\u2028",
    "\u202e",
    "+",
    ".",
    "%",
    "9" * 400,
    "党" * 5000,
    "'\"\\\n",
)
_STRANGERS = st.sampled_from([*STRANGE, *_NUMBERS, *_MOMENTS, [], {}, [[]], [{}], {"key": {}}]) | VALUES


def often(usually: int, chaos: int) -> settings:
    """Return how Hypothesis runs a test here: no deadline; in chaos longer, with new dice."""
    ignored = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    return settings(
        max_examples=times(usually, chaos),
        deadline=None,
        derandomize=not CHAOS,
        suppress_health_check=ignored,
    )


@cache
def valid_definitions() -> tuple[Table, ...]:
    """Return definitions to begin with; nobody changes them."""
    small = a_definition(groups=("A",), ratees=("c1",), criteria=("de",))
    shipped = (example(path.stem) for path in sorted(EXAMPLES.glob("*.toml")))
    return (small, full(), rich("rich"), *shipped)


@st.composite
def bent_definitions(draw: Any, *, written: bool = False) -> Table:
    """Make a valid definition and bend it in a few places; ``written`` for what a TOML file can hold."""
    # The definitions with something of everything come first: they are small, so that each place is met.
    data = copy.deepcopy(
        draw(st.sampled_from(valid_definitions()[:3]) | st.sampled_from(valid_definitions()))
    )
    for _ in range(draw(st.sampled_from((1, 1, 2, 3, 5)))):
        known = places(data)
        if known:
            _bend(draw, data, draw(st.sampled_from(known)), known)
    return _writable(data) if written else data


def _bend(draw: Any, data: Table, place: Place, known: list[Place]) -> None:
    holder, key = holder_of(data, place), place[-1]
    match draw(
        st.sampled_from(
            ("replace", "retype", "spoil", "refer", "delete", "double", "misspell", "wrap", "swap")
        )
    ):
        case "replace":
            holder[key] = draw(_STRANGERS)
        case "retype":
            holder[key] = draw(st.sampled_from(list(_retyped(holder[key]))))
        case "spoil" if isinstance(holder[key], str):
            holder[key] = draw(st.sampled_from((f"{holder[key]}{{}}", f"{{}}{holder[key]}", "{}"))).replace(
                "{}", draw(st.sampled_from(_SIGNS))
            )
        case "refer":
            # What stands elsewhere: a key of another table, a whole list, a cycle of references.
            other = draw(st.sampled_from(known))
            holder[key] = copy.deepcopy(holder_of(data, other)[other[-1]])
        case "delete":
            del holder[key]
        case "double" if isinstance(holder, list):
            again = draw(st.sampled_from((1, 2, 40)))
            holder[key:key] = [copy.deepcopy(holder[key]) for _ in range(again)]
        case "misspell" if isinstance(holder, dict):
            name = draw(st.sampled_from((f"{key}s", key[:-1], key.upper(), f" {key}", "", "a.b", "x\0")))
            holder[name] = holder.pop(key)
        case "wrap":
            for _ in range(draw(st.sampled_from((1, 2, 300)))):
                holder[key] = draw(st.sampled_from(([holder[key]], {str(key): holder[key]})))
        case "swap" if isinstance(holder, list):
            beside = draw(st.integers(0, len(holder) - 1))
            holder[key], holder[beside] = holder[beside], holder[key]


def _retyped(value: Any) -> Iterator[Any]:
    """Give a value in the other types that somebody may have written it in."""
    yield [value]
    yield {"key": value}
    yield not value
    yield len(value) if isinstance(value, str | list | dict) else f"{value!s:.50}"
    if isinstance(value, list):
        yield {str(number): item for number, item in enumerate(value)}
        yield value[:1]
    if isinstance(value, dict):
        yield list(value)
        yield list(value.values())
    if isinstance(value, int):
        yield float(value) if abs(value) < 2**60 else -value
        yield Decimal(value)


def _writable(value: Any) -> Any:
    """Leave out what no TOML file can hold: nulls, texts that are none, numbers too long to be read."""
    if isinstance(value, dict):
        return {_text(key): _writable(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_writable(item) for item in value if item is not None]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Decimal) and value.is_snan():
        return Decimal("NaN")
    return value if not isinstance(value, int) or abs(value) < 10**4000 else 10**4000


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode()
