"""Ballot accounting: issued, voided, unused, returned, valid, spoiled, unreadable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class GroupAccount:
    """The account of one rater group, or of all.

    ``returned`` is the number of codes spent; ``unreadable`` those of them without a ballot that could be
    read (negative where the box held more ballots than codes were spent). ``valid`` and ``spoiled`` are
    ``None`` where they may not be shown, ``present`` where nobody counted the people present.
    """

    issued: int
    voided: int
    returned: int
    valid: int | None
    spoiled: int | None
    unreadable: int
    present: int | None = None

    @property
    def unused(self) -> int:
        """Return how many codes were neither spent nor voided."""
        return self.issued - self.voided - self.returned

    def without_validity(self) -> "GroupAccount":
        """Leave out how many were valid and how many spoiled."""
        return replace(self, valid=None, spoiled=None)


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
        )
        return cls(dict(groups), total)


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number for number in known if number is not None)
