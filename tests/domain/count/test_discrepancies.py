"""What does not add up, each found once, with its numbers in the sentence."""

import pytest

from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.discrepancies import (
    AGAINST_SIGNING,
    MAX_NAMED,
    Discrepancy,
    DiscrepancyKind,
    of_accounting,
    of_copies,
    of_presence,
    of_receipts,
    of_urn,
)

SOUND = GroupAccount(20, 1, 6, 5, 1, 0, 9)


def accounts(**groups: GroupAccount) -> Accounting:
    return Accounting(groups, SOUND)


def said(found) -> list[str]:
    return [str(one) for one in found]


def test_what_adds_up_says_nothing() -> None:
    full = GroupAccount(7, 1, 6, 6, 0, 0, 6)  # every code used, everybody there voted
    assert said(of_accounting(accounts(A=SOUND, B=full))) == []
    assert said(of_presence(accounts(A=SOUND, B=full), {}, ())) == []


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        (GroupAccount(20, 1, 6, 3, 1, 2), "group A: 2 of 6 returned ballots could not be read"),
        (GroupAccount(20, 1, 6, 8, 1, -3), "group A: 9 ballots were in the box, but only 6 codes were spent"),
        (GroupAccount(6, 1, 6, 6, 0, 0), "group A has fewer codes than were issued"),
        (GroupAccount(20, 1, 6, 6, 0, 0, 5), "group A returned 6 ballots of 5 persons present"),
    ],
)
def test_each_account_that_does_not_add_up_is_named(account: GroupAccount, sentence: str) -> None:
    assert said(of_accounting(accounts(A=account, B=SOUND))) == [sentence]


def test_persons_noted_after_the_count_are_compared_where_none_were_before() -> None:
    unknown = GroupAccount(20, 1, 6, 6, 0, 0)
    both = accounts(A=unknown, B=SOUND)
    assert said(of_presence(both, {"A": 6}, ())) == []
    assert said(of_presence(both, {"A": 5, "B": 1}, ())) == [
        "group A returned 6 ballots of 5 persons present"
    ]
    (lacking,) = of_presence(both, {}, ["A"])
    assert lacking.kind is DiscrepancyKind.PRESENT_UNKNOWN
    assert "present CODE --group A --number N" in str(lacking)


def test_receipts_are_named_up_to_a_number_and_then_counted() -> None:
    named = [(f"{at:04}", 2) for at in range(MAX_NAMED)]
    assert said(of_receipts(named))[0] == "receipt 0000 occurs 2 times"
    assert len(said(of_receipts(named))) == MAX_NAMED
    more = said(of_receipts([*named, ("x", 3), ("y", 4)]))
    assert len(more) == MAX_NAMED + 1
    assert more[-1] == "2 more receipts occur more than once"


def test_copies_are_told_where_there_are_some() -> None:
    assert said(of_copies(0)) == []
    assert said(of_copies(2)) == ["2 copies of sealed ballots were in the box; each was counted once"]


@pytest.mark.parametrize(
    ("paper", "refused", "by_hand"), [(30, 0, 30), (30, 2, 32), (0, 0, 0), (30, 2, None), (None, 0, 30)]
)
def test_an_urn_that_agrees_or_was_not_counted_is_no_finding(
    paper: int | None, refused: int, by_hand: int | None
) -> None:
    assert said(of_urn(paper, refused, by_hand)) == []


@pytest.mark.parametrize("by_hand", [29, 31])
def test_an_urn_that_differs_is_told_both_ways(by_hand: int) -> None:
    assert said(of_urn(28, 2, by_hand)) == [
        f"{by_hand} paper ballots were counted by hand in the urn, but 30 were put into the box or refused"
    ]


@pytest.mark.parametrize("kind", DiscrepancyKind)
def test_every_kind_has_a_whole_sentence(kind: DiscrepancyKind) -> None:
    sentence = str(Discrepancy(kind, "A", 1, 2, "0123"))
    assert "{" not in sentence
    assert len(sentence) > 20


def test_damage_does_not_stop_a_signature_and_forgery_does() -> None:
    """What could not be read is on record; what was put in or taken away is for nobody to sign."""
    passed = {
        DiscrepancyKind.UNREADABLE,
        DiscrepancyKind.COPIES,
        DiscrepancyKind.RECEIPT,
        DiscrepancyKind.RECEIPTS,
        DiscrepancyKind.URN,
    }
    assert set(DiscrepancyKind) - AGAINST_SIGNING == passed
