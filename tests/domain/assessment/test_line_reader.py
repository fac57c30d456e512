"""Scoring lines: each method has its keys, some of which it needs."""

from decimal import Decimal
from typing import Any

import pytest

from survey.domain.assessment.indicators import Basis, Between, Method
from survey.domain.assessment.line_reader import keys_of_method, read_line
from survey.domain.definition.validation import Faults, Reader
from survey.domain.errors import Flaw

NEEDED: dict[str, dict[str, Any]] = {
    "complete": {},
    "reach": {},
    "step": {"per": 1, "size": 1},
    "scale": {"at": [[0, 1]]},
    "rank": {"by": Decimal("0.05")},
    "best": {},
    "spread": {},
    "deduct": {"per": 1},
    "judged": {},
}
OTHERS: dict[str, dict[str, Any]] = {
    "complete": {"cap": Decimal("1.1"), "least": Decimal("0.6")},
    "step": {"start": 1, "relative": True, "whole": False, "up": 1, "down": 2},
    "scale": {"between": "linear", "under": Decimal("0.1")},
    "rank": {"qualify": True},
    "spread": {"low": Decimal("0.6"), "full": 100, "none": -3},
}
OF_SOME = {key: value for keys in (*NEEDED.values(), *OTHERS.values()) for key, value in keys.items()}


def read(**table: Any) -> tuple[Any, list[tuple[str, Flaw]]]:
    faults = Faults()
    reader = Reader(faults, table)
    line = read_line(reader)
    reader.finish()
    return line, [(fault.path, fault.flaw) for fault in faults.found]


@pytest.mark.parametrize("method", list(Method))
def test_a_method_has_its_own_keys(method: Method) -> None:
    needed, others = NEEDED[method], OTHERS.get(method, {})
    plain, found = read(points=5, method=str(method), **needed)
    assert found == []
    assert (plain.method, plain.of, plain.cap, plain.whole) == (method, Basis.VALUE, 1, True)
    _, found = read(points=5, method=str(method), of="growth", target=-1, **needed, **others)
    assert found == []


@pytest.mark.parametrize("method", list(Method))
def test_what_a_method_needs_is_asked_for(method: Method) -> None:
    _, found = read(points=5, method=str(method))
    assert found == [(key, Flaw.MISSING) for key in sorted(NEEDED[method])]


@pytest.mark.parametrize("method", list(Method))
def test_keys_of_other_methods_mean_nothing(method: Method) -> None:
    known = NEEDED[method] | OTHERS.get(method, {})
    foreign = {key: value for key, value in OF_SOME.items() if key not in known}
    _, found = read(points=5, method=str(method), **NEEDED[method], **foreign)
    assert found == [(key, Flaw.UNKNOWN_KEY) for key in foreign]


def test_an_unknown_method_is_the_only_fault() -> None:
    assert read(points=5, method="guess", per=1)[1] == [("method", Flaw.NOT_CHOICE)]
    assert read(points=5, per=1)[1] == [("method", Flaw.MISSING)]


def test_pairs_are_put_in_order_and_may_be_below_nothing() -> None:
    line, found = read(points=5, method="scale", at=[[5, 1], [-4, Decimal("0.2")]], between="linear")
    assert (line.at, line.between, found) == (((-4, Decimal("0.2")), (5, 1)), Between.LINEAR, [])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"method": "scale", "at": []}, ("at", Flaw.TOO_FEW)),
        ({"method": "scale", "at": 3}, ("at", Flaw.NOT_PAIRS)),
        ({"method": "scale", "at": [[1, 2, 3]]}, ("at[0]", Flaw.NOT_PAIRS)),
        ({"method": "scale", "at": [[1, 1], [1, 0]]}, ("at", Flaw.TWICE)),
        ({"method": "spread", "full": 10, "none": 10}, ("full", Flaw.TWICE)),
        ({"method": "step", "per": 1, "size": 0}, ("size", Flaw.NOT_ABOVE_ZERO)),
        ({"method": "rank", "by": "5%"}, ("by", Flaw.NOT_NUMBER)),
        ({"method": "complete", "cap": 0}, ("cap", Flaw.NOT_ABOVE_ZERO)),
    ],
)
def test_values_that_nothing_can_be_reckoned_with(table: dict[str, Any], expected: Any) -> None:
    assert read(points=5, **table)[1] == [expected]


@pytest.mark.parametrize("method", Method)
def test_what_means_something_with_a_method_is_what_it_may_hold(method: Method) -> None:
    own = {*NEEDED[method], *OTHERS.get(method, {})}
    assert keys_of_method(method) == {"points", "method", "of", "target"} | own
