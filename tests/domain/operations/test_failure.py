"""An unforeseen failure as it may be written down."""

import re

import pytest

from survey.domain.operations.failure import kind_and_places


def test_kind_and_places_are_told_and_never_the_message() -> None:
    def inner(code: str) -> None:
        raise LookupError(f"no such code: {code}")

    with pytest.raises(LookupError) as caught:
        inner("0123-4567-89AB")
    told = kind_and_places(caught.value)
    assert told["failure"] == "LookupError"
    assert "0123" not in str(told)
    # The innermost place comes first, as file and line.
    innermost, outermost = told["at"].split(" < ")
    assert re.fullmatch(r"test_failure\.py:\d+", innermost)
    assert int(innermost.rpartition(":")[2]) < int(outermost.rpartition(":")[2])


def test_a_failure_that_was_never_raised_has_no_place() -> None:
    assert kind_and_places(ValueError("secret")) == {"failure": "ValueError", "at": ""}
