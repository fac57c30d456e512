"""Who says whom written names mean: how many accounts, and when one is released by an owner.

A release frees a place and nothing else: what the released account chose stays a choice, so that nobody can
send tellers away until those are left who agree with him (docs/decisions/0073-released-tellers.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.domain.ballot.written_names import one_line
from survey.domain.definition.names import is_clear, seen
from survey.domain.errors import BadReason, CannotRelease

MAX_TELLERS = 3
"""So many accounts may decide at a time: two, and one who decides where these do not agree."""
MAX_ACCOUNTS = 5
"""So many accounts may decide in all, whoever was released or disabled meanwhile."""
MAX_REASON_LENGTH = 60


@dataclass(frozen=True)
class TellerPlaces:
    """The accounts that ever took part, each with whether it was released; ``able`` hold a place now.

    An account that was disabled, or may no longer decide, holds none: nobody waits for it.
    """

    released: Mapping[str, bool]
    able: frozenset[str]

    @property
    def is_full(self) -> bool:
        """Return whether no place is free."""
        return len(self.able) >= MAX_TELLERS

    def decides(self, account: str) -> bool:
        """Return whether an account took part and was not released since."""
        return self.released.get(account) is False

    def has_room(self, account: str) -> bool:
        """Return whether an account may take a place; one that had been released may come back to one."""
        known = account in self.released
        return not self.is_full and (known or len(self.released) < MAX_ACCOUNTS)


def require_releasable(places: TellerPlaces, account: str, *, are_open: bool) -> None:
    """Refuse with ``CannotRelease`` to release an account where that would help nobody."""
    if account not in places.able:
        raise CannotRelease("no-place", f'"{account}" holds no place that could be freed')
    if not are_open:
        raise CannotRelease("decided", "all wordings are decided: nobody waits for anybody")
    if not places.is_full:
        raise CannotRelease("free", "a place is free: another account can take part without a release")


def require_impartial(owner: str, places: TellerPlaces, *, is_doubtful: bool) -> None:
    """Refuse with ``CannotRelease`` an owner who decides as well, or whose account another one got at.

    ``is_doubtful`` says that it was made, reset or enabled by another account after arming: one person would
    decide by one account and send tellers away by the other.
    """
    if owner in places.released:
        raise CannotRelease("party", f'"{owner}" decides on the written names, and releases nobody')
    if is_doubtful:
        raise CannotRelease("reset", f'the account "{owner}" was made or reset by another after arming')


def require_reason(typed: str) -> str:
    """Return the reason of a release in one line; raises ``BadReason``."""
    reason = one_line(typed)
    if not seen(reason):
        raise BadReason("empty", "a release has a reason")
    if len(reason) > MAX_REASON_LENGTH:
        raise BadReason("too-long", f"at most {MAX_REASON_LENGTH} characters of reason")
    if not is_clear(reason):
        raise BadReason("unreadable", "the reason holds a sign that nobody sees")
    return reason
