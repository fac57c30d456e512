"""What a decided band goes beyond."""

from typing import Any

import pytest

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.totals.decision_remarks import remarks_on_band

DEFINITION = read_assessment(
    {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": "a", "title": "考核", "office": "考核办", "year": 2026},
        "classes": [{"key": "town", "label": "乡镇"}],
        "units": [{"key": key, "class": "town", "label": key} for key in ("t1", "t2", "t3")],
        "components": [{"key": "c", "label": "评价", "weight": 1, "from": "entered"}],
        "composite": {
            "binding_ceiling": "good",
            "bands": [
                {"key": "best", "label": "优秀", "at_least": 90, "quota": 1},
                {"key": "good", "label": "良好", "at_least": 60},
                {"key": "poor", "label": "较差", "at_least": 0},
            ],
        },
    }
)
SOUND = {
    "unit": "t1",
    "class": "town",
    "total": "95.00",
    "proposed": "best",
    "vetoed": False,
    "binding_missed": [],
}


@pytest.mark.parametrize(
    ("outcome", "bands", "said"),
    [
        ({}, {"t1": "best", "t2": "good"}, []),
        ({}, {"t1": "poor"}, []),
        ({}, {"t1": "best", "t3": "best"}, ["town has 1 places in best, 2 are decided"]),
        (
            {"vetoed": True, "proposed": "poor"},
            {"t1": "good"},
            ["t1 has a veto, which gives it poor, not good"],
        ),
        ({"vetoed": True, "proposed": "poor"}, {"t1": "poor"}, []),
        (
            {"binding_missed": ["safety"]},
            {"t1": "best"},
            ["t1 missed what is binding (safety): nothing above good is proposed, not best"],
        ),
        ({"binding_missed": ["safety"]}, {"t1": "good"}, []),
        ({"total": None, "proposed": None}, {"t1": "good"}, ["t1 has no total"]),
    ],
)
def test_remarks(outcome: dict[str, Any], bands: dict[str, str], said: list[str]) -> None:
    assert list(remarks_on_band(DEFINITION, SOUND | outcome, bands)) == said
