"""Ballot accounting: issued, voided, unused, returned, on paper, valid, spoiled, unreadable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class GroupAccount:
    """The account of one rater group, or of all.

    ``returned`` is the number of codes spent; ``unreadable`` those of them without a ballot that could be
    read (negative where the box held more ballots than codes were spent). ``valid`` and ``spoiled`` are
    ``None`` where they may not be shown, ``present`` where nobody counted the people present. ``paper`` are
    those of the returned that came on paper: ``None`` where nobody votes on paper, or it may not be shown.
    """

    issued: int
    voided: int
    returned: int
    valid: int | None
    spoiled: int | None
    unreadable: int
    present: int | None = None
    paper: int | None = None

    @property
    def unused(self) -> int:
        """Return how many codes were neither spent nor voided."""
        return self.issued - self.voided - self.returned

    @property
    def by_phone(self) -> int | None:
        """Return how many of the returned came from a phone; ``None`` as ``paper`` is."""
        return None if self.paper is None else self.returned - self.paper

    def without_validity(self) -> "GroupAccount":
        """Leave out how many were valid and how many spoiled, and how many came on paper.

        A phone's page lets hardly anything through that is spoiled: where one group alone voted on paper, its
        spoiled ballots would be all there are.
        """
        return replace(self, valid=None, spoiled=None, paper=None)


@dataclass(frozen=True)
class Accounting:
    """The accounts of all rater groups, in order, and their total."""

    groups: Mapping[str, GroupAccount]
    total: GroupAccount

    @classmethod
    def of(cls, groups: Mapping[str, GroupAccount]) -> "Accounting":
        """Add the groups' accounts up; persons present only where every group has a number."""
        accounts = list(groups.values())
        total = GroupAccount(
            issued=sum(account.issued for account in accounts),
            voided=sum(account.voided for account in accounts),
            returned=sum(account.returned for account in accounts),
            valid=_sum(account.valid for account in accounts),
            spoiled=_sum(account.spoiled for account in accounts),
            unreadable=sum(account.unreadable for account in accounts),
            present=_sum(account.present for account in accounts),
            paper=_sum(account.paper for account in accounts) if accounts else None,
        )
        return cls(dict(groups), total)

    def for_readers(self, minimum: int) -> "Accounting":
        """Return what official tables and published pages say of it: paper only where ``tells_paper``."""
        if self.tells_paper(minimum):
            return self
        groups = {key: replace(account, paper=None) for key, account in self.groups.items()}
        return Accounting(groups, replace(self.total, paper=None))

    def tells_paper(self, minimum: int) -> bool:
        """Return whether readers may learn how many came on paper: nowhere were few alone in how they voted.

        In every group those on paper, and those by phone, are none or at least ``minimum``; and of no group
        valid and spoiled are withheld.
        """

        def _is_few(number: int | None) -> bool:
            return number is None or 0 < number < minimum

        return bool(self.groups) and all(
            account.valid is not None and not _is_few(account.paper) and not _is_few(account.by_phone)
            for account in self.groups.values()
        )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number for number in known if number is not None)
