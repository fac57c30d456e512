"""Attempts at a password or a number: each is counted before it is made, and taken back where it succeeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.errors import ClonedPasskey, PasswordsBusy, TooManyAttempts
from survey.services.accounts import hashing, login_throttle, passkeys
from survey.services.accounts.accounts import Account
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.context import now
from survey.web.errors import page

from .strangers import require_patience

_CONFIRMING = "confirming"


@dataclass
class Attempt:
    """One attempt; while it is ``half``, it stays counted: what is still asked for could be guessed at."""

    half: bool = False


@contextmanager
def counted(name: str, place: str, attempts: int = 1) -> Iterator[Attempt]:
    """Count one attempt under a name; an exception in the block means that it failed.

    ``attempts`` is how many a success takes back: the halves before it too. No transaction may be open around
    it: the failure has to be kept. Raises ``TooManyAttempts``.
    """
    with transaction(write=True) as session:
        login_throttle.take(session, name, place, now())
    attempt = Attempt()
    try:
        yield attempt
    except ClonedPasskey:
        with transaction(write=True) as session:
            passkeys.note_clone(session, name, now())
        raise
    if not attempt.half:
        with transaction(write=True) as session:
            login_throttle.give_back(session, name, place, now(), attempts)


@contextmanager
def room_to_hash(place: str = _CONFIRMING) -> Iterator[None]:
    """Have room for one password from a place; to be taken before the attempt is counted.

    Raises ``PasswordsBusy`` at once where there is none: with nothing written, nor read of the account.
    """
    if place == login_throttle.ELSEWHERE:
        require_patience()
        with hashing.STRANGERS.taken():
            yield
    else:
        with hashing.HOUSE.taken():
            yield


@contextmanager
def confirming(account: Account) -> Iterator[None]:
    """Count one attempt of somebody logged in to confirm an act by password or second factor."""
    with counted(account.name, _CONFIRMING):
        yield


def wait_sentence(seconds: int) -> str:
    """Return the sentence that says how long to wait."""
    return str(_("连续多次没有通过验证，请 %(minutes)s 分钟后再试。", minutes=-(-seconds // 60)))


def busy_sentence(seconds: int) -> str:
    """Return the sentence that says that others' passwords are being checked."""
    return str(_("现在登录的人太多，系统还没有核对您的密码。请 %(seconds)s 秒后再试。", seconds=seconds))


@blueprint.errorhandler(TooManyAttempts)
@blueprint.errorhandler(PasswordsBusy)
def _wait(error: TooManyAttempts | PasswordsBusy) -> ResponseReturnValue:
    sentence = busy_sentence if isinstance(error, PasswordsBusy) else wait_sentence
    answer = make_response(page(429, type(error).__name__, sentence(error.seconds)))
    answer.headers["Retry-After"] = str(error.seconds)
    return answer
