"""Files that prove numbers: stored once, whole, by what is in them, and in every backup."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings, read_settings
from survey.domain.errors import BadFile, FileGone, UnfitEvidence, UnknownEvidence
from survey.instance import make_instance, ready_app
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.reports.evidence_files import StoredEvidence
from survey.services.operations import backup, restoring
from survey.storage.database import transaction
from survey.web.context import settings as present_settings
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import issued

from .reported import IN_TIME, MAY, PDF, due, prove, submit, written

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
    written(lambda session: evidence_files.remove(session, SAMPLE_CODE, number, IN_TIME))
    number = add(store())
    prove()
    submit()
    with pytest.raises(UnknownEvidence):
        written(lambda session: evidence_files.remove(session, SAMPLE_CODE, number, IN_TIME))
    with pytest.raises(UnknownEvidence):
        add(store(PDF + b"2"))
    with pytest.raises(UnknownEvidence):
        add(store(), ("t3", "nothing"))


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
