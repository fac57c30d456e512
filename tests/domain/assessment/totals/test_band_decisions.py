"""What a committee decided beside a score record."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.totals.band_decisions import (
    BandDecision,
    bands_beside,
    read_band,
    remarks_on_band,
)
from survey.domain.decisions.entries import BandDecided
from survey.domain.errors import BadDecision
from tests.domain.assessment.totals.test_publication_columns import defined

TODAY = date(2027, 1, 20)
TYPED = {"band": "good", "committee": "县委常委会", "decided_on": "2027-01-18", "reason": "按得分"}


def test_a_decision_is_read_as_typed() -> None:
    assert read_band(defined(), TYPED, TODAY) == BandDecided(
        "good", "县委常委会", date(2027, 1, 18), "按得分"
    )


def test_all_faults_are_named_at_once() -> None:
    typed = {"band": "best", "committee": " ", "decided_on": "2027-01-21", "reason": ""}
    with pytest.raises(BadDecision) as refused:
        read_band(defined(), typed, TODAY)
    assert refused.value.faults == {
        "band": "no-band",
        "committee": "missing",
        "decided_on": "future",
        "reason": "missing",
    }


def test_nothing_is_decided_before_the_assessed_year() -> None:
    year = defined().year
    assert read_band(defined(), TYPED | {"decided_on": f"{year}-01-01"}, TODAY)
    with pytest.raises(BadDecision) as refused:
        read_band(defined(), TYPED | {"decided_on": f"{year - 1}-12-31"}, TODAY)
    assert refused.value.faults == {"decided_on": "too-early"}


def test_the_last_decision_beside_the_record_holds() -> None:
    at = datetime(2027, 1, 20, tzinfo=UTC)
    made = [
        BandDecision(number, record, unit, BandDecided(band, "会", TODAY, "由"), "x", at)
        for number, record, unit, band in [
            (1, 1, "a", "good"),
            (2, 2, "a", "fair"),
            (3, 2, "a", "good"),
            (4, 2, "b", "fair"),
        ]
    ]
    assert bands_beside(made, 2) == {"a": "good", "b": "fair"}
    assert bands_beside(made, 2, upto=2) == {"a": "fair"}
    assert bands_beside(made, 3) == {}


RULES = read_assessment(
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
OUTCOME = {
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
    assert list(map(str, remarks_on_band(RULES, OUTCOME | outcome, bands))) == said
