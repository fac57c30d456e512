"""Scanning paper ballots on the command line: numbers, refused images, files destroyed or asked for."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from survey.config import read_settings
from survey.domain.paper.reading import PageFault
from survey.instance import ready_app
from survey.services.paper import runs
from tests.sheets import Collected, a_file, as_if_read, collected
from tests.shell import Shell


@pytest.fixture
def collecting(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> tuple[Shell, Collected]:
    """An instance that collects, whose scans are files of pages as if they had been read."""
    shell.do("init")
    monkeypatch.setattr(runs, "scan", partial(runs.scan, reader=as_if_read))
    with ready_app(read_settings(shell.environment)) as app:
        of = collected(app)
        for number, name in enumerate(("one", "two")):
            pages = [of.page(token, "excellent") for token in of.codes["A"][number * 4 :][:4]]
            shell.file(name, a_file(*pages))
        shell.file("bad", a_file(of.refused(of.codes["A"][9], PageFault.BENT)))
        shell.file("strip", a_file(of.page(of.codes["B"][0], "poor", strip=True)))
    return shell, of


def test_sheets_are_read_and_told_of(collecting: tuple[Shell, Collected]) -> None:
    shell, _ = collecting
    said = shell.do("paper scan small one two bad strip")
    assert "10 images read, 1 of them refused" in said.out
    assert (
        "bad, image 1: not read (bent): the sheet was bent or creased; smooth it and scan again" in said.out
    )
    assert "put in: 9 sheets, 0 of them spoiled" in said.out
    assert "missing: a page of 1 sheets" in said.out
    assert "strip for the phone still on" in said.err
    assert "destroy the scans" in said.err
    assert "counted by hand: not noted yet" in shell.do("paper status small").out


def test_the_json_value_has_the_numbers(collecting: tuple[Shell, Collected]) -> None:
    shell, _ = collecting
    told = shell.do("paper scan small one bad strip --json").json
    assert told["refused_images"] == [{"file": "bad", "image": 1, "why": "bent"}]
    assert (told["stage"], told["images"], told["strips"]) == ("collecting", 6, 1)
    assert (told["sheets"]["in_box"], told["sheets"]["incomplete"]) == (5, 1)
    again = shell.do("paper status small --json").json
    assert again == told | {"refused_images": []}
    said = shell.do("paper status small").out
    assert "last run: 6 images, 1 of them refused (bent 1)" in said


def test_files_are_destroyed_once_all_of_them_is_stored(collecting: tuple[Shell, Collected]) -> None:
    shell, _ = collecting
    said = shell.do("paper scan small one two bad --destroy")
    assert [name for name in ("one", "two", "bad") if (shell.folder / name).exists()] == ["bad"]
    assert "not destroyed, since not all of it was read: bad" in said.err


def test_killed_by_what_is_no_file_it_keeps_what_it_had(
    collecting: tuple[Shell, Collected], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, _ = collecting
    usual = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.name == "two":
            raise PermissionError(13, "Permission denied")
        return usual(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", read)
        assert "cannot read two: Permission denied" in shell.refused("paper scan small one two --destroy")
    assert (shell.folder / "one").exists()
    assert shell.do("paper scan small one two --destroy --json").json["sheets"]["in_box"] == 8


def test_the_hand_count_stands_beside_what_was_found(collecting: tuple[Shell, Collected]) -> None:
    shell, _ = collecting
    shell.do("paper scan small one two")
    shell.do("paper counted small --number 9")
    said = shell.do("paper status small").out
    assert "counted by hand: 9; found by scanning: 8" in said
    assert "1 of the sheets counted by hand were not scanned" in said
    shell.do("paper counted small --number 7")
    assert "1 sheets more were scanned than counted by hand" in shell.do("paper status small").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("scan small nowhere", "cannot read nowhere: there is no such file"),
        ("scan small .", "cannot read .: it is no file"),
        ("scan small one ./one", "one is named twice"),
        ("scan other one", "other"),
        ("status other", "other"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_line(
    collecting: tuple[Shell, Collected], arguments: str, said: str
) -> None:
    shell, _ = collecting
    assert said in shell.refused(f"paper {arguments}")
    assert shell.do("paper status small --json").json["images"] == 0


def test_without_files_or_paper_or_key(collecting: tuple[Shell, Collected]) -> None:
    shell, _ = collecting
    assert shell("paper scan small").status == 2
    shell.file("plain.toml", (shell.folder / "d.toml").read_text().replace('"small"', '"plain"'))
    shell.do("campaign load plain.toml")
    assert "no [paper]" in shell.refused("paper scan plain one")
    assert "no [paper]" in shell.refused("paper status plain")
    shell.do("paper scan small strip")
    [key] = (shell.folder / "instance").rglob("*.paper-key")
    content = key.read_bytes()
    key.unlink()
    assert "paper key of small is not there" in shell.refused("paper scan small one")
    assert "missing: the paper key" in shell.do("paper status small").out
    key.write_bytes(content[:20])
    assert "is no paper key" in shell.refused("paper scan small one")


def test_after_the_close_it_is_over(collecting: tuple[Shell, Collected]) -> None:
    shell, _ = collecting
    shell.do("paper scan small one two")
    shell.do("campaign close small")
    assert "closed" in shell.refused("paper scan small one")
    told: Any = shell.do("paper status small --json").json
    assert (told["stage"], told["sheets"]["in_box"]) == ("closed", 8)
