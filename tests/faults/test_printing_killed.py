"""Printing killed at any step, or on a full disk: no half file, one key, and the same command goes on."""

import os
import signal
from pathlib import Path

import pytest

from survey.config import Settings
from survey.documents.layout import qr
from survey.secrecy.paper_key import read_paper_key
from tests.conftest import settings_on
from tests.job import attempt, minping
from tests.shell import DEFINITION

from .killing import killed, killed_at, steps
from .stages import CODE

pytestmark = pytest.mark.slow


@pytest.fixture
def issued(tmp_path: Path) -> Settings:
    settings = settings_on("sqlite", tmp_path, None)
    definition = tmp_path / "d.toml"
    definition.write_text(DEFINITION + "paper = {}\n")
    minping(settings, "campaign", "load", definition)
    minping(settings, "campaign", "arm", CODE)
    minping(settings, "token", "issue", CODE, "--csv", tmp_path / "codes.csv")
    return settings


def order(folder: Path, pdf: str = "ballots.pdf") -> tuple[str, ...]:
    codes, target = str(folder / "codes.csv"), str(folder / "out" / pdf)
    return ("paper", "ballots", CODE, "--csv", codes, "--pdf", target)


def key_of(settings: Settings) -> bytes | None:
    found = [path for path in settings.keys.iterdir() if "paper-key" in path.name]
    # Whole, or not there; and never another's.
    assert [path.name for path in found] in ([], [f"{CODE}.paper-key"])
    return read_paper_key(found[0], CODE).seed if found else None


def is_whole(path: Path) -> bool:
    content = path.read_bytes()
    return content.startswith(b"%PDF-") and content.endswith(b"%%EOF\n")


def look(settings: Settings, out: Path) -> bytes | None:
    assert all(is_whole(path) for path in out.iterdir())
    return key_of(settings)


def test_killed_between_any_two_steps(issued: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    key = None
    for step in steps(1):
        target = out / "ballots.pdf"
        target.unlink(missing_ok=True)
        ended = not killed_at(issued, order(tmp_path), step)
        left = look(issued, out)
        assert key in (None, left)
        key = left
        if ended:
            break
    assert step > 3
    assert key is not None
    assert is_whole(out / "ballots.pdf")


def _killed_while_drawing(settings: Settings, arguments: tuple[str, ...], number: int) -> None:
    usual, left = qr.matrix, [number]

    def matrix(*given: object, **more: object) -> object:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return usual(*given, **more)  # type: ignore[arg-type]

    qr.matrix = matrix  # type: ignore[assignment]
    os._exit(attempt(settings, *arguments).status)


@pytest.mark.parametrize("number", [1, 20, 43])
def test_killed_while_it_draws(issued: Settings, tmp_path: Path, number: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert killed(_killed_while_drawing, issued, order(tmp_path), number)
    assert list(out.iterdir()) == []
    key = look(issued, out)
    minping(issued, *order(tmp_path))
    assert is_whole(out / "ballots.pdf")
    assert key == key_of(issued)
