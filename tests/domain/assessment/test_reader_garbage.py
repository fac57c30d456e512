"""Nothing but its faults comes of an assessment's definition that is none."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.errors import InvalidDefinition
from tests.domain.assessment.full_year import full_year
from tests.domain.garbage import VALUES, holder_of, places

_TABLES = list(full_year())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_TABLES) | st.text(max_size=5), VALUES, max_size=8))
def test_garbage_is_refused_by_name(data: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        read_assessment(data)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(places(full_year())), VALUES)
def test_any_place_of_a_good_definition_may_hold_garbage(place: tuple[Any, ...], value: Any) -> None:
    data = full_year()
    holder_of(data, place)[place[-1]] = value
    with contextlib.suppress(InvalidDefinition):
        assert read_assessment(data).digest.startswith("sha256:")
