"""Passkeys and challenges as rows: a counter grows, a challenge is used once."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from survey.storage.accounts import passkey_rows as rows
from survey.storage.accounts.passkey_rows import Challenge, Passkey

from ..stored import AT, HOUR, SECOND, account


def passkey(owner: int, credential: bytes = b"c", counter: int = 0, hours: int = 0) -> Passkey:
    return Passkey(credential, owner, b"key", counter, "手机", AT + hours * HOUR)


def test_a_credential_is_stored_once_whosever_it_is(session: Session) -> None:
    mine, theirs = account(session).id, account(session, "李四").id
    assert rows.add_passkey(session, passkey(mine))
    assert not rows.add_passkey(session, passkey(theirs))
    assert rows.passkeys_of(session, mine) == [passkey(mine)]
    assert rows.passkeys_of(session, theirs) == []


def test_passkeys_stand_as_they_were_made(session: Session) -> None:
    mine = account(session).id
    for credential, hours in ((b"x", 2), (b"y", 1)):
        rows.add_passkey(session, passkey(mine, credential, hours=hours))
    assert [one.credential for one in rows.passkeys_of(session, mine)] == [b"y", b"x"]


@pytest.mark.parametrize(
    ("kept", "given", "taken"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_a_counter_grows_or_there_is_none(session: Session, kept: int, given: int, taken: bool) -> None:
    mine = account(session).id
    rows.add_passkey(session, passkey(mine, counter=kept))
    assert rows.note_use(session, b"c", given, AT + HOUR) is taken
    (found,) = rows.passkeys_of(session, mine)
    assert found.counter == (given if taken else kept)
    assert found.used_at == (AT + HOUR if taken else None)


def test_neither_key_nor_credential_is_written_where_a_passkey_is() -> None:
    shown = repr(passkey(1, b"credential"))
    assert "credential'" not in shown
    assert "b'key'" not in shown


def test_an_account_forgets_its_own(session: Session) -> None:
    mine, theirs = account(session).id, account(session, "李四").id
    for credential, owner in ((b"a", mine), (b"b", mine), (b"c", theirs)):
        rows.add_passkey(session, passkey(owner, credential))
    assert not rows.drop_passkey(session, mine, b"c")
    assert rows.drop_passkey(session, mine, b"a")
    assert not rows.drop_passkey(session, mine, b"a")
    assert rows.drop_passkeys(session, mine) == 1
    assert [one.credential for one in rows.passkeys_of(session, theirs)] == [b"c"]


@pytest.fixture
def challenge(session: Session) -> Challenge:
    made = Challenge(b"place", account(session).id, "login", b"sign this", AT + HOUR)
    rows.put_challenge(session, made)
    return made


def test_a_challenge_is_used_once(session: Session, challenge: Challenge) -> None:
    asked = (challenge.place, challenge.account_id, challenge.purpose)
    assert rows.take_challenge(session, *asked) == challenge
    assert rows.take_challenge(session, *asked) is None


def test_it_is_for_one_browser_account_and_purpose(session: Session, challenge: Challenge) -> None:
    for wrong in (
        (b"elsewhere", challenge.account_id, "login"),
        (b"place", challenge.account_id + 1, "login"),
        (b"place", challenge.account_id, "sign"),
    ):
        assert rows.take_challenge(session, *wrong) is None
    assert rows.take_challenge(session, b"place", challenge.account_id, "login") == challenge


def test_a_later_one_of_the_same_browser_takes_its_place(session: Session, challenge: Challenge) -> None:
    later = replace(challenge, purpose="sign", challenge=b"and this")
    rows.put_challenge(session, later)
    assert rows.take_challenge(session, b"place", challenge.account_id, "login") is None
    assert rows.take_challenge(session, b"place", challenge.account_id, "sign") == later


def test_what_expired_is_forgotten(session: Session, challenge: Challenge) -> None:
    rows.drop_old_challenges(session, challenge.expires_at)
    assert rows.take_challenge(session, b"place", challenge.account_id, "login") == challenge
    rows.put_challenge(session, challenge)
    rows.drop_old_challenges(session, challenge.expires_at + SECOND)
    assert rows.take_challenge(session, b"place", challenge.account_id, "login") is None
