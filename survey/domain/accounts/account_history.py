"""What was done to the accounts that sign, by whose hand, and who vouched for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from survey.domain.audit.acts import FACTOR_ACTS, PASSWORD_ACTS, Act

from .roles import Role


class Hand(StrEnum):
    """Whose hand an act was: the account's own, another account's, or of who runs commands on the server."""

    HOLDER = "holder"
    ACCOUNT = "account"
    MACHINE = "machine"


class ConfirmingRole(StrEnum):
    """In which role a reset was confirmed."""

    OWNER = Role.OWNER.value
    SIGNER = Role.SCRUTINEER.value
    MACHINE = "command line"


@dataclass(frozen=True)
class Change:
    """One act on an account: its number in the log, when, on which account, what, by whom."""

    number: int
    at: datetime
    about: str
    act: str
    actor: str
    hand: Hand

    @property
    def is_reset(self) -> bool:
        """Return whether somebody else than the holder did it."""
        return self.hand is not Hand.HOLDER


@dataclass(frozen=True)
class Confirmation:
    """Somebody vouched that resets of an account (their numbers in the log) were right."""

    number: int
    at: datetime
    actor: str
    hand: Hand
    role: ConfirmingRole
    about: str
    resets: frozenset[int]


@dataclass(frozen=True)
class Confirmed:
    """Who confirmed a reset, when and in which role, and how that account itself had come about."""

    at: datetime
    actor: str
    role: ConfirmingRole
    made: Change | None


@dataclass(frozen=True)
class Reset:
    """One reset after arming; one by another account is to be confirmed before the account signs."""

    change: Change
    confirmed: Confirmed | None

    @property
    def is_open(self) -> bool:
        """Return whether it still waits for a confirmation."""
        return self.change.hand is Hand.ACCOUNT and self.confirmed is None


@dataclass(frozen=True)
class AccountStanding:
    """How an account stood when it signed.

    ``password`` and ``factor`` are what the holder last did, ``password_reset`` and ``factor_reset`` what
    others last did; ``resets`` is everything that others did after arming.
    """

    made: Change | None
    password: Change | None
    password_reset: Change | None
    factor: Change | None
    factor_reset: Change | None
    resets: tuple[Reset, ...] = ()


@dataclass(frozen=True)
class AccountActs:
    """All that was done to accounts, seen from one campaign: ``armed`` is the number of its arming.

    ``alone`` tells that one account signs its count: then there is no other signer whose word could count.
    """

    changes: tuple[Change, ...]
    armed: int
    confirmations: tuple[Confirmation, ...] = ()
    alone: bool = False

    def made(self, name: str) -> Change | None:
        """Return how an account was made."""
        return self._last(name, lambda change: change.act == Act.ACCOUNT)

    def resets(self, name: str, upto: int | None = None) -> list[Change]:
        """List what others did to an account after arming, up to a number of the log."""
        return [
            change
            for change in self.changes
            if change.about == name
            and change.is_reset
            and change.number > self.armed
            and (upto is None or change.number <= upto)
        ]

    def is_doubtful(self, name: str, upto: int | None = None) -> bool:
        """Return whether another account may have taken this one over after arming."""
        return any(change.hand is Hand.ACCOUNT for change in self.resets(name, upto))

    def hands(self, actor: str, before: int) -> set[str]:
        """Name the accounts whose holders may have been behind an actor's act.

        The actor itself, whoever had reset it after arming, whoever had reset those before that, and so on.
        """
        latest, todo = {actor: before}, [actor]
        while todo:
            name = todo.pop()
            for change in self.resets(name, latest[name] - 1):
                if change.hand is Hand.ACCOUNT and latest.get(change.actor, 0) < change.number:
                    latest[change.actor] = change.number
                    todo.append(change.actor)
        return set(latest)

    def may_confirm(self, actor: str, hand: Hand, change: Change, at: int | None = None) -> bool:
        """Return whether an actor is somebody else than whoever may have been behind a reset.

        Whoever runs commands on the server is. An account is not that was itself reset by another one after
        arming: that would be one person with two accounts.
        """
        if hand is Hand.MACHINE:
            return True
        return not self.is_doubtful(actor, at) and actor not in self.hands(change.actor, change.number)

    def confirmation_of(self, change: Change, other: str | None = None) -> Confirmation | None:
        """Return who confirmed a reset, if anybody did who could.

        A signer's word counts under a count that this signer, ``other``, signs too; ``None`` takes anybody's,
        as the second signer is not known yet.
        """
        for one in self.confirmations:
            if change.number not in one.resets or one.about != change.about or one.number < change.number:
                continue
            if one.role is ConfirmingRole.SIGNER and (self.alone or other not in (None, one.actor)):
                continue
            if self.may_confirm(one.actor, one.hand, change, one.number):
                return one
        return None

    def standing(self, name: str, other: str | None = None, upto: int | None = None) -> AccountStanding:
        """Return how an account stands, or stood at a number of the log, for a campaign."""

        def last(acts: frozenset[Act], *, by_others: bool) -> Change | None:
            return self._last(name, lambda one: one.act in acts and one.is_reset is by_others, upto)

        return AccountStanding(
            self.made(name),
            last(PASSWORD_ACTS, by_others=False),
            last(PASSWORD_ACTS, by_others=True),
            last(FACTOR_ACTS, by_others=False),
            last(FACTOR_ACTS, by_others=True),
            tuple(Reset(one, self._confirmed(one, other)) for one in self.resets(name, upto)),
        )

    def _confirmed(self, change: Change, other: str | None) -> Confirmed | None:
        one = self.confirmation_of(change, other)
        return Confirmed(one.at, one.actor, one.role, self.made(one.actor)) if one else None

    def _last(self, name: str, fits: Callable[[Change], bool], upto: int | None = None) -> Change | None:
        found = None
        for change in self.changes:
            if change.about == name and fits(change) and (upto is None or change.number <= upto):
                found = change
        return found


# As facts of the log


def to_facts(standing: AccountStanding) -> dict[str, Any]:
    """Write a standing down as facts of the log; what is not known is left out."""
    changes = {name: getattr(standing, name) for name in _CHANGES}
    facts: dict[str, Any] = {name: _written(change) for name, change in changes.items() if change}
    facts["resets"] = [
        _written(one.change) | ({"confirmed": _confirmed(one.confirmed)} if one.confirmed else {})
        for one in standing.resets
    ]
    return facts


def from_facts(name: str, facts: Mapping[str, Any]) -> AccountStanding:
    """Read the standing of an account that ``to_facts`` wrote down."""
    return AccountStanding(
        **{key: _read(name, facts.get(key)) for key in _CHANGES},
        resets=tuple(_reset(name, one) for one in facts["resets"]),
    )


_CHANGES = ("made", "password", "password_reset", "factor", "factor_reset")


def _written(change: Change) -> dict[str, Any]:
    at = change.at.isoformat(timespec="seconds")
    return {"entry": change.number, "at": at, "act": change.act, "by": change.actor, "hand": change.hand}


def _confirmed(confirmed: Confirmed) -> dict[str, Any]:
    facts = {"at": confirmed.at.isoformat(timespec="seconds"), "by": confirmed.actor, "role": confirmed.role}
    return facts | ({"made": _written(confirmed.made)} if confirmed.made else {})


def _read(name: str, facts: Mapping[str, Any] | None) -> Change | None:
    return _change(name, facts) if facts else None


def _change(name: str, facts: Mapping[str, Any]) -> Change:
    at = datetime.fromisoformat(facts["at"])
    return Change(facts["entry"], at, name, facts["act"], facts["by"], Hand(facts["hand"]))


def _reset(name: str, facts: Mapping[str, Any]) -> Reset:
    one = facts.get("confirmed")
    return Reset(
        _change(name, facts),
        Confirmed(
            datetime.fromisoformat(one["at"]),
            one["by"],
            ConfirmingRole(one["role"]),
            _read(one["by"], one.get("made")),
        )
        if one
        else None,
    )


def changes_of(acts: Iterable[tuple[int, datetime, str, str, str]], accounts: frozenset[str]) -> list[Change]:
    """Make changes of acts on accounts: number, moment, actor, act and account of each.

    An actor is an account where one has that name; accounts are never deleted or renamed, and none may be
    called as the command line is, so no account passes for the machine.
    """
    return [
        Change(number, at, about, act, actor, hand_of(actor, about, accounts))
        for number, at, actor, act, about in acts
    ]


def hand_of(actor: str, about: str, accounts: frozenset[str]) -> Hand:
    """Return whose hand did an actor's act on an account: its holder's, another's, or the server's."""
    if actor not in accounts:
        return Hand.MACHINE
    return Hand.HOLDER if actor == about else Hand.ACCOUNT
