"""The connection is lost in a commit: what was stored keeps its key and its codes, the rest leaves none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.config import Settings
from tests.job import ask, attempt, minping
from tests.shell import DEFINITION

from .stages import CODE, Stages, at

LOST = OperationalError("COMMIT", None, Exception("server closed the connection unexpectedly"))


def losing(monkeypatch: pytest.MonkeyPatch, *, stored: bool, times: int = 1) -> None:
    """Lose the answer of the next commit, after or before it was done; then so many all in all."""
    commit, left = Session.commit, [times]

    def lose(self: Session) -> None:
        if not left[0]:
            commit(self)
            return
        if stored and left[0] == times:
            commit(self)
        left[0] -= 1
        raise LOST

    monkeypatch.setattr(Session, "commit", lose)


def failed(settings: Settings, *order: str | Path) -> None:
    said = attempt(settings, *order)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1), said


@pytest.fixture
def draft(stages: Stages, tmp_path: Path) -> Settings:
    settings = at(tmp_path)
    minping(settings, "init")
    definition = tmp_path / "d.toml"
    definition.write_text(DEFINITION)
    minping(settings, "campaign", "load", definition)
    return settings


def arm(settings: Settings, folder: Path, custody: str) -> tuple[tuple[str | Path, ...], Callable[[], int]]:
    """Return the command that arms, and how many files of keys there are."""
    order: tuple[str | Path, ...] = ("campaign", "arm", CODE)
    if custody == "server":
        return order, lambda: len(list(settings.keys.iterdir()))
    order += ("--custody", "scrutineers", "--shares-dir", folder / "shares")
    return order, lambda: len(list((folder / "shares").glob("*.txt")))


@pytest.mark.parametrize(("custody", "files"), [("server", 1), ("scrutineers", 3)])
@pytest.mark.parametrize("stored", [True, False])
def test_arming(
    stored: bool,
    custody: str,
    files: int,
    draft: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order, number = arm(draft, tmp_path, custody)
    with monkeypatch.context() as patched:
        losing(patched, stored=stored)
        failed(draft, *order)
    assert ask(draft, "SELECT state FROM campaigns") == ("armed" if stored else "draft")
    assert number() == (files if stored else 0)
    if not stored:
        minping(draft, *order)


def test_what_cannot_be_found_out_keeps_the_key(
    draft: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, number = arm(draft, tmp_path, "server")
    with monkeypatch.context() as patched:
        losing(patched, stored=True, times=2)
        failed(draft, *order)
    assert number() == 1


@pytest.mark.parametrize("stored", [True, False])
def test_issuing(stored: bool, stages: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = stages.copy("armed", tmp_path)
    target = tmp_path / "codes.csv"
    with monkeypatch.context() as patched:
        losing(patched, stored=stored)
        failed(settings, "token", "issue", CODE, "--csv", target)
    assert target.exists() == stored
    assert ask(settings, "SELECT count(*) FROM tokens") == (22 if stored else 0)
