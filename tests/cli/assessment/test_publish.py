"""Publishing an outcome by command: what readers can work out is asked about, and said."""

from pathlib import Path

import pytest

from survey import create_app
from survey.cli.assessment import year
from survey.storage.database import db
from tests.services.assessment.scored_year import YEAR, signed
from tests.shell import Shell

PUBLISH = ("assessment publish", YEAR, "--as", "public", "--columns", "total,rank,targets")
FOLLOWS = "readers can then work out leaders; publish all the same?"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, monkeypatch)
    made.do("init")
    app = create_app(made.settings)
    with app.app_context():
        signed()
        db.session.remove()
        db.engine.dispose()
    return made


def published(shell: Shell) -> object:
    return shell.do("assessment show", YEAR, "--json").json["published"]


def test_a_script_is_told_and_not_asked(shell: Shell) -> None:
    said = shell.do(*PUBLISH, "--json")
    assert said.json["follow"] == ["leaders"]
    assert "warning: readers can work out leaders" in said.err
    assert published(shell)


def test_who_sits_at_a_terminal_is_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year, "_is_at_terminal", lambda: True)
    said = shell(*PUBLISH, stdin="n\n")
    assert said.status == 1
    assert FOLLOWS in said.err
    assert published(shell) is None
    assert FOLLOWS not in shell.do("assessment publish", YEAR, "--as", "public", "--columns", "rank").err
    assert FOLLOWS not in shell.do(*PUBLISH, "--yes").err
    assert FOLLOWS in shell.do(*PUBLISH, stdin="y\n").err


def test_a_link_is_printed_that_opens_the_page(shell: Shell) -> None:
    said = shell.do("assessment publish", YEAR, "--as", "link", "--columns", "rank", "--json")
    path = said.json["address"].removeprefix(shell.settings.base_url)
    client = create_app(shell.settings).test_client()
    assert client.get(f"/a/{YEAR}").status_code == 404
    assert client.get(path).status_code == 200
    shell.do("assessment publish", YEAR, "--as", "withdrawn")
    assert client.get(path).status_code == 404
