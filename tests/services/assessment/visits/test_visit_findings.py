"""A finding is kept as it was found, goes to the unit once, and is answered once."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.config import Settings, read_settings
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.visits.visits import VisitPart, VisitState
from survey.domain.errors import BadYearRecord, UnfitEvidence, UnknownYearRecord, VisitMoved
from survey.instance import make_instance, ready_app
from survey.services.assessment import assessments, taking
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.visits import visit_findings
from survey.services.assessment.visits.visit_findings import TypedFinding
from survey.services.audit import audit
from survey.services.operations import backup, restoring
from survey.storage.assessment.reports import visit_file_rows
from survey.storage.database import transaction
from survey.web.context import settings as present_settings
from tests.builders import BY
from tests.services.assessment.sample_taken import everything, rows
from tests.web.admin.assessment.seated_year import CODE, seated_year

from .visited import (
    DAY,
    FOUND,
    GROUP,
    OFFICE,
    PLACE,
    REPORTED,
    REPORTER,
    after,
    answer,
    find,
    photo,
    planned,
    stands,
    taken,
    written,
)


@pytest.fixture
def visited(app: Flask) -> None:
    seated_year()
    planned()


LONG = "长" * 2001


def corrected(value: int) -> None:
    """Have the office take another number over."""
    given = rows("period,unit,indicator,value", f"{PLACE.period},t1,output,{value}")
    written(lambda session: taking.take_numbers(session, CODE, given, BY, accept=True))


def folder() -> Path:
    return evidence_files.evidence_folder(present_settings().instance)


def files(part: VisitPart = VisitPart.FINDING) -> list[str]:
    with transaction() as session:
        known = assessments.current(session, CODE)
        return [one.name for one in visit_findings.files_of(session, known, PLACE, part)]


@pytest.mark.usefixtures("visited")
class TestFinding:
    """What the group writes down."""

    def test_it_says_what_was_reported_and_found(self) -> None:
        finding = find(photos=[photo()]).finding
        assert finding is not None
        assert (finding.found, finding.reported, finding.why) == (7_000_000, REPORTED, "两户企业重复统计")
        assert finding.difference == 7_000_000 - REPORTED
        assert (finding.by, finding.at, finding.answer_by) == (GROUP.actor, DAY, None)
        assert files() == ["red.jpg"]
        assert taken(NumberKind.VERIFIED) == []

    def test_twice_is_once(self) -> None:
        seen = stands().last
        find(photos=[photo()], seen=seen)
        before = everything()
        find(photos=[photo()], seen=seen, by=after(1, GROUP))
        assert everything() == before

    def test_an_agreeing_number_is_the_reported_one(self) -> None:
        finding = find(TypedFinding(agrees=True, why="逐项核对")).finding
        assert finding is not None
        assert finding.found == finding.reported == REPORTED

    def test_who_agrees_agrees_to_the_number_that_stood_on_the_page(self) -> None:
        agreed = TypedFinding(agrees=True, why="逐项核对", beside=visit_findings.written_beside(REPORTED))
        seen = stands().last
        corrected(REPORTED + 1)
        with pytest.raises(BadYearRecord) as refused:
            find(agreed, seen=seen)
        assert refused.value.faults == {"found": "changed"}
        assert stands().finding is None
        agreed = replace(agreed, beside=str(REPORTED + 1))
        sent = find(agreed, seen=seen, send=True)
        assert sent.finding is not None
        assert sent.finding.found == REPORTED + 1
        corrected(REPORTED + 2)
        assert find(agreed, seen=seen, send=True) == sent

    @pytest.mark.parametrize(
        ("typed", "faults"),
        [
            (TypedFinding(), {"found": "missing", "why": "missing"}),
            (TypedFinding("甲", why="x"), {"found": "not-number"}),
            (TypedFinding("5", agrees=True, why="x"), {"found": "unknown"}),
            (TypedFinding("5", why="长" * 2001), {"why": "too-long"}),
            (TypedFinding("5", why="x", persons="长" * 501), {"persons": "too-long"}),
            (TypedFinding("9" * 90, why="\x00"), {"found": "not-number", "why": "missing"}),
        ],
    )
    def test_faults_are_told_and_nothing_is_kept(self, typed: TypedFinding, faults: dict[str, str]) -> None:
        with pytest.raises(BadYearRecord) as refused:
            find(typed, [photo()])
        assert refused.value.faults == faults
        assert stands().finding is None
        assert files() == []

    def test_photos_of_what_has_a_fault_may_be_kept(self) -> None:
        kept = [photo(), photo()]
        written(
            lambda session: visit_findings.keep_files(session, CODE, PLACE, VisitPart.FINDING, kept, GROUP)
        )
        assert files() == ["red.jpg"]
        assert stands().state is VisitState.PLANNED

    def test_who_had_not_seen_the_other_finding_is_told(self) -> None:
        seen = stands().last
        find(seen=seen)
        with pytest.raises(VisitMoved) as moved:
            find(replace(FOUND, found="1"), seen=seen)
        assert moved.value.by == GROUP.actor
        find(replace(FOUND, found="1"))
        assert stands().finding is not None
        assert stands().finding.found == Fraction(1)  # type: ignore[union-attr]

    def test_ten_photos_at_most(self) -> None:
        colours = ["red", "green", "blue", "black", "white", "gray", "pink", "gold", "navy", "teal", "lime"]
        find(photos=[photo(colour) for colour in colours[:10]])
        with pytest.raises(UnfitEvidence) as refused:
            find(photos=[photo(colours[10])])
        assert refused.value.why == "many"
        assert len(files()) == 10

    def test_a_photo_goes_before_it_is_sent_and_not_after(self) -> None:
        find(photos=[photo(), photo("blue")])
        remove = visit_findings.remove_file
        written(lambda session: remove(session, CODE, PLACE, 1, folder(), GROUP))
        assert files() == ["blue.jpg"]
        with pytest.raises(UnknownYearRecord):
            written(lambda session: remove(session, CODE, PLACE, 1, folder(), GROUP))
        elsewhere = replace(PLACE, indicator="retail")
        planned([elsewhere])
        with pytest.raises(UnknownYearRecord):
            written(lambda session: remove(session, CODE, elsewhere, 2, folder(), GROUP))
        find(send=True)
        with pytest.raises(VisitMoved):
            written(lambda session: remove(session, CODE, PLACE, 2, folder(), GROUP))
        assert files() == ["blue.jpg"]

    def test_what_was_taken_away_is_no_longer_on_its_record(self) -> None:
        find(photos=[photo(), photo("blue")])
        before = stands().last
        written(lambda session: visit_findings.remove_file(session, CODE, PLACE, 1, folder(), GROUP))
        assert stands().last == before + 1

    def test_a_sweep_leaves_photos_of_visits(self) -> None:
        find(photos=[photo()])
        evidence_files.sweep(folder(), BY.at + timedelta(days=2000))
        assert len(list(folder().iterdir())) == 1

    def test_what_is_not_planned_is_not_found(self) -> None:
        elsewhere = replace(PLACE, indicator="retail")
        with pytest.raises(UnknownYearRecord):
            written(
                lambda session: visit_findings.record_finding(session, CODE, elsewhere, FOUND, [], 1, GROUP)
            )

    def test_the_log_has_its_digest_and_no_text(self) -> None:
        find(photos=[photo()])
        with transaction() as session:
            audit.verify(session)
            said = str([entry for entry, _ in audit.history(session, assessments.logged_as(CODE))])
        assert "两户企业" not in said
        assert "统计站站长" not in said


@pytest.mark.usefixtures("visited")
class TestSending:
    """How it goes to the unit."""

    def test_the_office_sends_what_it_saw(self) -> None:
        seen = find().last
        visit = written(lambda session: visit_findings.send_finding(session, CODE, PLACE, seen, OFFICE))
        assert visit.state is VisitState.SENT
        assert visit.finding is not None
        assert visit.finding.answer_by == date(2026, 12, 6)
        assert (visit.finding.by, visit.finding.at) == (GROUP.actor, DAY)
        again = written(
            lambda session: visit_findings.send_finding(session, CODE, PLACE, 1, after(3, OFFICE))
        )
        assert again == visit

    def test_what_changed_meanwhile_is_not_sent(self) -> None:
        seen = find().last
        find(replace(FOUND, found="1"))
        with pytest.raises(VisitMoved):
            written(lambda session: visit_findings.send_finding(session, CODE, PLACE, seen, OFFICE))
        assert stands().state is VisitState.FOUND

    def test_nothing_is_sent_before_it_is_found(self) -> None:
        with pytest.raises(UnknownYearRecord):
            written(lambda session: visit_findings.send_finding(session, CODE, PLACE, 1, OFFICE))

    def test_what_was_sent_stays_as_it_is(self) -> None:
        find(send=True)
        before = everything()
        find(send=True)
        assert everything() == before
        with pytest.raises(VisitMoved):
            find(replace(FOUND, found="1"))
        with pytest.raises(VisitMoved):
            find(photos=[photo()])
        assert everything() == before


@pytest.mark.usefixtures("visited")
class TestAnswer:
    """What the unit says to it."""

    def test_in_time_and_late(self) -> None:
        find(send=True)
        given = answer("没有重复", agrees=False, by=after(5, REPORTER), papers=[photo()]).answer
        assert given is not None
        assert (given.agrees, given.text, given.late, given.by) == (False, "没有重复", False, REPORTER.actor)
        assert files(VisitPart.ANSWER) == ["red.jpg"]
        assert files() == []

    def test_a_late_one_is_marked(self) -> None:
        find(send=True)
        given = answer(by=after(6, REPORTER)).answer
        assert given is not None
        assert given.late

    def test_it_is_given_once(self) -> None:
        find(send=True)
        answer("说明", papers=[photo()])
        before = everything()
        answer("说明", by=after(1, REPORTER), papers=[photo()])
        assert everything() == before
        with pytest.raises(VisitMoved) as moved:
            answer("另一个说明")
        assert moved.value.by == REPORTER.actor

    @pytest.mark.parametrize(("text", "why"), [("", "missing"), (" \x07 ", "missing"), (LONG, "too-long")])
    def test_who_disagrees_says_why(self, text: str, why: str) -> None:
        find(send=True)
        with pytest.raises(BadYearRecord) as refused:
            answer(text, agrees=False)
        assert refused.value.faults == {"text": why}
        assert stands().state is VisitState.SENT

    def test_nothing_is_answered_before_it_is_sent(self) -> None:
        find()
        with pytest.raises(UnknownYearRecord):
            answer()


def test_a_file_s_number_is_given_once(app: Flask) -> None:
    seated_year()
    planned()
    find(photos=[photo()])
    written(lambda session: visit_findings.remove_file(session, CODE, PLACE, 1, folder(), GROUP))
    find(photos=[photo("blue")])
    with transaction() as session:
        known = assessments.current(session, CODE)
        assert visit_file_rows.find_file(session, known, 1) is None
        assert visit_file_rows.find_file(session, known, 10**20) is None
        assert visit_findings.find_file(session, CODE, 2).name == "blue.jpg"
        with pytest.raises(UnknownYearRecord):
            visit_findings.find_file(session, CODE, 1)


def test_a_step_that_breaks_leaves_nothing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos, record and sending are one transaction: killed between them, none of it happened."""
    seated_year()
    planned()
    before = everything()

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(visit_findings, "put_on_record", killed)
    with pytest.raises(KeyboardInterrupt):
        find(photos=[photo()], send=True)
    assert everything() == before


def test_photos_are_in_backups(each_settings: Settings, tmp_path: Path) -> None:
    whole, holed = tmp_path / "whole.backup", tmp_path / "holed.backup"
    with ready_app(each_settings):
        seated_year()
        planned()
        stored = photo()
        find(photos=[stored], send=True)
        assert backup.write(each_settings.instance, whole, BY).checked.faults == ()
        (folder() / stored.digest).unlink()
        missing = f"evidence {stored.digest[:16]} is not there"
        assert backup.write(each_settings.instance, holed, BY).checked.faults == (missing,)
    other = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    make_instance(other)
    with ready_app(other):
        restoring.restore(other.instance, restoring.find(whole), BY)
        assert evidence_files.read(folder(), stored.digest)
        assert files() == ["red.jpg"]
        assert stands().state is VisitState.SENT


def test_what_is_brought_and_taken_away_again_is_bounded(
    visited: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_files, "MAX_REMOVED", 1)
    find(photos=[photo("red")])
    written(lambda session: visit_findings.remove_file(session, CODE, PLACE, 1, folder(), GROUP))
    with pytest.raises(UnfitEvidence) as refused:
        find(replace(FOUND, why="另一个说法"), photos=[photo("blue")])
    assert refused.value.why == "removed"
    assert stands().finding is not None
    assert find(replace(FOUND, why="另一个说法")).state is VisitState.FOUND
