"""What an owner does with others' accounts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import BadAccount, BadCredentials, LastOwner, UnknownAccount
from survey.services.accounts import accounts, second_factor, sessions
from survey.services.accounts.accounts import Account
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import an_account


def of(account: Account) -> Account:
    with transaction() as session:
        return accounts.numbered(session, account.id)


def disable(account: Account) -> None:
    with transaction(write=True) as session:
        accounts.disable(session, account, BY)


def test_accounts_are_listed_by_unit_and_name(each_app: Flask) -> None:
    with transaction(write=True) as session:
        for name, unit in (("c", "乙"), ("b", "甲"), ("a", "甲"), ("d", "")):
            accounts.create(session, name, "viewer", None, BY, unit)
        listed = accounts.list_accounts(session)
    assert sorted((one.unit, one.name) for one in listed) == [
        ("", "d"),
        ("乙", "c"),
        ("甲", "a"),
        ("甲", "b"),
    ]
    assert [one.name for one in listed if one.unit == "甲"] == ["a", "b"]


@pytest.mark.parametrize("unit", [" 考核组", "考核组 ", "考\n核", "组" * 81])
def test_no_unit(app: Flask, unit: str) -> None:
    with transaction(write=True) as session, pytest.raises(BadAccount, match="unit"):
        accounts.create(session, "张三", "viewer", None, BY, unit)


def test_no_such_account(each_app: Flask) -> None:
    with transaction() as session:
        for name in ("", "张三", "a\0b"):
            with pytest.raises(UnknownAccount):
                accounts.named(session, name)
        with pytest.raises(UnknownAccount):
            accounts.numbered(session, 9999)


def test_the_last_owner_stays(each_app: Flask) -> None:
    first, second = an_account("owner", name="甲"), an_account("owner", name="乙")
    disable(second)
    with pytest.raises(LastOwner):
        disable(first)
    disable(of(second))  # which changes nothing
    assert not of(first).disabled
    with transaction(write=True) as session:
        accounts.enable(session, second, BY)
    disable(first)
    assert of(first).disabled


def test_others_may_all_be_disabled(app: Flask) -> None:
    for role in ("organiser", "scrutineer", "viewer"):
        account = an_account(role)
        disable(account)
        assert of(account).disabled


def test_two_owners_disabling_each_other(each_app: Flask) -> None:
    pair = [an_account("owner", name="甲"), an_account("owner", name="乙")]
    barrier = Barrier(2)

    def run(account: Account) -> bool:
        with each_app.app_context():
            barrier.wait()
            try:
                with transaction(write=True) as session:
                    accounts.disable(session, accounts.numbered(session, account.id), BY)
            except LastOwner:
                return False
            return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(run, pair)) == [False, True]


def test_a_new_link_ends_password_links_and_sessions(each_app: Flask) -> None:
    account = an_account()
    with transaction(write=True) as session:
        old_link = accounts.make_link(session, account, BY)
        login = sessions.begin(session, account, "", BY.at)
        secret = accounts.replace_password(session, account, BY)
    assert of(account).password_hash is None
    with transaction(write=True) as session:
        assert sessions.find(session, login, BY.at) is None
        with pytest.raises(BadCredentials):
            accounts.use_link(session, old_link, BY)
        assert accounts.use_link(session, secret, BY).id == account.id


def test_a_link_does_not_stand_in_for_the_second_factor(app: Flask) -> None:
    account = an_account("owner")
    with transaction(write=True) as session:
        secret = accounts.make_link(session, account, BY)
    with pytest.raises(BadCredentials, match="second factor"), transaction(write=True) as session:
        accounts.use_link(session, secret, BY)
    with transaction(write=True) as session:
        codes = second_factor.renew_recovery_codes(session, account, BY)
        assert accounts.use_link(session, secret, BY, codes[0]).id == account.id


def test_links_of_a_disabled_account_are_void(app: Flask) -> None:
    account = an_account()
    with transaction(write=True) as session:
        before = accounts.make_link(session, account, BY)
    disable(account)
    with transaction(write=True) as session:
        after = accounts.make_link(session, account, BY)
        for secret in (before, after):
            with pytest.raises(BadCredentials):
                accounts.use_link(session, secret, BY)
        accounts.enable(session, account, BY)
        with pytest.raises(BadCredentials):
            accounts.use_link(session, before, BY)


def test_a_reset_second_factor_ends_the_sessions(app: Flask) -> None:
    account = an_account("owner")
    with transaction(write=True) as session:
        login = sessions.begin(session, account, "", BY.at)
        accounts.reset_second_factor(session, account, BY)
        assert sessions.find(session, login, BY.at) is None
    assert not second_factor.has(of(account))


def test_every_act_is_in_the_log_and_no_secret(app: Flask) -> None:
    account = an_account(name="张三", unit="考核组")
    with transaction(write=True) as session:
        secret = accounts.replace_password(session, account, BY)
        accounts.reset_second_factor(session, account, BY)
        accounts.disable(session, account, BY)
        accounts.enable(session, account, BY)
        audit.verify(session)
        said = session.execute(text("SELECT act, detail FROM audit ORDER BY number")).all()
    assert [act for act, _ in said] == [
        "account",
        "login-link",
        "second-factor-reset",
        "account-disabled",
        "account-enabled",
    ]
    assert all("张三" in detail for _, detail in said)
    assert "考核组" in said[0].detail
    assert secret not in repr(said)
