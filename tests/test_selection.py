"""What ``make check`` runs: enough, and nothing that starts a server."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.selection import TESTS, WHOLE, is_quick, without_servers

ROOMS = {"cli", "domain", "documents", "secrecy_units", "services", "storage"}
AT_THE_TOP = {
    "test_access.py",
    "test_floors.py",
    "test_instance.py",
    "test_selection.py",
    "test_texts.py",
}


def test_folders_that_are_left_out_are_there() -> None:
    assert {path.name for path in TESTS.iterdir() if path.is_dir()} >= WHOLE | ROOMS


def test_every_room_of_unit_tests_is_quick_and_no_other(request: pytest.FixtureRequest) -> None:
    """What was collected is all or a part; where it is all, every room is there."""
    option = request.config.option
    whole = request.config.args == request.config.getini("testpaths")
    if whole and not option.keyword and option.markexpr in ("", "quick"):
        quick = [item for item in request.session.items if item.get_closest_marker("quick")]
        assert {item.path.relative_to(TESTS).parts[0] for item in quick} >= ROOMS | AT_THE_TOP
    for item in request.session.items:
        room = item.path.relative_to(TESTS).parts[0]
        marked = item.get_closest_marker("quick") is not None
        assert marked == is_quick(item)
        assert not (marked and room in WHOLE)
        assert not (marked and item.get_closest_marker("slow"))


@pytest.mark.slow
def test_the_selection_as_pytest_makes_it() -> None:
    """A few modules stand for all: one of each room, and one of a browser's."""
    folders = [next(path for path in sorted((TESTS / room).rglob("test_*.py"))) for room in sorted(ROOMS)]
    asked = [*folders, *(TESTS / name for name in AT_THE_TOP), TESTS / "browser", TESTS / "storage"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "-m",
        "quick",
        "-p",
        "no:cacheprovider",
    ]
    said = subprocess.run([*command, *asked], cwd=TESTS.parent, capture_output=True, text=True, check=True)
    found = {Path(line.partition("::")[0]) for line in said.stdout.splitlines() if "::" in line}
    assert {path.parts[1] for path in found} == ROOMS | AT_THE_TOP
    assert "postgresql]" not in said.stdout
    assert "sqlite]" in said.stdout


def test_a_quick_test_that_listens_fails() -> None:
    with without_servers(), socket.socket() as tried, pytest.raises(AssertionError, match="listens"):
        tried.bind(("127.0.0.1", 0))


@pytest.mark.parametrize("command", [[sys.executable, "-m", "survey.cli", "serve"], ["/usr/bin/gunicorn"]])
def test_a_quick_test_that_starts_a_server_fails(command: list[str]) -> None:
    with without_servers(), pytest.raises(AssertionError, match="starts a server"):
        subprocess.Popen(command)
