"""What came since a record was made, each kind once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from survey.domain.assessment.committee.evidence_changes import EvidenceKind, evidence_changes
from survey.domain.assessment.facts import (
    CountedValue,
    EnteredValue,
    Evidence,
    PointEntry,
    SheetPoints,
    SpotFinding,
    UnitVeto,
)

DAY = date(2027, 1, 1)
BEFORE = Evidence(
    actuals={"2026-12": {("t1", "output"): Fraction(5)}},
    points=(SheetPoints("s", "t1", "甲", "a", Fraction(8)),),
    counted={("public", "t1"): CountedValue(Decimal("80.5"), "sha256:1")},
)


@pytest.mark.parametrize(
    ("now", "kind", "about", "moved"),
    [
        ({"actuals": {"2026-12": {("t1", "output"): Fraction(6)}}}, EvidenceKind.NUMBER, "output", (5, 6)),
        ({"actuals": {}}, EvidenceKind.NUMBER, "output", (5, None)),
        (
            {"findings": {("t1", "output"): SpotFinding(Fraction(4))}},
            EvidenceKind.FINDING,
            "output",
            (None, 4),
        ),
        (
            {"entries": (PointEntry("t1", "award", Fraction(2), "奖", "函", "县长", DAY),)},
            EvidenceKind.ENTRY,
            "award",
            (None, 2),
        ),
        (
            {"vetoes": (UnitVeto("t1", "poor", "县委", DAY, "事故", "函"),)},
            EvidenceKind.ENTRY,
            "poor",
            (None, None),
        ),
        (
            {"entered": (EnteredValue("t1", "leaders", Fraction(9), "函"),)},
            EvidenceKind.ENTRY,
            "leaders",
            (None, 9),
        ),
        (
            {"counted": {("public", "t1"): CountedValue(Decimal(81), "sha256:2")}},
            EvidenceKind.COUNT,
            "public",
            (Fraction(161, 2), 81),
        ),
    ],
)
def test_each_kind(
    now: dict[str, object], kind: EvidenceKind, about: str, moved: tuple[object, object]
) -> None:
    (found,) = evidence_changes(BEFORE, replace(BEFORE, **now))
    assert (found.kind, found.unit, found.about, (found.before, found.now)) == (kind, "t1", about, moved)


def test_points_by_name_tell_their_sheet_alone() -> None:
    points = (SheetPoints("s", "t1", "甲", "a", Fraction(9)), SheetPoints("s", "t1", "乙", "a", Fraction(7)))
    (found,) = evidence_changes(BEFORE, replace(BEFORE, points=points))
    assert (found.kind, found.about, found.before, found.now) == (EvidenceKind.SHEET, "s", None, None)
    assert "甲" not in str(found)


def test_nothing_came() -> None:
    assert evidence_changes(BEFORE, replace(BEFORE)) == ()
