"""The archive: one ZIP with all of a year but what is sealed, each file by its SHA-256."""

import csv
import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.visits.visits import VisitPart
from survey.domain.audit.acts import Act
from survey.domain.errors import WrongStage
from survey.domain.operations.job import Job, JobState
from survey.services.assessment import assessments
from survey.services.assessment.assessments import locked_assessment, logged_as
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.running import year_entries
from survey.services.assessment.telling import archive_jobs, archive_members
from survey.services.assessment.telling.archive_jobs import ArchivePlace
from survey.services.assessment.visits import visit_findings
from survey.services.audit import audit
from survey.services.operations import download_folder, jobs
from survey.storage.database import transaction
from survey.web.context import now, settings
from tests.builders import BY
from tests.jobs import an_account, folder, found
from tests.services.assessment.reports.reported import IN_TIME, MAY, PDF, due, prove, submit
from tests.services.assessment.sample_taken import current, issued, take_all
from tests.services.assessment.scored_year import YEAR, year_data
from tests.services.assessment.visits import visited
from tests.web.admin.assessment.seated_year import CODE, seated_year

from .told_year import LATER, decided, send, set_task

SECRET = "谈话里说的话，谁也不该看到"


@pytest.fixture(autouse=True)
def drawn_quickly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the papers for one test alone: the others ask what lies where, and drawing takes seconds."""
    if "holds_the_year" not in request.node.name:
        monkeypatch.setattr(archive_members, "write", lambda kind, fmt, _material: f"{kind}.{fmt}".encode())


def asked(code: str = YEAR, key: str = "") -> Job:
    asks = an_account(f"王{key[:3]}")
    with transaction(write=True) as session:
        return archive_jobs.ask(session, key or jobs.new_key(), code, asks, now())


def place(*, stopping: bool = False) -> ArchivePlace:
    instance = settings().instance
    handed, evidence = download_folder.handout_folder(instance), evidence_files.evidence_folder(instance)
    return ArchivePlace(handed, evidence, now, lambda: stopping)


def made(code: str = YEAR) -> zipfile.ZipFile:
    job = asked(code, jobs.new_key())
    assert archive_jobs.run(job.key, place())
    done = found(job.key)
    assert done.state is JobState.DONE, done.fault
    return zipfile.ZipFile(folder() / str(done.file))


def listed(packed: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    text = packed.read(archive_jobs.LIST).decode("utf-8-sig")
    return {row["文件"]: row for row in csv.DictReader(io.StringIO(text))}


def test_an_archive_holds_the_year_and_lists_each_file(each_app: Flask) -> None:
    decided()
    send("t1")
    set_task()
    with made() as packed:
        names = set(packed.namelist())
        for name in (
            "考核方案/第0版/方案.toml",
            "考核方案/第0版/考核设置.xlsx",
            "计分结果/第1号.json",
            "计分结果/考核计分表.pdf",
            "计分结果/综合得分汇总表.pdf",
            "定等次/等次建议表.pdf",
            "定等次/等次决定.jsonl",
            "反馈/反馈意见书.pdf",
            "反馈/整改台账.xlsx",
            "计分结果/加减分和否决.jsonl",
            "年终考核记录.jsonl",
            "操作日志.jsonl",
        ):
            assert name in names, name
        rows = listed(packed)
        assert rows.keys() == names - {archive_jobs.LIST}
        for name, row in rows.items():
            content = packed.read(name)
            assert (row["SHA-256"], row["字节"]) == (sha256(content).hexdigest(), str(len(content))), name
        decisions = [json.loads(line) for line in packed.read("定等次/等次决定.jsonl").splitlines()]
        assert [one["unit"] for one in decisions] == ["t1", "t2", "t3"]
        entries = [json.loads(line) for line in packed.read("操作日志.jsonl").splitlines()]
        assert {one["campaign"] for one in entries} == {logged_as(YEAR)}
        assert packed.testzip() is None


def test_nothing_sealed_and_no_draft_is_in_it(each_app: Flask) -> None:
    decided()
    kinds = (
        YearRecordKind.TALK_NOTES,
        YearRecordKind.SHEET_DRAFT,
        YearRecordKind.SHEET,
        YearRecordKind.LETTER_DRAFT,
    )
    with transaction(write=True) as session:
        held = locked_assessment(session, YEAR)
        for kind in kinds:
            put_on_record(session, held, kind, "t1", {"sealed": SECRET}, BY)
        put_on_record(session, held, YearRecordKind.ANALYSIS, "t1", {"team": SECRET, "submitted": False}, BY)
        put_on_record(
            session, held, YearRecordKind.STATEMENT, "t1", {"parts": SECRET, "handed_in": False}, BY
        )
        put_on_record(session, held, YearRecordKind.TALK, "t1", {"persons": 12}, BY)
    with made() as packed:
        every = b"\n".join(packed.read(name) for name in packed.namelist() if name.endswith(("jsonl", "csv")))
        records = [json.loads(line) for line in packed.read("年终考核记录.jsonl").splitlines()]
    assert SECRET.encode() not in every
    assert [one["kind"] for one in records] == ["talk"]


@pytest.mark.parametrize("hurt", ["", "gone", "damaged"])
def test_submitted_evidence_lies_by_unit_and_what_is_lacking_is_told(app: Flask, hurt: str) -> None:
    issued()
    folder_of_evidence = place().evidence
    stored = evidence_files.store(folder_of_evidence, "../证明<1>‮.pdf", PDF)
    first = due().open_numbers[0].task
    with transaction(write=True) as session:
        evidence_files.add(session, current().code, MAY, first, stored, IN_TIME)
    prove()
    submit()
    with transaction(write=True) as session:
        draft = evidence_files.store(folder_of_evidence, "草稿.pdf", PDF + b"draft")
        evidence_files.add(session, current().code, MAY, ("t4", first[1]), draft, IN_TIME)
    digest = stored.digest
    if hurt == "gone":
        (folder_of_evidence / digest).unlink()
    elif hurt == "damaged":
        (folder_of_evidence / digest).write_bytes(b"%PDF another")
    with made(current().code) as packed:
        evidence = {name: row for name, row in listed(packed).items() if name.startswith("佐证材料/")}
        assert any("证明_1_" in name for name in evidence)
        assert not any("草稿" in name for name in evidence)  # nobody has submitted that number
        remark = {"": "", "gone": archive_jobs.GONE, "damaged": archive_jobs.DAMAGED}[hurt]
        for name, row in evidence.items():
            assert not {"..", "<", "\u202e"}.intersection(name)
            assert row["备注"] == remark
            assert (name in packed.namelist()) is (hurt != "gone")
            assert hurt or packed.read(name) == PDF


def test_every_closed_period_has_its_bulletin(app: Flask) -> None:
    from tests.services.assessment.sample_taken import close

    issued()
    take_all()
    close("2026-02")
    with made(current().code) as packed:
        names = packed.namelist()
        numbers = packed.read("计分结果/全部填报和核验的数.csv").decode("utf-8-sig")
        told = list(csv.DictReader(io.StringIO(numbers)))
        assert {one["period"] for one in told} >= {"2026-01", "2026-02"}
        assert all(one["unit"] and one["value"] for one in told)
        assert [name for name in names if name.startswith("通报/")] == [
            "通报/第1期 2026-01.pdf",
            "通报/第2期 2026-02.pdf",
        ]
        assert not [name for name in names if "等次建议表" in name]  # nothing is scored yet


def test_asked_for_twice_it_is_made_once(each_app: Flask) -> None:
    decided()
    account, key = an_account(), jobs.new_key()
    with transaction(write=True) as session:
        first = archive_jobs.ask(session, key, YEAR, account, now())
    with transaction(write=True) as session:
        assert archive_jobs.ask(session, key, YEAR, account, now()).key == first.key
    assert archive_jobs.run(key, place())
    assert not archive_jobs.run(key, place())
    assert len(files()) == 1


def test_one_that_is_stopped_leaves_nothing_and_is_taken_up_again(each_app: Flask) -> None:
    decided()
    job = asked()
    assert archive_jobs.run(job.key, place(stopping=True))
    assert found(job.key).state is JobState.WAITING
    assert files() == []
    assert archive_jobs.run(job.key, place())
    assert found(job.key).state is JobState.DONE


def test_one_that_is_cancelled_leaves_nothing(each_app: Flask) -> None:
    decided()
    account = an_account()
    with transaction(write=True) as session:
        job = archive_jobs.ask(session, jobs.new_key(), YEAR, account, now())
    with transaction(write=True) as session:
        assert jobs.cancel(session, job.key, account)
    archive_jobs.run(job.key, place())
    assert found(job.key).state is JobState.CANCELLED
    assert files() == []


def test_a_draft_has_no_archive(app: Flask) -> None:
    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY)
    with pytest.raises(WrongStage):
        asked()


def test_fetching_stands_in_the_log(each_app: Flask) -> None:
    decided()
    job = asked()
    archive_jobs.run(job.key, place())
    with transaction(write=True) as session:
        archive_jobs.hand_over(session, found(job.key), BY)
    with transaction() as session:
        entry, facts = list(audit.history(session, logged_as(YEAR)))[-1]
    assert entry.act == Act.ASSESSMENT_ARCHIVE
    assert facts["digest"].startswith("sha256:")
    assert found(job.key).file is None


def test_files_of_visits_lie_by_unit_those_of_an_unfinished_answer_do_not(app: Flask) -> None:
    seated_year()
    visited.planned()
    visited.find(photos=[visited.photo("red")], send=True)
    with transaction(write=True) as session:
        visit_findings.keep_files(
            session, CODE, visited.PLACE, VisitPart.ANSWER, [visited.photo("blue")], visited.REPORTER
        )
    with made(CODE) as packed:
        [name] = [name for name in packed.namelist() if name.startswith("佐证材料/")]
        assert "查访核验" in name
        assert packed.read(name) == visited.jpeg("red")
        assert name in listed(packed)
    visited.answer(papers=[visited.photo("blue")])
    with made(CODE) as packed:
        assert sum("对核验的说明" in name for name in packed.namelist()) == 1


def test_entries_say_who_took_them_back_and_why(app: Flask) -> None:
    decided()
    with transaction(write=True) as session:
        year_entries.take_back(session, YEAR, 1, "填错了单位", LATER)
    with made() as packed:
        told = [json.loads(line) for line in packed.read("计分结果/加减分和否决.jsonl").splitlines()]
    assert (told[0]["recorded_by"], told[1]["taken_back"]) == (BY.actor, None)
    assert (told[0]["taken_back"]["by"], told[0]["taken_back"]["reason"]) == (LATER.actor, "填错了单位")


def files() -> list[Path]:
    return [path for path in folder().iterdir() if path.suffix == ".zip"]
