"""Nothing but its faults comes of a definition that is none."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidDefinition
from tests.domain.editing import full
from tests.domain.garbage import VALUES, holder_of, places

_TABLES = list(full())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_TABLES) | st.text(max_size=5), VALUES, max_size=8))
def test_garbage_is_refused_by_name(data: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        read_definition(data)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(places(full())), VALUES)
def test_any_place_of_a_good_definition_may_hold_garbage(place: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(full())
    holder_of(data, place)[place[-1]] = value
    with contextlib.suppress(InvalidDefinition):
        assert read_definition(data).digest.startswith("sha256:")
