"""The pages on running Minping speak of commands, options, files and settings that are there."""

import re

import click
import pytest

from survey import cli
from tests.builders import ROOT

from .fronted import DEPLOY

TEXT = (ROOT / "docs" / "deploy.md").read_text()
PAGES = ("docs/deploy.md", "docs/operations.md", "docs/capacity.md", "README.md", "README.zh-CN.md")
COMMAND = re.compile(r"(?:(?<=[\s`])|(?<=venv/bin/))minping((?: +(?:[\w./$:-]+|王芳))+)")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_and_has_these_options(page: str) -> None:
    code = re.findall(r"```.*?```|`[^`]+`", (ROOT / page).read_text(), re.DOTALL)
    given = [match.split() for found in code for match in COMMAND.findall(found)]
    assert given
    for words in given:
        if words[0].startswith(("minping", "-")):  # two units in one line; an owner
            continue
        command: click.Command | None = cli.minping
        while isinstance(command, click.Group):
            command = command.commands.get(words.pop(0)) if words else None
        assert command is not None, (page, words)
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, (page, words)


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
