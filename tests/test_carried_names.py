"""A login name is its account's in every spelling: at the login, as second person, and by the commands."""

from pathlib import Path

import pytest
from flask import Flask

from survey.domain.accounts.roles import Role
from survey.domain.errors import BadCredentials, TooManyAttempts, UnknownAccount
from survey.services.accounts import accounts, login_throttle
from survey.storage import audit_rows
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from survey.web.admin.accounts.devices import _cookie
from tests.builders import BY
from tests.shell import PASSWORD, Shell
from tests.variants import NAMES
from tests.web.admin.accounts.test_login import log_in

NAME = "José·王 Ming"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


@pytest.fixture
def account(app: Flask) -> accounts.Account:
    with app.app_context(), transaction(write=True) as session:
        return accounts.create(session, NAME, "organiser", PASSWORD, BY).account


@pytest.mark.parametrize("name", NAMES)
def test_the_reader(app: Flask, account: accounts.Account, name: str) -> None:
    with app.app_context(), transaction() as session:
        assert accounts.require_password(session, NAMES[name](NAME), PASSWORD) == account
        assert accounts.named(session, NAMES[name](NAME)) == account


def test_another_name_is_none(app: Flask, account: accounts.Account) -> None:
    with app.app_context(), transaction() as session:
        for other in ("José王Ming", "Jose·王 Ming", "J\u043esé·王 Ming", "", "\0", "\ud800"):
            with pytest.raises(UnknownAccount):
                accounts.named(session, other)
            with pytest.raises(BadCredentials):
                accounts.require_password(session, other, PASSWORD)


def test_of_two_who_look_alike_the_one_that_is_written_so_is_meant(app: Flask) -> None:
    """Accounts of before may: new ones are refused."""
    with app.app_context(), transaction(write=True) as session:
        made = [account_rows.add_account(session, name, Role.VIEWER, None, BY.at) for name in ("Li", "li")]
        assert [accounts.named(session, one.name) for one in made] == made
        with pytest.raises(UnknownAccount):
            accounts.named(session, "LI")


def test_another_spelling_is_no_further_try(app: Flask) -> None:
    with app.app_context():
        for number, written in enumerate(list(NAMES.values())[: login_throttle.FREE + 1]):
            with transaction(write=True) as session:
                if number < login_throttle.FREE:
                    login_throttle.take(session, written(NAME), "", BY.at)
                    continue
                with pytest.raises(TooManyAttempts):
                    login_throttle.take(session, written(NAME), "", BY.at)


def test_the_login(app: Flask, account: accounts.Account) -> None:
    for name, written in NAMES.items():
        client = app.test_client()
        assert log_in(client, written(NAME), PASSWORD).status_code == 303, name
        assert client.get_cookie(_cookie(NAME), path="/admin/login"), name
    with app.app_context(), transaction() as session:
        actors = {entry.actor for entry in audit_rows.entries(session) if entry.act == "login"}
    assert actors == {NAME}


def test_the_commands(shell: Shell) -> None:
    shell.to("counted")
    for name in ("Zhao Ming", "李四"):
        shell.do("admin create --password-stdin --role scrutineer", name, stdin=PASSWORD + "\n")
    for name, written in NAMES.items():
        said = shell.do("admin link --json", written("Zhao Ming"))
        assert said.json["name"] == "Zhao Ming", name
    shell.do("admin create --password-stdin --role scrutineer", "王五", stdin=PASSWORD + "\n")
    sign = ["--teller", "\ufeff李四 ", "--scrutineer", "王\u200b五"]
    shell.do("campaign certify small --passwords-stdin", *sign, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert shell.state() == "certified"
