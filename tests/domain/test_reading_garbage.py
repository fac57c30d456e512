"""Nothing but its faults comes of a definition that is none."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.domain.errors import InvalidDefinition
from survey.domain.reading import read_definition
from tests.domain.editing import full

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=True)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A", "four", "good", "form", "c1", "choice", "choices", "required", "40%", "merge"])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
_TABLES = list(full())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_TABLES) | st.text(max_size=5), _values, max_size=8))
def test_garbage_is_refused_by_name(data: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        read_definition(data)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [place for key, inner in items for place in [(*path, key), *_places(inner, (*path, key))]]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_places(full())), _values)
def test_any_place_of_a_good_definition_may_hold_garbage(place: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(full())
    holder: Any = data
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    with contextlib.suppress(InvalidDefinition):
        assert read_definition(data).digest.startswith("sha256:")
