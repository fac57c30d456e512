"""Taking files: whole or not at all, once, by two at a time, and on record."""

import threading
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from survey.domain.assessment.facts import NumberKind, Stage
from survey.domain.errors import BadNumbers, WrongStage
from survey.services.assessment import assessments, evidence, taking
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.taking import FileTaken
from survey.services.audit import audit
from survey.storage.assessment import assessment_entry_rows, assessment_number_rows, assessment_rows
from survey.storage.database import db, transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample

from .sample_taken import (
    accept,
    close,
    current,
    everything,
    issued,
    loaded,
    rows,
    rows_of,
    take_all,
    take_values,
    values,
)

FOUND = "period,unit,indicator,found,why"


def find(*lines: str, head: str = FOUND) -> FileTaken:
    with transaction(write=True) as session:
        return taking.take_findings(session, SAMPLE_CODE, rows(head, *lines), BY)


def take_acts(data: dict[str, Any]) -> FileTaken:
    with transaction(write=True) as session:
        return taking.take_acts(session, SAMPLE_CODE, data, BY)


def test_the_samples_files_are_taken_once(each_app: Flask) -> None:
    issued()
    assert take_all() == [FileTaken(1330, 0), FileTaken(3, 0), FileTaken(10, 0)]
    assert current().stage is Stage.RUNNING
    before = everything()
    assert take_all() == [FileTaken(0, 1330), FileTaken(0, 3), FileTaken(0, 10)]
    assert everything() == before


def test_rows_in_another_order_are_the_same_file(each_app: Flask) -> None:
    issued()
    take_values(rows_of("values.csv"))
    assert take_values(rows_of("values.csv")[::-1]) == FileTaken(0, 1330)


def test_a_changed_number_is_appended_and_holds(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1", "2026-01,t2,petitions,2")
    assert accept("2026-01,t1,petitions,3", "2026-01,t2,petitions,2") == FileTaken(1, 1)
    # An older file, taken once more, puts nothing back: that wants a reason, and is on record as a change.
    left_out = "2026-01 t1 petitions: 1 was on record before; 3 came after it and holds"
    assert accept("2026-01,t1,petitions,1", "2026-01,t2,petitions,2") == FileTaken(
        0, 1, superseded=(left_out,)
    )
    for added in (1, 0):
        taken = accept("2026-01,t1,petitions,1", reason="误更正")
        assert taken == FileTaken(added, 1 - added)
    assert accept("2026-01,t1,petitions,1") == FileTaken(0, 1)
    with transaction() as session:
        known = assessment_rows.find_assessment(session, SAMPLE_CODE)
        story = assessment_number_rows.numbers_of_task(session, known, ("t1", "petitions"))
        actuals = evidence.actuals_of(session, known, "2026-01")
    assert [(one.value, one.reason) for one in story] == [(1, ""), (3, ""), (1, "误更正")]
    assert actuals == {("t1", "petitions"): 1, ("t2", "petitions"): 2}


def test_what_is_reported_waits_and_what_was_found_goes_first(each_app: Flask) -> None:
    issued()
    assert take_values(values("2026-12,t3,output,60"), accept=False) == FileTaken(1, 0)
    with transaction() as session:
        assert evidence.actuals_of(session, current(), "2026-12") == {}
    accept("2026-12,t3,output,60")
    find("2026-12,t3,output,56.79,两户企业重复统计")
    accept("2026-12,t3,output,61")
    with transaction() as session:
        assert evidence.actuals_of(session, current(), "2026-12") == {("t3", "output"): Fraction("56.79")}
        last = evidence.numbers_of(session, current(), "2026-12")
    assert last[NumberKind.VERIFIED]["t3", "output"].reason == "两户企业重复统计"
    assert last[NumberKind.ACCEPTED]["t3", "output"].value == 61
    assert last[NumberKind.REPORTED]["t3", "output"].value == 60


@pytest.mark.parametrize(
    "take",
    [
        lambda: accept("2026-01,t1,petitions,1", "2026-01,t1,nothing,1"),
        lambda: find("2026-01,t1,petitions,1,x", "2026-13,t1,petitions,1,x"),
        lambda: take_acts(sample("entries.toml") | {"vetoes": [{"unit": "t99"}]}),
    ],
    ids=["values", "findings", "acts"],
)
def test_of_a_faulty_file_nothing_is_stored(each_app: Flask, take: Callable[[], object]) -> None:
    issued()
    before = everything()
    with pytest.raises(BadNumbers):
        take()
    assert everything() == before


def test_nothing_is_taken_before_it_is_issued_nor_after_the_end(each_app: Flask) -> None:
    loaded()
    for _ in range(2):
        before = everything()
        for take in (
            lambda: accept("2026-01,t1,petitions,1"),
            lambda: find("2026-01,t1,petitions,1,x"),
            lambda: take_acts(sample("entries.toml")),
        ):
            with pytest.raises(WrongStage):
                take()
        assert everything() == before
        with transaction(write=True) as session:
            assessment_rows.set_stage(session, current(), Stage.CLOSED)


def test_an_entry_is_taken_back_and_stays_on_record(each_app: Flask) -> None:
    issued()
    data = sample("entries.toml")
    take_acts(data)
    data["entries"][0]["taken_back"] = True
    assert take_acts(data) == FileTaken(1, 9)
    with transaction() as session:
        acts = assessment_entry_rows.acts_of(session, current())
        standing = evidence.evidence_of(session, current()).entries
    assert [one.taken_back for one in acts].count(True) == 2
    assert len(acts) == 10
    assert len(standing) == 7
    with pytest.raises(BadNumbers, match="was taken back"):
        take_acts(sample("entries.toml"))


def test_a_file_is_taken_again_after_an_amendment_took_a_task_away(each_app: Flask) -> None:
    issued()
    lines = ("2026-01,t1,petitions,1", "2026-02,t1,petitions,2")
    accept(*lines)
    fewer = [
        row
        for row in rows_of("targets.csv")
        if (row.text("unit"), row.text("indicator")) != ("t1", "petitions")
    ]
    with transaction(write=True) as session:
        why = Amendment("并入他项", "文", "", "2026-03")
        assessments.amend(session, SAMPLE_CODE, sample("assessment.toml"), fewer, why, BY)
    assert accept(*lines, "2026-02,t2,petitions,1") == FileTaken(1, 2)
    with pytest.raises(BadNumbers) as refused:
        accept(*lines, "2026-03,t1,petitions,3", "2026-01,t3,petitions,x")
    assert {fault.place for fault in refused.value.faults} == {"row 4, indicator", "row 5, value"}


def test_corrections_of_closed_periods_are_counted(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-01")
    assert accept("2026-01,t1,petitions,2", "2026-02,t1,petitions,2") == FileTaken(2, 0, corrected=1)


def test_after_the_last_period_no_bulletin_is_promised(each_app: Flask) -> None:
    issued()
    accept("2026-12,t1,petitions,1")
    close("2026-12")
    assert accept("2026-12,t1,petitions,2") == FileTaken(1, 0, corrected=1, bulletin_ahead=False)


def test_a_finding_is_taken_back_and_stays_on_record(each_app: Flask) -> None:
    issued()
    accept("2026-12,t3,output,60")
    find("2026-12,t3,output,56.79,重复统计")
    back = "period,unit,indicator,why,taken_back"
    reason = "2026-12,t3,output,单位申诉成立,true"
    assert find(reason, head=back) == FileTaken(1, 0)
    before = everything()
    assert find(reason, head=back) == FileTaken(0, 1)
    assert everything() == before
    with transaction() as session:
        last = evidence.numbers_of(session, current(), "2026-12")
        story = assessment_number_rows.numbers_of_task(session, current(), ("t3", "output"))
        assert evidence.actuals_of(session, current(), "2026-12") == {("t3", "output"): 60}
        *_, (entry, facts) = audit.history(session, f"assessment:{SAMPLE_CODE}")
    assert last[NumberKind.VERIFIED] == {}
    assert last[NumberKind.WITHDRAWN]["t3", "output"].reason == "单位申诉成立"
    assert [(one.kind, one.value) for one in story[1:]] == [
        (NumberKind.VERIFIED, Fraction("56.79")),
        (NumberKind.WITHDRAWN, Fraction("56.79")),
    ]
    assert (entry.act, facts["kind"], facts["rows"]) == ("assessment-take", "verified", 1)
    # Found again, it holds again, and can be taken back again.
    find("2026-12,t3,output,57,再次核验")
    with transaction() as session:
        assert evidence.actuals_of(session, current(), "2026-12") == {("t3", "output"): 57}
    assert find("2026-12,t3,output,57,误记,是", head=f"{FOUND},taken_back") == FileTaken(1, 0)
    with transaction() as session:
        assert evidence.actuals_of(session, current(), "2026-12") == {("t3", "output"): 60}


def test_only_what_was_found_is_taken_back(each_app: Flask) -> None:
    issued()
    find("2026-12,t3,output,56.79,重复统计")
    before = everything()
    with pytest.raises(BadNumbers) as refused:
        find(
            "2026-12,t3,output,56.8,误记,是",
            "2026-12,t2,output,,误记,是",
            "2026-12,t1,output,,误记,也许",
            head=f"{FOUND},taken_back",
        )
    assert {(fault.place, fault.flaw) for fault in refused.value.faults} == {
        ("row 2, found", "no-finding"),
        ("row 3, taken_back", "no-finding"),
        ("row 4, taken_back", "not-flag"),
        ("row 4", "missing"),
    }
    assert everything() == before


def test_the_log_fixes_what_was_taken_without_repeating_it(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    find("2026-01,t1,petitions,0,误报")
    take_acts(sample("entries.toml"))
    with transaction() as session:
        entries = [
            facts
            for entry, facts in audit.history(session, f"assessment:{SAMPLE_CODE}")
            if entry.act == "assessment-take"
        ]
        audit.verify(session)
    assert [(one["kind"], one["rows"]) for one in entries] == [
        ("accepted", 1),
        ("verified", 1),
        # One of the ten was taken back: that is a row of its own.
        ("entries", 11),
    ]
    assert len({one["content"] for one in entries}) == 3
    assert "误报" not in str(entries)


def test_nothing_taken_is_ever_changed_or_deleted(each_app: Flask) -> None:
    issued()
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    take_all()
    accept("2026-01,t1,petitions,9")
    tables = ("taken_numbers", "recorded_acts", "sheet_points")
    about = {sql.split()[0] for sql in said for table in tables if table in sql}
    assert about == {"INSERT", "SELECT"}


def test_two_who_take_at_once_lose_nothing(each_app: Flask) -> None:
    issued()
    failed: list[BaseException] = []

    def take(unit: str) -> None:
        try:
            with each_app.app_context():
                for period in range(1, 9):
                    accept(f"2026-{period:02},{unit},petitions,{period}")
        except BaseException as error:
            failed.append(error)

    takers = [threading.Thread(target=take, args=(unit,)) for unit in ("t1", "t2", "t3")]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert failed == []
    with transaction() as session:
        story = [
            assessment_number_rows.numbers_of_task(session, current(), (unit, "petitions"))
            for unit in ("t1", "t2", "t3")
        ]
        entries, _ = audit.verify(session)
    assert [[one.value for one in numbers] for numbers in story] == [list(range(1, 9))] * 3
    assert sorted(one.number for numbers in story for one in numbers) == list(range(1, 25))
    assert entries == 2 + 24


def test_an_interrupted_file_is_not_there(each_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    issued()
    before = everything()

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "record", die)
    with pytest.raises(KeyboardInterrupt):
        take_all()
    assert everything() == before
