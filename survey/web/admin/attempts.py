"""Attempts at a password or a number: each is counted before it is made, and taken back where it succeeds."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.errors import TooManyAttempts
from survey.services import lockout
from survey.services.accounts import Account
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.errors import page

from .blueprint import blueprint

_CONFIRMING = "confirming"


@contextmanager
def counted(name: str, place: str) -> Iterator[None]:
    """Count one attempt under a name; an exception in the block means that it failed.

    No transaction may be open around it: the failure has to be kept. Raises ``TooManyAttempts``.
    """
    with transaction(write=True) as session:
        lockout.take(session, name, place, now())
    yield
    with transaction(write=True) as session:
        lockout.give_back(session, name, place, now())


@contextmanager
def confirming(account: Account) -> Iterator[None]:
    """Count one attempt of somebody logged in to confirm an act by password or second factor."""
    with counted(account.name, _CONFIRMING):
        yield


def wait_sentence(seconds: int) -> str:
    """Say how long to wait."""
    return str(_("连续多次没有通过验证，请 %(minutes)s 分钟后再试。", minutes=-(-seconds // 60)))


@blueprint.errorhandler(TooManyAttempts)
def _wait(error: TooManyAttempts) -> ResponseReturnValue:
    answer = make_response(page(429, "TooManyAttempts", wait_sentence(error.seconds)))
    answer.headers["Retry-After"] = str(error.seconds)
    return answer
