"""Entries as they are typed, kept and read again."""

from decimal import Decimal

import pytest

from survey.domain.decisions.decisions import (
    Decisions,
    require_fitting,
)
from survey.domain.decisions.entries import (
    Content,
    EntryKind,
    fields_of,
    from_record,
    read_content,
    to_record,
)
from survey.domain.errors import BadDecision
from tests.domain.decisions.test_decisions import CAPS, DAY, band, definition, entries, points, veto


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (band("良好"), {"band": "no-band"}),
        (veto("良好"), {"band": "no-band"}),
        (points("2.01"), {"points": "over-cap"}),
        (points("-2.01"), {"points": "over-cap"}),
    ],
)
def test_what_does_not_fit_is_refused(content: Content, fault: dict[str, str]) -> None:
    with pytest.raises(BadDecision) as refused:
        require_fitting(Decisions(definition(), entries(("form", CAPS))), "c1", content)
    assert refused.value.faults == fault


GOOD = {
    EntryKind.QUOTA: {"band": "优秀", "limit": " 20％ ", "basis": "通知"},
    EntryKind.BAND: {"band": "优秀", "committee": "党组", "decided_on": "2026-11-20", "reason": "一\r\n二"},
    EntryKind.VETO: {
        "band": "不称职",
        "committee": "党组",
        "decided_on": "2026-11-20",
        "grounds": "违纪",
        "evidence": "文",
    },
    EntryKind.CAPS: {"each": "2", "total": "３．5", "basis": "办法"},
    EntryKind.POINTS: {
        "points": "－1.50",
        "reason": "通报",
        "evidence": "文",
        "approver": "李四",
        "decided_on": "2026-11-20",
    },
    EntryKind.TAKEN_BACK: {"entry": "3", "reason": "误录"},
}


@pytest.mark.parametrize("kind", list(EntryKind))
def test_what_is_typed_comes_back_from_the_record(kind: EntryKind) -> None:
    content = read_content(kind, GOOD[kind], DAY)
    assert from_record(kind, to_record(content)) == content
    assert set(to_record(content)) == set(fields_of(kind)) == set(GOOD[kind])


def test_a_vertical_tab_is_a_line_break() -> None:
    typed = GOOD[EntryKind.TAKEN_BACK] | {"reason": "一\v二\u2028三"}
    assert read_content(EntryKind.TAKEN_BACK, typed, DAY).reason == "一\n二\n三"  # type: ignore[union-attr]


def test_numbers_are_exact_however_they_are_typed() -> None:
    assert read_content(EntryKind.POINTS, GOOD[EntryKind.POINTS], DAY).points == Decimal("-1.5")  # type: ignore[union-attr]
    assert read_content(EntryKind.CAPS, GOOD[EntryKind.CAPS], DAY).total == Decimal("3.5")  # type: ignore[union-attr]
    assert str(read_content(EntryKind.QUOTA, GOOD[EntryKind.QUOTA], DAY).limit) == "20%"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "field", "text", "why"),
    [
        (EntryKind.POINTS, "points", "1e3", "not-points"),
        (EntryKind.POINTS, "points", "1.234", "not-points"),
        (EntryKind.POINTS, "points", "1001", "not-points"),
        (EntryKind.POINTS, "points", "NaN", "not-points"),
        (EntryKind.POINTS, "points", "-0.00", "zero"),
        (EntryKind.POINTS, "reason", " ", "missing"),
        (EntryKind.POINTS, "approver", "李\n四", "control"),
        (EntryKind.POINTS, "approver", "李" * 61, "too-long"),
        (EntryKind.POINTS, "reason", "李" * 301, "too-long"),
        (EntryKind.POINTS, "reason", "a\x00b", "control"),
        (EntryKind.POINTS, "approver", "李\u200b四", "control"),
        (EntryKind.POINTS, "reason", "不\u202e同意", "control"),
        (EntryKind.POINTS, "decided_on", "2026-11-21", "future"),
        (EntryKind.POINTS, "decided_on", "昨天", "not-day"),
        (EntryKind.CAPS, "each", "0", "not-cap"),
        (EntryKind.CAPS, "each", "-1", "not-cap"),
        (EntryKind.QUOTA, "limit", "0%", "not-limit"),
        (EntryKind.QUOTA, "limit", "101%", "not-limit"),
        (EntryKind.QUOTA, "limit", "一半", "not-limit"),
        (EntryKind.QUOTA, "limit", "2.5", "not-limit"),
    ],
)
def test_what_cannot_be_read_is_named_at_its_field(kind: EntryKind, field: str, text: str, why: str) -> None:
    with pytest.raises(BadDecision) as refused:
        read_content(kind, GOOD[kind] | {field: text}, DAY)
    assert refused.value.faults == {field: why}


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(BadDecision) as refused:
        read_content(EntryKind.VETO, {}, DAY)
    assert list(refused.value.faults) == list(fields_of(EntryKind.VETO))
