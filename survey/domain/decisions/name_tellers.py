"""Who says whom written names mean: how many accounts, when one is released, and when one more is admitted.

A release frees a place and nothing else: what the released account chose stays a choice, so that nobody can
send tellers away until those are left who agree with him (docs/decisions/0073-released-tellers.md).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from survey.domain.ballot.written_names import one_line
from survey.domain.definition.names import is_clear, seen
from survey.domain.errors import BadReason, CannotRelease, CannotTakePart, WrongState

MAX_TELLERS = 3
"""So many accounts may decide at a time: two, and one who decides where these do not agree."""
MAX_ACCOUNTS = 5
"""So many accounts may decide in all, whoever was released or disabled; more are admitted one by one."""
MAX_REASON_LENGTH = 60


@dataclass(frozen=True)
class TellerPlaces:
    """The accounts that ever took part, each with whether it was released; ``able`` hold a place now.

    An account that was disabled, or may no longer decide, holds none: nobody waits for it. ``replaced`` are
    those that were enabled again and found three others. ``admitted`` may take part though five did.
    """

    tellers: Mapping[str, bool]
    able: frozenset[str]
    replaced: frozenset[str] = frozenset()
    admitted: frozenset[str] = frozenset()

    @property
    def is_full(self) -> bool:
        """Return whether no place is free."""
        return len(self.able) >= MAX_TELLERS

    @property
    def is_used_up(self) -> bool:
        """Return whether so many took part that another account has to be admitted first."""
        return len(self.tellers) >= MAX_ACCOUNTS

    def decides(self, account: str) -> bool:
        """Return whether an account took part, was not released since, and not replaced while disabled."""
        return self.tellers.get(account) is False and account not in self.replaced

    def has_room(self, account: str) -> bool:
        """Return whether an account may take a place; one that had been released may come back to one."""
        may_come = account in self.tellers or account in self.admitted or not self.is_used_up
        return not self.is_full and may_come


def places_of(
    tellers: Mapping[str, bool],
    able: Collection[str],
    back: Collection[str] = (),
    admitted: Collection[str] = (),
) -> TellerPlaces:
    """Work out who holds a place: ``back`` from a disabling get only what others leave."""
    held = frozenset(able) - frozenset(back)
    returned = sorted(frozenset(able) & frozenset(back))
    room = max(MAX_TELLERS - len(held), 0)
    return TellerPlaces(
        tellers, held | frozenset(returned[:room]), frozenset(returned[room:]), frozenset(admitted)
    )


def require_room(places: TellerPlaces, account: str) -> None:
    """Refuse with ``CannotTakePart`` an account that may not take a place."""
    if places.has_room(account):
        return
    if places.is_full:
        raise CannotTakePart("full", f"{', '.join(sorted(places.able))} decide, and no place is free")
    raise CannotTakePart(
        "used-up", f"{len(places.tellers)} accounts took part so far, of at most {MAX_ACCOUNTS}"
    )


def require_admissible(places: TellerPlaces, account: str, *, are_open: bool) -> None:
    """Refuse with ``WrongState`` to admit an account where that would help nobody."""
    if not are_open:
        raise WrongState("all wordings are decided: nobody waits for anybody")
    if account in places.tellers:
        raise WrongState(f'"{account}" took part already, and may come back to a free place as it is')
    if account in places.admitted:
        raise WrongState(f'"{account}" is admitted already')
    if not places.is_used_up:
        raise WrongState(
            f'only {len(places.tellers)} of {MAX_ACCOUNTS} accounts took part: "{account}" can do so as it is'
        )


def require_releasable(places: TellerPlaces, account: str, *, are_open: bool) -> None:
    """Refuse with ``CannotRelease`` to release an account where that would help nobody."""
    if account not in places.able:
        raise CannotRelease("no-place", f'"{account}" holds no place that could be freed')
    if not are_open:
        raise CannotRelease("decided", "all wordings are decided: nobody waits for anybody")
    if places.is_full:
        return
    if places.is_used_up:
        raise CannotRelease(
            "used-up",
            f"a place is free, but {len(places.tellers)} accounts took part: one of them can come back, "
            "or another one be admitted on the server by: minping admin admit-teller",
        )
    raise CannotRelease("free", "a place is free: another account can take part without a release")


def require_impartial(
    owner: str, places: TellerPlaces, *, is_doubtful: bool, has_reset: bool = False
) -> None:
    """Refuse with ``CannotRelease`` an owner who decides as well, or whose account another one got at.

    ``is_doubtful`` says that it was made, reset or enabled by another account after arming: one person would
    decide by one account and send tellers away by the other. ``has_reset`` says that this owner reset a
    teller, and nobody confirmed that.
    """
    if owner in places.tellers:
        raise CannotRelease("party", f'"{owner}" decides on the written names, and releases nobody')
    if is_doubtful:
        raise CannotRelease("reset", f'the account "{owner}" was made or reset by another after arming')
    if has_reset:
        raise CannotRelease("resetter", f'"{owner}" reset a teller, and nobody confirmed that it was right')


def require_reason(typed: str) -> str:
    """Return the reason of a release or an admission in one line; raises ``BadReason``."""
    reason = one_line(typed)
    if not seen(reason):
        raise BadReason("empty", "there has to be a reason")
    if len(reason) > MAX_REASON_LENGTH:
        raise BadReason("too-long", f"at most {MAX_REASON_LENGTH} characters of reason")
    if not is_clear(reason):
        raise BadReason("unreadable", "the reason holds a sign that nobody sees")
    return reason
