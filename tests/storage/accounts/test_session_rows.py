"""Sessions and failed logins as rows: ended by account, by age, and bounded in number."""

from sqlalchemy.orm import Session

from survey.storage.accounts import session_rows as rows
from survey.storage.accounts.session_rows import Failures, LoginSession

from ..stored import AT, HOUR, SECOND, account


def begin(session: Session, digest: bytes, owner: int, hours: int = 0, began: int = 0) -> LoginSession:
    login = LoginSession(digest, owner, "Firefox", AT + began * HOUR, AT + hours * HOUR)
    rows.add_session(session, login)
    return login


def left(session: Session, *digests: bytes) -> list[bytes]:
    session.expire_all()
    return [digest for digest in digests if rows.find_session(session, digest)]


def test_a_session_comes_back_by_its_digest(session: Session) -> None:
    login = begin(session, b"a", account(session).id)
    assert rows.find_session(session, b"a") == login
    assert rows.find_session(session, b"b") is None


def test_sessions_of_one_account_the_one_seen_last_first(session: Session) -> None:
    mine, theirs = account(session).id, account(session, "李四").id
    for digest, owner, hours in ((b"a", mine, 1), (b"b", theirs, 3), (b"c", mine, 2)):
        begin(session, digest, owner, hours)
    assert [login.digest for login in rows.sessions_of(session, mine)] == [b"c", b"a"]
    rows.touch_session(session, b"a", AT + 5 * HOUR)
    session.expire_all()
    assert [login.seen_at for login in rows.sessions_of(session, mine)] == [AT + 5 * HOUR, AT + 2 * HOUR]


def test_nobody_ends_anothers_session(session: Session) -> None:
    mine, theirs = account(session).id, account(session, "李四").id
    begin(session, b"a", mine)
    rows.drop_session(session, theirs, b"a")
    assert left(session, b"a") == [b"a"]
    rows.drop_session(session, mine, b"a")
    assert left(session, b"a") == []


def test_all_of_an_account_or_all_but_one(session: Session) -> None:
    mine, theirs = account(session).id, account(session, "李四").id
    for digest, owner in ((b"a", mine), (b"b", mine), (b"c", mine), (b"d", theirs)):
        begin(session, digest, owner)
    rows.drop_sessions(session, mine, but=b"b")
    assert left(session, b"a", b"b", b"c", b"d") == [b"b", b"d"]
    rows.drop_sessions(session, mine)
    assert left(session, b"b", b"d") == [b"d"]
    rows.drop_all_sessions(session)
    assert left(session, b"d") == []


def test_what_was_not_seen_or_began_too_long_ago_is_over(session: Session) -> None:
    mine = account(session).id
    begin(session, b"idle", mine, hours=1, began=1)
    begin(session, b"old", mine, hours=9, began=0)
    begin(session, b"kept", mine, hours=2, began=1)
    rows.drop_old_sessions(session, AT + HOUR, AT)
    assert left(session, b"idle", b"old", b"kept") == [b"kept"]


def test_failures_begin_at_nought_and_are_kept(session: Session) -> None:
    assert rows.locked_failures(session, b"k", AT) == Failures(0, AT)
    rows.set_failures(session, b"k", Failures(3, AT + HOUR))
    session.expire_all()
    assert rows.locked_failures(session, b"k", AT + 9 * HOUR) == Failures(3, AT + HOUR)
    rows.drop_failures(session, b"k")
    session.expire_all()
    assert rows.locked_failures(session, b"k", AT + 9 * HOUR) == Failures(0, AT + 9 * HOUR)


def known(session: Session, keys: list[bytes]) -> list[bytes]:
    from sqlalchemy import select

    from survey.storage.tables import LoginFailureRow

    session.expire_all()
    found = set(session.scalars(select(LoginFailureRow.key)))
    return [key for key in keys if key in found]


def test_failures_whose_wait_is_long_over_are_forgotten(session: Session) -> None:
    keys = [b"a", b"b"]
    for key, at in zip(keys, (AT - SECOND, AT), strict=True):
        rows.locked_failures(session, key, at)
    rows.drop_old_failures(session, AT)
    assert known(session, keys) == [b"b"]


def test_only_so_many_are_kept_and_a_tenth_goes_at_once(session: Session) -> None:
    """Of twenty-one, twenty being kept, the one and two more go: those whose wait was over first."""
    keys = [bytes([at]) for at in range(21)]
    for at, key in enumerate(keys):
        rows.locked_failures(session, key, AT + at * HOUR)
    rows.keep_newest_failures(session, 21, but=b"")
    assert known(session, keys) == keys
    rows.keep_newest_failures(session, 20, but=keys[1])
    assert known(session, keys) == [keys[1], *keys[4:]]
