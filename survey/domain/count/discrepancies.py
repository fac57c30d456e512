"""What does not add up in a count, each as a named finding; ``str()`` is a plain English sentence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .accounting import Accounting

MAX_NAMED = 20
"""So many repeated receipts are named one by one; a forger could make any number."""


class DiscrepancyKind(StrEnum):
    """What was found."""

    UNREADABLE = "unreadable"
    SURPLUS = "surplus"
    COPIES = "copies"
    RECEIPT = "receipt"
    RECEIPTS = "receipts"
    CODES_GONE = "codes-gone"
    PRESENT = "present"
    PRESENT_UNKNOWN = "present-unknown"
    ISSUED_SET = "issued-set"
    RECOUNT = "recount"
    NAMES_OPEN = "names-open"
    URN = "urn"


AGAINST_SIGNING = frozenset(
    {
        DiscrepancyKind.SURPLUS,
        DiscrepancyKind.CODES_GONE,
        DiscrepancyKind.PRESENT,
        DiscrepancyKind.PRESENT_UNKNOWN,
        DiscrepancyKind.ISSUED_SET,
        DiscrepancyKind.RECOUNT,
        DiscrepancyKind.NAMES_OPEN,
    }
)
"""A count with one of these cannot be signed."""

_SENTENCES = {
    DiscrepancyKind.UNREADABLE: "group {group}: {number} of {of} returned ballots could not be read",
    DiscrepancyKind.SURPLUS: (
        "group {group}: {number} ballots were in the box, but only {of} codes were spent"
    ),
    DiscrepancyKind.COPIES: "{number} copies of sealed ballots were in the box; each was counted once",
    DiscrepancyKind.RECEIPT: "receipt {receipt} occurs {number} times",
    DiscrepancyKind.RECEIPTS: "{number} more receipts occur more than once",
    DiscrepancyKind.CODES_GONE: "group {group} has fewer codes than were issued",
    DiscrepancyKind.PRESENT: "group {group} returned {number} ballots of {of} persons present",
    DiscrepancyKind.PRESENT_UNKNOWN: (
        "group {group} was small and got codes while voting ran, and nobody noted the persons present; "
        "next: minping campaign present CODE --group {group} --number N"
    ),
    DiscrepancyKind.ISSUED_SET: "the set of issued codes is not the one that the log names",
    DiscrepancyKind.RECOUNT: "the recount differs from the count",
    DiscrepancyKind.NAMES_OPEN: (
        "names that are not on a list are not decided yet; two accounts decide on them, on the pages"
    ),
    DiscrepancyKind.URN: (
        "{number} paper ballots were counted by hand in the urn, but {of} were put into the box or refused"
    ),
}


@dataclass(frozen=True)
class Discrepancy:
    """One thing that does not add up: where, how many, of how many."""

    kind: DiscrepancyKind
    group: str = ""
    number: int = 0
    of: int = 0
    receipt: str = ""

    def __str__(self) -> str:
        return _SENTENCES[self.kind].format(
            group=self.group, number=self.number, of=self.of, receipt=self.receipt
        )


def of_accounting(accounting: Accounting) -> Iterator[Discrepancy]:
    """Find what does not add up in the accounts of the groups."""
    for group, account in accounting.groups.items():
        if account.unreadable > 0:
            yield Discrepancy(DiscrepancyKind.UNREADABLE, group, account.unreadable, account.returned)
        if account.unreadable < 0:
            yield Discrepancy(
                DiscrepancyKind.SURPLUS, group, account.returned - account.unreadable, account.returned
            )
        if account.unused < 0:
            yield Discrepancy(DiscrepancyKind.CODES_GONE, group)
        if account.present is not None and account.returned > account.present:
            yield Discrepancy(DiscrepancyKind.PRESENT, group, account.returned, account.present)


def of_presence(
    accounting: Accounting, noted: Mapping[str, int], lacking: Iterable[str]
) -> Iterator[Discrepancy]:
    """Find what stands against persons present noted after the count, and where they are ``lacking``."""
    for group, account in accounting.groups.items():
        if account.present is None and account.returned > noted.get(group, account.returned):
            yield Discrepancy(DiscrepancyKind.PRESENT, group, account.returned, noted[group])
    for group in lacking:
        yield Discrepancy(DiscrepancyKind.PRESENT_UNKNOWN, group)


def of_urn(paper: int | None, refused: int, by_hand: int | None) -> Iterator[Discrepancy]:
    """Compare the paper ballots in the box, and those refused after scanning, with a count by hand.

    Where nobody votes on paper, or nobody counted, there is nothing to compare. Sheets of which no code could
    be read are in neither: why the numbers differ is for people to say, and no ground not to sign.
    """
    if paper is not None and by_hand is not None and by_hand != paper + refused:
        yield Discrepancy(DiscrepancyKind.URN, number=by_hand, of=paper + refused)


def of_receipts(repeated: Iterable[tuple[str, int]]) -> Iterator[Discrepancy]:
    """Name receipts that occur more than once, each with how often; many only by their number."""
    found = list(repeated)
    for receipt, times in found[:MAX_NAMED]:
        yield Discrepancy(DiscrepancyKind.RECEIPT, receipt=receipt, number=times)
    if len(found) > MAX_NAMED:
        yield Discrepancy(DiscrepancyKind.RECEIPTS, number=len(found) - MAX_NAMED)


def of_copies(copies: int) -> Iterator[Discrepancy]:
    """Return the notes on copies of sealed ballots: how many were left out."""
    if copies:
        yield Discrepancy(DiscrepancyKind.COPIES, number=copies)
