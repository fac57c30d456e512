"""Files that prove numbers: stored once, whole, by what is in them, and in every backup."""

import os
import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings, read_settings
from survey.domain.assessment.facts import UnitTask
from survey.domain.errors import BadFile, FileGone, UnfitEvidence, UnknownEvidence, UnknownPeriod
from survey.instance import make_instance, ready_app
from survey.services.assessment.reports import evidence_files, report_queue
from survey.services.assessment.reports.evidence_files import StoredEvidence
from survey.services.audit.audit import By
from survey.services.operations import backup, restoring
from survey.storage.database import transaction
from survey.web.context import settings as present_settings
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import issued

from .reported import IN_TIME, MAY, PDF, due, planned, prove, submit, submitted, written

TASK = ("t3", "output")
DIGEST = sha256(PDF).hexdigest()


def folder() -> Path:
    return evidence_files.evidence_folder(present_settings().instance)


def store(content: bytes = PDF, name: str = "C:\\证明\u202e.exe") -> StoredEvidence:
    return evidence_files.store(folder(), name, content)


def add(stored: StoredEvidence, task: tuple[str, str] = TASK) -> int:
    return written(
        lambda session: evidence_files.add(session, SAMPLE_CODE, MAY, task, stored, IN_TIME).number
    )


def remove(number: int, tasks: Collection[UnitTask] = (TASK,), by: By = IN_TIME) -> None:
    written(lambda session: evidence_files.remove(session, SAMPLE_CODE, number, tasks, folder(), by))


def back() -> None:
    """Return what was submitted of the task."""
    (number,) = (one.number for one in submitted() if one.task == TASK)
    written(lambda session: report_queue.give_back(session, SAMPLE_CODE, [number], "重报", BY))


def test_the_same_content_lies_there_once_under_its_digest(app: Flask) -> None:
    stored = store()
    assert (stored.name, stored.digest, store().digest) == ("证明.pdf", DIGEST, DIGEST)
    assert [path.name for path in folder().iterdir()] == [DIGEST]
    assert folder().stat().st_mode & 0o77 == 0
    assert evidence_files.read(folder(), DIGEST) == PDF


def test_a_damaged_file_is_not_given_out_and_is_mended(app: Flask) -> None:
    store()
    (folder() / DIGEST).write_bytes(b"other")
    with pytest.raises(FileGone):
        evidence_files.read(folder(), DIGEST)
    store()
    assert evidence_files.read(folder(), DIGEST) == PDF
    for name in ("../vault", "0" * 64):
        with pytest.raises(FileGone):
            evidence_files.read(folder(), name)


def test_a_number_names_its_files_until_it_is_submitted(each_app: Flask) -> None:
    issued()
    number = add(store())
    assert add(store()) == number
    (file,) = next(one for one in due().numbers if one.task == TASK).files
    assert (file.name, file.digest) == ("证明.pdf", DIGEST)
    remove(number)
    number = add(store())
    prove()
    submit()
    with pytest.raises(UnknownEvidence):
        remove(number)
    with pytest.raises(UnknownEvidence):
        add(store(PDF + b"2"))
    with pytest.raises(UnknownEvidence):
        add(store(), ("t3", "nothing"))


def test_what_proved_a_submitted_number_stays_when_it_is_returned(each_app: Flask) -> None:
    issued()
    number = add(store())
    prove()
    submit()
    back()
    with pytest.raises(UnknownEvidence):
        remove(number)
    for more in range(evidence_files.MAX_FILES):
        added = add(store(PDF + bytes([more])))
    one = next(one for one in due().numbers if one.task == TASK)
    assert len(one.files) == evidence_files.MAX_FILES + 1
    assert number not in [file.number for file in one.removable]
    remove(added)
    submit(planned(due()))
    back()
    with pytest.raises(UnknownEvidence):
        remove(number)
    evidence_files.sweep(folder(), BY.at + timedelta(days=9))
    assert evidence_files.read(folder(), DIGEST) == PDF


def test_what_was_taken_away_ages_from_then_on(app: Flask) -> None:
    issued()
    number = add(store())
    long_ago = (IN_TIME.at - timedelta(days=9)).timestamp()
    os.utime(folder() / DIGEST, (long_ago, long_ago))
    remove(number)
    evidence_files.sweep(folder(), IN_TIME.at + timedelta(hours=23))
    assert [path.name for path in folder().iterdir()] == [DIGEST]
    evidence_files.sweep(folder(), IN_TIME.at + timedelta(hours=25))
    assert list(folder().iterdir()) == []


def test_a_number_of_a_file_is_given_once_and_a_file_goes_only_from_ones_own_tasks(each_app: Flask) -> None:
    issued()
    number = add(store())
    with pytest.raises(UnknownEvidence):
        remove(number, [("t1", "output")])
    remove(number)
    with pytest.raises(UnknownEvidence):
        remove(number)
    assert add(store()) == number + 1
    with transaction() as session, pytest.raises(UnknownEvidence):
        evidence_files.find(session, SAMPLE_CODE, number)
    with transaction() as session, pytest.raises(UnknownEvidence):
        evidence_files.find(session, SAMPLE_CODE, 10**20)


def test_a_file_that_a_sweep_takes_meanwhile_is_written_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    store()
    found = evidence_files.read

    def swept(place: Path, digest: str) -> bytes:
        content = found(place, digest)
        (place / digest).unlink()
        return content

    monkeypatch.setattr(evidence_files, "read", swept)
    store()
    monkeypatch.undo()
    assert evidence_files.read(folder(), DIGEST) == PDF


def test_nothing_proves_a_number_of_a_month_that_has_not_begun(app: Flask) -> None:
    issued()
    with transaction(write=True) as session, pytest.raises(UnknownPeriod):
        evidence_files.add(session, SAMPLE_CODE, "2026-07", TASK, store(), IN_TIME)


def test_ten_files_of_a_number(app: Flask) -> None:
    issued()
    for number in range(evidence_files.MAX_FILES):
        add(store(PDF + bytes([number])))
    with pytest.raises(UnfitEvidence) as refused:
        add(store())
    assert refused.value.why == "many"


def test_what_nothing_names_goes_after_a_day(app: Flask) -> None:
    issued()
    add(store())
    stray = store(PDF + b"stray")
    evidence_files.sweep(folder(), BY.at)
    yesterday = (BY.at - timedelta(days=2)).timestamp()
    for path in folder().iterdir():
        os.utime(path, (yesterday, yesterday))
    evidence_files.sweep(folder(), BY.at)
    assert [path.name for path in folder().iterdir()] == [DIGEST]
    assert stray.digest != DIGEST


def test_a_backup_has_the_files_and_a_restore_brings_them_back(
    each_settings: Settings, tmp_path: Path
) -> None:
    whole, holed = tmp_path / "whole.backup", tmp_path / "holed.backup"
    with ready_app(each_settings):
        issued()
        add(store())
        store(PDF + b"stray")
        assert backup.write(each_settings.instance, whole, BY).checked.faults == ()
        (folder() / DIGEST).unlink()
        assert backup.write(each_settings.instance, holed, BY).checked.faults == (
            f"evidence {DIGEST[:16]} is not there",
        )
    other = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    make_instance(other)
    with ready_app(other):
        restoring.restore(other.instance, restoring.find(whole), BY)
        assert evidence_files.read(folder(), DIGEST) == PDF
        assert [path.name for path in folder().iterdir()] == [DIGEST]
        with transaction() as session:
            assert evidence_files.find(session, SAMPLE_CODE, 1).name == "证明.pdf"


def test_a_backup_whose_file_was_changed_is_not_restored(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "changed.backup"
    with ready_app(settings):
        issued()
        add(store())
        backup.write(settings.instance, target, BY)
    with closing(sqlite3.connect(target)) as found, found:
        found.execute("UPDATE minping_files SET content = x'00'")
    with pytest.raises(BadFile):
        backup.examine(target)
    other = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    make_instance(other)
    with ready_app(other), pytest.raises(BadFile):
        restoring.restore(other.instance, restoring.find(target), BY)


def bring(content: bytes = PDF, task: UnitTask = TASK, by: By = IN_TIME) -> int:
    return evidence_files.bring(folder(), SAMPLE_CODE, MAY, task, "证明.pdf", content, by).number


def lying() -> set[str]:
    return {path.name for path in folder().iterdir()}


def test_nothing_is_written_of_a_file_that_is_refused(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued()
    for number in range(evidence_files.MAX_FILES):
        bring(PDF + bytes([number]))
    there = lying()
    monkeypatch.setattr(evidence_files, "store", lambda *_all: pytest.fail("it was stored"))
    with pytest.raises(UnfitEvidence):
        bring(PDF + b"more")
    with pytest.raises(UnknownEvidence):
        bring(PDF + b"more", ("t3", "nothing"))
    monkeypatch.undo()
    prove()
    submit()
    there = lying()
    with pytest.raises(UnknownEvidence):
        bring(PDF + b"more")
    assert lying() == there


def test_what_is_refused_at_the_last_moment_goes_at_once(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody brought the last file that fits, between the look and the lock."""
    issued()
    bring(PDF + b"named")
    store(PDF + b"stray of a backup")
    there, known = lying(), evidence_files.MAX_FILES

    def meanwhile(folder: Path, name: str, content: bytes) -> StoredEvidence:
        monkeypatch.setattr(evidence_files, "MAX_FILES", 1)
        return kept(folder, name, content)

    kept = evidence_files.store
    for content in (PDF + b"new", PDF + b"stray of a backup"):
        monkeypatch.setattr(evidence_files, "MAX_FILES", known)
        monkeypatch.setattr(evidence_files, "store", meanwhile)
        with pytest.raises(UnfitEvidence):
            bring(content)
        assert lying() == there


def test_who_brings_and_takes_away_again_and_again_is_stopped(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is taken away lies for a day still: so much of it as is bounded."""
    issued()
    monkeypatch.setattr(evidence_files, "MAX_REMOVED", 5 * len(PDF))
    for number in range(5):
        remove(bring(PDF + bytes([number])))
    with pytest.raises(UnfitEvidence) as refused:
        bring(PDF + b"more")
    assert refused.value.why == "removed"
    assert sum(path.stat().st_size for path in folder().iterdir()) < 7 * len(PDF)
    bring(PDF + b"other", by=By("somebody else", IN_TIME.at))
    bring(PDF + b"later", by=By(IN_TIME.actor, IN_TIME.at + timedelta(days=1, seconds=1)))
