"""A run killed before each of its steps and repeated: every sheet is in the box or waits, and none twice."""

import shutil
from pathlib import Path

import pytest

from survey.config import Settings
from survey.domain.paper.record import SheetRefusal
from survey.instance import ready_app
from survey.services.paper import runs
from tests.conftest import settings_on
from tests.job import ask
from tests.lengths import times
from tests.sheets import DOUBTFUL, Collected, a_file, collected, scan, told

from .killing import killed, stepped, steps
from .stages import at

pytestmark = pytest.mark.slow

FILES = ("one", "two", "three")


def prepared(folder: Path) -> tuple[Settings, Collected]:
    """Return an instance that collects, and write three files with copies, doubts and what is refused."""
    settings = settings_on("sqlite", folder, None)
    with ready_app(settings) as app:
        of = collected(app, by_phone=1)
        cast, *tokens = of.codes["A"]
        clear = [of.page(token, "excellent") for token in tokens[:7]]
        doubtful = [of.page(token, DOUBTFUL) for token in tokens[7:9]]
        copied = [of.page(of.codes["B"][0], value) for value in ("excellent", "poor")]
        files = (clear[:4], [*doubtful, of.page(cast, "poor"), clear[0]], [*copied, *clear[4:], doubtful[0]])
        for name, pages in zip(FILES, files, strict=True):
            (folder / name).write_bytes(a_file(*pages))
    return settings, of


def run(settings: Settings, folder: Path, step: int) -> None:
    """Scan the files in a process that dies before a step."""
    runs.PAGES = 3
    with ready_app(settings), stepped(step):
        scan("small", *(folder / name for name in FILES))


def test_killed_before_each_step(tmp_path: Path) -> None:
    settings, of = prepared(tmp_path)
    for step in steps(times(3, 1)):
        copy = tmp_path / str(step)
        shutil.copytree(settings.instance, copy / "instance")
        mine = at(copy)
        was_killed = killed(run, mine, tmp_path, step)
        with ready_app(mine):
            scan("small", *(tmp_path / name for name in FILES))
            said = told(of)
            assert (said.in_box, said.sheets.waiting, said.sheets.ready) == (7, 3, 0)
            assert said.sheets.refused[SheetRefusal.ALREADY_CAST] == 1
            assert ask(mine, "SELECT count(*) FROM ballots") == 8
            assert ask(mine, "SELECT count(*) FROM tokens WHERE spent = 2") == 7
            assert ask(mine, "SELECT count(*) FROM paper_sheets") == 4
            # Six lines of two doubtful sheets, and six of a copy that differs; read again, of the other, too.
            assert ask(mine, "SELECT count(*) FROM paper_crops") in (18, 24)
        shutil.rmtree(copy)
        if not was_killed:
            break
    assert step > 8
