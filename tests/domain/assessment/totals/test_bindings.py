from typing import Any

import pytest

from survey.domain.assessment.totals.bindings import missed_bindings
from tests.domain.assessment.composed import aimed, composed, task

REACH = {"points": 5, "method": "reach"}


def missed(actual: str | None, target: str | None, base: str | None = None, **indicator: Any) -> bool:
    asked = {"key": "x", "label": "X", "measure": "人", "binding": True, "score": [REACH]} | indicator
    definition = composed(indicators=[asked])
    targets = {("a", "x"): aimed("a", "x", target, base)}
    return missed_bindings(definition, targets, "a", [task("x", "5", "0", actual)]) == ("x",)


@pytest.mark.parametrize(
    ("actual", "better", "expected"),
    [
        ("10", "higher", False),
        ("9.99", "higher", True),
        ("10", "lower", False),
        ("10.01", "lower", True),
        (None, "higher", True),
        (None, "lower", True),
    ],
)
def test_off_target_or_not_reported_is_missed(actual: str | None, better: str, expected: bool) -> None:
    assert missed(actual, "10", better=better) is expected


def test_only_binding_indicators_count() -> None:
    assert not missed("1", "10", binding=False)


def test_a_task_that_the_unit_does_not_have_is_not_missed() -> None:
    asked = {"key": "x", "label": "X", "measure": "人", "binding": True, "score": [REACH]}
    assert missed_bindings(composed(indicators=[asked]), {}, "a", []) == ()


def test_a_target_can_stand_with_the_scoring_line() -> None:
    growth = REACH | {"of": "growth", "target": 8}
    assert missed("107", None, "100", score=[growth])
    assert not missed("108", None, "100", score=[growth])
    assert missed("7", None, score=[REACH | {"target": 8}])


def test_without_any_target_only_what_was_not_reported_is_missed() -> None:
    judged = {"points": 5, "method": "judged"}
    assert not missed("0", None, score=[judged])
    assert missed(None, None, score=[judged])
