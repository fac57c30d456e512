"""Every command that changes an assessment, in every stage: what is refused leaves the database as it was."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.shell import PASSWORD, Shell

STAGES = ("draft", "issued", "running", "examining", "scored", "signed", "decided")
VALUES, VERIFIED, ENTRIES = (SAMPLE / name for name in ("values.csv", "verified.csv", "entries.toml"))
LOAD = ("load", SAMPLE / "assessment.toml", "--targets", SAMPLE / "targets.csv")
AMEND = ("amend", SAMPLE_CODE, "more.toml", "--reason", "误写", "--document", "县考核办〔2026〕7号")
SIGN = ("sign", SAMPLE_CODE, "--teller", "teller", "--scrutineer", "scrutineer", "--passwords-stdin")
DECIDE = ("decide", SAMPLE_CODE, "--committee", "县委常委会", "--on", "2027-01-20", "--reason", "会议研究")
PUBLISH = ("publish", SAMPLE_CODE, "--as", "public", "--columns", "total,rank,band")

ALLOWED: dict[tuple[object, ...], tuple[str, ...]] = {
    LOAD: ("draft",),
    ("issue", SAMPLE_CODE): ("draft",),
    AMEND: ("issued", "running"),
    ("take", SAMPLE_CODE, VALUES, "--accept"): STAGES[1:],
    ("take", SAMPLE_CODE, VALUES, "--submit"): STAGES[1:],
    ("take", SAMPLE_CODE, VERIFIED, "--as", "verified"): STAGES[1:],
    ("take", SAMPLE_CODE, ENTRIES): STAGES[1:],
    ("close", SAMPLE_CODE, "2026-11"): ("running",),
    ("score", SAMPLE_CODE, "--reason", "复核"): STAGES[2:],
    SIGN: ("scored",),
    (*DECIDE, "--unit", "t1", "--band", "excellent"): ("signed", "decided"),
    PUBLISH: ("decided",),
    ("publish", SAMPLE_CODE, "--as", "withdrawn"): (),
}
"""The stages in which a command is done; in all others it is refused."""
BESIDE_STAGES = ("signed", "decided", "published")
"""What a refusal names where the stage would fit, and something within it is missing."""


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Instances of the sample, one in each stage."""
    folder = tmp_path_factory.mktemp("stages")
    with pytest.MonkeyPatch.context() as patch:
        yield dict(_made(Shell(folder, patch)))


def _made(shell: Shell) -> Iterator[tuple[str, Path]]:
    shell.do("init")
    for name in ("teller", "scrutineer"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD + "\n")
    for stage in STAGES:
        for words in _steps(stage):
            shell.do("assessment", *words, stdin=f"{PASSWORD}\n{PASSWORD}\n")
        kept = shell.folder / stage
        shutil.copytree(shell.folder / "instance", kept)
        yield stage, kept


def _steps(stage: str) -> list[tuple[str | Path, ...]]:
    """Return the commands that lead to a stage from the one before it."""
    return {
        "draft": [LOAD],
        "issued": [("issue", SAMPLE_CODE)],
        "running": [("take", SAMPLE_CODE, VALUES, "--accept")],
        "examining": [("close", SAMPLE_CODE, "2026-12")],
        "scored": [("score", SAMPLE_CODE)],
        "signed": [SIGN],
        "decided": [
            (*DECIDE, "--unit", unit, "--band", "good") for unit in ("t1", "t2", "t3", "t5", "t6", "t7", "t8")
        ]
        + [(*DECIDE, "--unit", "t4", "--band", "poor")]
        + [(*DECIDE, "--unit", f"b{number}", "--band", "good") for number in range(1, 5)],
    }[stage]


def digests(instance: Path) -> dict[str, str]:
    """Return a digest of each table's rows."""
    found = {}
    with closing(sqlite3.connect(instance / "minping.db")) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            rows = sorted(map(repr, database.execute(f'SELECT * FROM "{name}"')))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


@pytest.fixture
def at(stages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Shell]:
    """Return commands on a copy of an instance in a stage."""

    def copied(stage: str) -> Shell:
        shutil.copytree(stages[stage], tmp_path / "instance")
        shell = Shell(tmp_path, monkeypatch)
        text = (SAMPLE / "assessment.toml").read_text("utf-8")
        shell.file("more.toml", text.replace("report_by = 5 ", "report_by = 8 "))
        return shell

    return copied


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("words", ALLOWED, ids=lambda words: " ".join(str(word) for word in words[:1]))
def test_a_command_fits_a_stage_or_changes_nothing(
    at: Callable[[str], Shell], stage: str, words: tuple[str | Path, ...]
) -> None:
    shell = at(stage)
    before = digests(shell.folder / "instance")
    said = shell("assessment", *words, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    after = digests(shell.folder / "instance")
    if stage in ALLOWED[words]:
        assert said.status == 0, said
        return
    assert (said.status, said.out) == (1, ""), said
    assert said.err.count("\n") == 1, said
    named = "scored" if stage == "signed" else stage
    assert any(word in said.err for word in (named, *BESIDE_STAGES)), said
    assert "minping assessment" in said.err, said
    assert {name for name in before if before[name] != after[name]} == set()
