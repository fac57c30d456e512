"""The key of an assessment: copied by command, missed by name after a restore, good once it is back."""

from pathlib import Path

import pytest

from survey import create_app
from survey.secrecy.assessment_key import assessment_key_path, read_assessment_key
from survey.services.assessment import assessments
from survey.services.assessment.examining import talk_notes
from survey.storage.database import db, transaction
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR, examining
from tests.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, monkeypatch)
    made.do("init")
    app = create_app(made.settings)
    with app.app_context():
        examining()
        db.session.remove()
        db.engine.dispose()
    return made


def write(shell: Shell) -> None:
    app = create_app(shell.settings)
    with app.app_context():
        with transaction(write=True) as session:
            talk_notes.write_notes(session, shell.settings.keys, YEAR, "t1", "谈话内容", BY, after=0)
        db.session.remove()
        db.engine.dispose()


def test_a_copy_is_the_key_and_stands_in_the_log(shell: Shell, tmp_path: Path) -> None:
    write(shell)
    target = tmp_path / "drawer.key"
    said = shell.do("assessment key", YEAR, "--to", target)
    path = assessment_key_path(shell.settings.keys, YEAR)
    assert target.read_bytes() == path.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600
    assert path.name in said.out + said.err
    assert "export key" in shell.do("audit list").out
    before = target.read_bytes()
    assert "exists already" in shell.refused("assessment key", YEAR, "--to", target)
    assert target.read_bytes() == before


def test_without_a_key_or_inside_the_instance_nothing_is_copied(shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "drawer.key"
    assert "is not there" in shell.refused("assessment key", YEAR, "--to", target)
    write(shell)
    inside = shell.settings.instance / "copy.key"
    assert "inside the instance" in shell.refused("assessment key", YEAR, "--to", inside)
    assert not shell.refused("assessment key", "none", "--to", target).count("written")
    assert not target.exists()
    assert not inside.exists()


def test_a_restore_names_the_key_and_with_its_copy_notes_open_again(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shell)
    backup, copy = tmp_path / "one.backup", tmp_path / "drawer.key"
    shell.do("backup", backup)
    shell.do("assessment key", YEAR, "--to", copy)
    (tmp_path / "new").mkdir()
    fresh = Shell(tmp_path / "new", monkeypatch)
    said = fresh.do("restore", backup)
    path = assessment_key_path(fresh.settings.keys, YEAR)
    assert f"put the copy of {path.name} at {path}" in said.err
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(copy.read_bytes())
    app = create_app(fresh.settings)
    with app.app_context():
        with transaction() as session:
            [found] = talk_notes.all_notes(session, assessments.current(session, YEAR))
        key = read_assessment_key(fresh.settings.keys, YEAR)
        assert talk_notes._opened(key, found) == "谈话内容"
        db.session.remove()
        db.engine.dispose()
