"""What a passkey is asked: one at a time, for one purpose, for a short while."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from survey.services.accounts import passkey_challenges
from survey.storage.database import transaction
from tests.services.accounts.test_passkeys import asked, check, refused, with_passkey

from .test_second_factor import later


def test_a_challenge_is_used_up_by_a_wrong_answer_too(app: Flask) -> None:
    account, key = with_passkey()
    options = asked(account)
    refused(account, replace(key, flags=0).sign(options), "User Present")
    refused(account, key.sign(options), "asked for this")


@pytest.mark.parametrize(("seconds", "fits"), [(299, True), (300, False), (3600, False)])
def test_a_challenge_is_short_lived(app: Flask, seconds: int, fits: bool) -> None:
    account, key = with_passkey()
    answer = key.sign(asked(account))
    if fits:
        check(account, answer, by=later(seconds))
    else:
        refused(account, answer, "too long ago", by=later(seconds))


@pytest.mark.parametrize(
    "purpose", ["login", "link", "passkey-add", "sign small sha256:01", "sign other sha256:00", ""]
)
def test_what_was_signed_for_one_purpose_is_nothing_for_another(app: Flask, purpose: str) -> None:
    account, key = with_passkey()
    refused(account, key.sign(asked(account, purpose)), "asked for this")
    check(account, key.sign(asked(account)))


def test_what_was_signed_in_one_session_is_nothing_in_another(app: Flask) -> None:
    account, key = with_passkey()
    refused(account, key.sign(asked(account, place="another session")), "asked for this")


def test_a_session_has_one_challenge_at_a_time(each_app: Flask) -> None:
    account, key = with_passkey()
    first, second = asked(account), asked(account, "login")
    refused(account, key.sign(first), "asked for this")
    check(account, key.sign(second), "login")
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM passkey_challenges")).scalar() == 0


def test_challenges_do_not_pile_up(each_app: Flask) -> None:
    account, _ = with_passkey()
    for place in range(20):
        asked(account, place=str(place))
    asked(account, by=later(passkey_challenges.LIFE.total_seconds() + 1))
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM passkey_challenges")).scalar() == 1
