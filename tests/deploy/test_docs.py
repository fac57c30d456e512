"""docs/deploy.md speaks of commands, files and settings that are there."""

import re

import click
import pytest

from survey import cli
from tests.builders import ROOT

from .fronted import DEPLOY

TEXT = (ROOT / "docs" / "deploy.md").read_text()
CODE = re.findall(r"```.*?```|`[^`]+`", TEXT, re.DOTALL)
COMMANDS = [found for code in CODE for found in re.findall(r"(?<![\w-])minping ([a-z]+)(?: ([a-z]+))?", code)]


def test_every_command_is_one() -> None:
    assert len(COMMANDS) > 15
    for first, second in COMMANDS:
        if first == "minping":  # two units in one line
            continue
        command = cli.minping.commands.get(first)
        assert command is not None, first
        if isinstance(command, click.Group):
            assert second in command.commands, (first, second)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?<!\w)deploy/[\w./-]+\w", TEXT))))
def test_every_file_is_there(path: str) -> None:
    assert (ROOT / path).exists() or list(ROOT.glob(f"{path}*")), path


def test_every_setting_is_read() -> None:
    sources = [*(ROOT / "survey").glob("*.py"), *DEPLOY.rglob("*")]
    known = "".join(path.read_text() for path in sources if path.is_file() and path.suffix != ".pyc")
    for name in set(re.findall(r"MINPING_\w+", TEXT)):
        assert name in known, name


def test_postgresql_is_set_as_the_compose_file_does() -> None:
    """Both say how PostgreSQL is kept from writing about voters."""
    given = dict(re.findall(r"- -c(\w+)=(\S+)", (DEPLOY / "compose" / "compose.yaml").read_text()))
    assert given
    for name, value in given.items():
        assert f"{name} = {value}" in TEXT, name


def test_the_proxy_is_kept_from_swapping() -> None:
    text = (DEPLOY / "systemd" / "proxy.conf").read_text()
    assert "LimitCORE=0" in text
    assert "MemorySwapMax=0" in text
