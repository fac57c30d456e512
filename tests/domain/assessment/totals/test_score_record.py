"""A score record holds all that it rests on, and its digest names it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from survey.domain.assessment.facts import (
    CountedValue,
    EnteredValue,
    Evidence,
    Lacking,
    PointEntry,
    SheetPoints,
    SpotFinding,
    UnitVeto,
)
from survey.domain.assessment.totals.score_record import (
    RecordHead,
    RecordSignature,
    ScoreRecord,
    read_evidence,
    record_text,
)
from survey.domain.count.certificate import SigningPart
from survey.domain.definition.canonical import canonical_json, digest_of_text
from survey.domain.errors import BrokenRecord

DAY, MOMENT = date(2026, 12, 3), datetime(2027, 1, 10, tzinfo=UTC)
HEAD = RecordHead("y", 1, "", "", 0, {"definition": "sha256:a", "targets": "sha256:b"})
EVIDENCE = Evidence(
    actuals={"2026-12": {("t1", "output"): Fraction(199, 5), ("t1", "air"): Fraction(43)}},
    points=(SheetPoints("s", "t1", "甲", "l", Fraction(17, 2)),),
    entries=(PointEntry("t1", "praise", Fraction(1, 3), "省级表彰", "文件", "主任", DAY),),
    vetoes=(UnitVeto("t1", "poor", "常委会", DAY, "事故", "通报"),),
    entered=(EnteredValue("t1", "public", Fraction(91), "函"),),
    counted={
        ("leaders", "t1"): CountedValue(Decimal("95.00"), "sha256:c"),
        ("public", "t1"): CountedValue(None, "sha256:d", Lacking.WITHHELD),
        ("mutual", "t1"): CountedValue(None, why=Lacking.NOT_CERTIFIED),
    },
    findings={
        ("t1", "output"): SpotFinding(Fraction(199, 5), Fraction(41), "重复统计"),
        ("t1", "air"): SpotFinding(Fraction(43)),
    },
)
UNITS = [{"unit": "t1", "total": "93.87", "rank": 1, "vetoed": False, "proposed": None}]


def a_record(salt: bytes = b"salt") -> ScoreRecord:
    text = record_text(HEAD, EVIDENCE, UNITS, salt)
    return ScoreRecord(1, text, digest_of_text(text), "", (), "office", MOMENT)


def test_everything_is_read_back() -> None:
    content = a_record().content()
    assert read_evidence(content) == EVIDENCE
    assert content["outcome"] == UNITS
    assert content["version"] == 0


def test_it_is_canonical_json() -> None:
    text = a_record().text
    assert text == canonical_json(json.loads(text))


def test_a_digest_tells_nothing_of_what_could_be_tried_out() -> None:
    assert a_record(b"one").digest != a_record(b"two").digest


def test_a_changed_record_is_refused() -> None:
    record = a_record()
    with pytest.raises(BrokenRecord, match="record 1"):
        replace(record, text=record.text.replace("93.87", "93.88")).content()


def test_it_is_signed_by_two() -> None:
    one = RecordSignature(SigningPart.TELLER, "甲", MOMENT, MOMENT)
    record = a_record()
    assert not record.is_signed
    assert not replace(record, signatures=(one,)).is_signed
    assert replace(record, signatures=(one, replace(one, part=SigningPart.SCRUTINEER))).is_signed
