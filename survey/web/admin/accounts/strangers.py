"""How many passwords are checked for strangers' devices, whatever names they give: one budget for all.

It is the same for names that exist and for names that do not, so being refused tells nothing. Nothing of
whoever asks is kept, only until when the budget is used up.
"""

import math
import time
from collections.abc import Callable
from threading import Lock

from flask import current_app
from flask.blueprints import BlueprintSetupState

from survey.domain.errors import PasswordsBusy
from survey.web.admin.blueprint import blueprint

A_SECOND = 2
"""Passwords a second that are checked without end, in each process."""
AT_ONCE = 30
"""Passwords at one moment: a whole office that logs in for the first time."""

_NAME = "minping_strangers"


class Strangers:
    """One budget that fills up again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._busy_until = clock()

    def take(self) -> float:
        """Take one attempt; return the seconds to wait instead, or 0."""
        with self._lock:
            now = self._clock()
            busy_until = max(self._busy_until, now)
            late = busy_until - now - (AT_ONCE - 1) / A_SECOND
            if late > 0:
                return late
            self._busy_until = busy_until + 1 / A_SECOND
            return 0.0


def require_patience() -> None:
    """Admit this request to the check of passwords, or raise ``PasswordsBusy`` with the seconds to wait."""
    strangers: Strangers = current_app.extensions[_NAME]
    late = strangers.take()
    if late:
        raise PasswordsBusy(math.ceil(late))


@blueprint.record
def _start(state: BlueprintSetupState) -> None:
    state.app.extensions[_NAME] = Strangers()
