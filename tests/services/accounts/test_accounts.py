"""Accounts: passwords, second factors, one-time login links."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.accounts.roles import Role
from survey.domain.errors import BadAccount, BadCredentials
from survey.services.accounts import accounts, passwords
from survey.services.accounts.hashing import HashingPlace
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.database import transaction
from tests.builders import BY

GOOD = "四月的河 lantern-93 orchard"
OTHER = "velvet-quartz-72-竹林"
HOUR = timedelta(hours=1)


def make(name: str = "张三", role: str = "organiser", password: str | None = None) -> accounts.NewAccount:
    with transaction(write=True) as session:
        return accounts.create(session, name, role, password, BY)


def use(secret: str, at: timedelta = HOUR) -> accounts.Account:
    with transaction(write=True) as session:
        return accounts.use_link(session, secret, By("login link", BY.at + at))


def log_in(name: str, password: str, totp: str | None = None) -> accounts.Account:
    with transaction(write=True) as session:
        account = accounts.require_password(session, name, password)
        accounts.log_in(session, account, totp, BY)
    return account


@pytest.mark.parametrize("alike", ["张三\ufe0f", "张\u034f三", "张三\u3164"])
def test_two_accounts_never_look_the_same(app: Flask, alike: str) -> None:
    """Each passes as printable; beside the other on a certificate nobody could tell them apart."""
    make()
    assert alike.isprintable()
    with pytest.raises(BadAccount, match="already"):
        make(alike)
    with pytest.raises(BadAccount, match="printable"):
        make("\u3164")
    make("张三丰")


def test_a_unit_is_written_in_one_way(app: Flask) -> None:
    def member(name: str, unit: str) -> str:
        with transaction(write=True) as session:
            return accounts.create(session, name, "organiser", None, BY, unit).account.unit

    for name, unit in (("甲", "县委办"), ("乙", ""), ("丙", "县委办"), ("丁", "县委")):
        assert member(name, unit) == unit
    for unit in ("县委\ufe0f办", "县委办\u3164", "县 委办"):
        with pytest.raises(BadAccount, match="alike"):
            member("戊", unit)


def test_an_account_with_a_password(each_app: Flask) -> None:
    made = make(password=GOOD)
    assert made.link_secret is None
    assert log_in("张三", GOOD).id == made.account.id
    with transaction() as session:
        (stored,) = session.execute(text("SELECT password_hash FROM accounts")).one()
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored


@pytest.mark.parametrize("role", Role)
def test_roles(app: Flask, role: str) -> None:
    assert make(role=role).account.role == role


@pytest.mark.parametrize("role", ["", "teller", "Organiser", "admin"])
def test_no_such_role(app: Flask, role: str) -> None:
    with pytest.raises(BadAccount, match="no role"):
        make(role=role)


@pytest.mark.parametrize("name", ["", " ", " 张三", "张三 ", "a\nb", "a\0b", "a\x1bb", "名" * 81])
def test_no_name(app: Flask, name: str) -> None:
    with pytest.raises(BadAccount, match="printable"):
        make(name=name)


def test_a_name_is_taken_once(each_app: Flask) -> None:
    make()
    with pytest.raises(BadAccount, match="already"):
        make(role="viewer")


@pytest.mark.parametrize("name", ["张三", "李四", "a\0b", "", "x" * 10_000])
def test_wrong_name_or_password_say_the_same(each_app: Flask, name: str) -> None:
    make(password=GOOD)
    with pytest.raises(BadCredentials) as refused:
        log_in(name, OTHER)
    assert str(refused.value) == f'name or password of "{name}" is wrong'


@pytest.mark.parametrize("name", ["张三", "李四", "王五", "a\0b"])
def test_every_name_costs_one_hash(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    make(password=GOOD)
    make("李四")
    passwords._nobody()
    tried = []
    run = HashingPlace.run

    def counting(place: HashingPlace, work: Callable[..., Any], *args: Any) -> Any:
        tried.append(work)
        return run(place, work, *args)

    monkeypatch.setattr(HashingPlace, "run", counting)
    with transaction() as session, pytest.raises(BadCredentials):
        accounts.require_password(session, name, OTHER)
    assert len(tried) == 1


def test_an_account_without_a_password_cannot_log_in_by_one(app: Flask) -> None:
    make()
    for password in ("", GOOD):
        with pytest.raises(BadCredentials):
            log_in("张三", password)


def test_a_failed_login_is_no_act(app: Flask) -> None:
    make(password=GOOD)
    with pytest.raises(BadCredentials):
        log_in("张三", OTHER)
    log_in("张三", GOOD)
    with transaction() as session:
        assert audit.verify(session)[0] == 2


def test_a_new_password(app: Flask) -> None:
    account = make(password=GOOD).account
    with transaction(write=True) as session:
        accounts.set_password(session, account, OTHER, BY)
    assert log_in("张三", OTHER).id == account.id
    with pytest.raises(BadCredentials):
        log_in("张三", GOOD)
    with transaction(write=True) as session, pytest.raises(BadAccount):
        accounts.set_password(session, account, "password1234", BY)
    log_in("张三", OTHER)


# Login links


def test_a_link_logs_in_once(each_app: Flask) -> None:
    made = make()
    assert made.link_secret is not None
    assert use(made.link_secret).id == made.account.id
    with pytest.raises(BadCredentials, match="used already"):
        use(made.link_secret)


def test_a_link_is_stored_as_a_digest_only(each_app: Flask) -> None:
    secret = make().link_secret
    assert secret is not None
    assert len(secret) >= 40
    with transaction() as session:
        for table in ("login_links", "audit", "accounts"):
            assert secret not in repr(session.execute(text(f"SELECT * FROM {table}")).all())


@pytest.mark.parametrize(
    ("hours", "works"), [(0, True), (23.99, True), (24, False), (24.01, False), (999, False)]
)
def test_a_link_lives_for_a_day(app: Flask, hours: float, works: bool) -> None:
    secret = make().link_secret or ""
    if works:
        assert use(secret, timedelta(hours=hours)).name == "张三"
    else:
        with pytest.raises(BadCredentials):
            use(secret, timedelta(hours=hours))


@pytest.mark.parametrize("secret", ["", "x", "\0", "链接", "a" * 100_000])
def test_no_such_link(each_app: Flask, secret: str) -> None:
    make()
    with pytest.raises(BadCredentials):
        use(secret)


def test_links_of_two_accounts(app: Flask) -> None:
    links = {name: make(name).link_secret or "" for name in ("甲", "乙")}
    assert use(links["乙"]).name == "乙"
    assert use(links["甲"]).name == "甲"
