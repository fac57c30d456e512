"""Sessions: the server knows them by digests, ends them when they are idle or old, and on request."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from survey.services.accounts import accounts, sessions
from survey.services.accounts.accounts import Account
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import an_account

SECOND = timedelta(seconds=1)


def begin(account: Account, after: timedelta = timedelta(0), browser: str = "") -> str:
    with transaction(write=True) as session:
        return sessions.begin(session, account, browser, BY.at + after)


def who(secret: str, after: timedelta = timedelta(0)) -> str | None:
    with transaction() as session:
        present = sessions.find(session, secret, BY.at + after)
    return present.account.name if present else None


def touch(secret: str, after: timedelta) -> None:
    with transaction(write=True) as session:
        sessions.touch(session, secret, BY.at + after)


def test_a_session_says_who_it_is(each_app: Flask) -> None:
    one, other = an_account(name="张三"), an_account(name="李四")
    secrets = [begin(one), begin(other), begin(one)]
    assert len(set(secrets)) == 3
    assert [who(secret) for secret in secrets] == ["张三", "李四", "张三"]


@pytest.mark.parametrize("secret", ["", "x", "1", "\0", "链接", "\udcff", "a" * 100_000])
def test_no_such_session(each_app: Flask, secret: str) -> None:
    begin(an_account())
    assert who(secret) is None


def test_stored_is_a_digest_only(each_app: Flask) -> None:
    secret = begin(an_account())
    with transaction() as session:
        assert secret not in repr(session.execute(text("SELECT * FROM login_sessions")).all())


def test_idle(app: Flask) -> None:
    secret = begin(an_account())
    assert who(secret, sessions.IDLE - SECOND)
    assert who(secret, sessions.IDLE) is None
    touch(secret, sessions.IDLE - SECOND)
    assert who(secret, sessions.IDLE * 2 - 2 * SECOND)
    assert who(secret, sessions.IDLE * 2) is None


def test_however_busy_a_session_ends(app: Flask) -> None:
    secret = begin(an_account())
    touch(secret, sessions.MAX_DURATION - SECOND)
    assert who(secret, sessions.MAX_DURATION - SECOND)
    assert who(secret, sessions.MAX_DURATION) is None


def test_it_is_noted_once_a_minute_that_a_session_was_seen(app: Flask) -> None:
    secret = begin(an_account())
    with transaction() as session:
        for seconds, due in ((0, False), (59, False), (60, True), (600, True)):
            present = sessions.find(session, secret, BY.at + seconds * SECOND)
            assert present
            assert present.is_due == due


def test_a_disabled_account_is_out_at_once(each_app: Flask) -> None:
    account = an_account()
    secret = begin(account)
    with transaction(write=True) as session:
        accounts.disable(session, account, BY)
    assert who(secret) is None
    assert who(begin(account)) is None
    with transaction(write=True) as session:
        accounts.enable(session, account, BY)
    assert who(secret) is None


def test_ending(each_app: Flask) -> None:
    account, other = an_account(name="张三"), an_account(name="李四")
    first, second, third, theirs = begin(account), begin(account), begin(account), begin(other)
    with transaction(write=True) as session:
        sessions.end(session, account, first)
    assert [who(secret) for secret in (first, second, third)] == [None, "张三", "张三"]
    with transaction(write=True) as session:
        sessions.end_others(session, account, third)
    assert [who(secret) for secret in (second, third)] == [None, "张三"]
    with transaction(write=True) as session:
        sessions.end_all(session, account, BY)
    assert [who(secret) for secret in (third, theirs)] == [None, "李四"]


def test_the_list_is_ones_own(app: Flask) -> None:
    account, other = an_account(name="张三"), an_account(name="李四")
    here, there, theirs = begin(account), begin(account, SECOND), begin(other)
    with transaction(write=True) as session:
        listed = sessions.list_of(session, account, here, BY.at + SECOND)
        assert [found.is_this for found in listed] == [False, True]
        assert not any(secret in found.key for found in listed for secret in (here, there))
        foreign = sessions.list_of(session, other, theirs, BY.at)[0].key
        for key in (foreign, "", "x", "0" * 64, listed[0].key):
            sessions.end_listed(session, account, key, BY)
    assert [who(secret) for secret in (here, there, theirs)] == ["张三", None, "李四"]


def test_over_is_forgotten(each_app: Flask) -> None:
    account = an_account()
    begin(account)
    begin(account, sessions.IDLE)
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM login_sessions")).scalar() == 1


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) MicroMessenger/8.0", "WeChat · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox · Linux"),
        ("curl/8", ""),
        ("", ""),
        ("<script>" * 9999, ""),
    ],
    ids=["chrome", "edge", "wechat", "firefox", "curl", "nothing", "long"],
)
def test_what_is_kept_of_a_browser(said: str, short: str) -> None:
    assert sessions.browser_name(said) == short
