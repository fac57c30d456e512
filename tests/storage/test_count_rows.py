"""What stays of the ballots, as rows: the count under its digest, receipts sorted, texts shuffled."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count
from survey.domain.count.kept_texts import WrittenText
from survey.domain.count.late import LateIssue
from survey.storage import count_rows as rows
from survey.storage.count_rows import Signature
from survey.storage.tables import CountRow, TextRow

from .stored import AT, stored


def a_count(returned: int = 6) -> Count:
    account = GroupAccount(20, 1, returned, returned, 0, 0)
    return Count(Accounting({"A": account}, account), {}, {}, {}, {})


def test_a_count_comes_back_under_its_digest(session: Session) -> None:
    campaign = stored(session)
    digest = rows.add_count(session, campaign, a_count(), AT)
    assert rows.find_count(session, campaign) == (a_count(), digest, AT)
    assert rows.counted_at(session, campaign) == AT
    assert rows.digest_again(session, campaign, a_count()) == digest
    assert rows.digest_again(session, campaign, a_count(7)) != digest


def test_the_digest_of_one_count_says_nothing_of_another_campaigns(session: Session) -> None:
    """It is salted: nobody can try results out until one has the digest that is printed."""
    one, other = stored(session), stored(session, "other")
    digests = {rows.add_count(session, campaign, a_count(), AT) for campaign in (one, other)}
    assert len(digests) == 2
    assert all(digest.startswith("sha256:") for digest in digests)


def test_receipts_are_sorted_and_repeated_ones_stand_as_often_as_they_occurred(session: Session) -> None:
    campaign, other = stored(session), stored(session, "other")
    rows.add_receipts(session, campaign, ["B", "A"])
    rows.add_receipts(session, campaign, ["C"], 3)
    rows.add_receipts(session, other, ["C"])
    assert list(rows.receipts(session, campaign)) == ["A", "B", "C", "C", "C"]
    assert rows.repeated_receipts(session, campaign) == [("C", 3)]
    assert rows.find_receipt(session, "C") == [("small", 3), ("other", 1)]
    assert rows.find_receipt(session, "D") == []
    assert rows.repeated_receipts(session, other) == []


def test_more_receipts_than_one_batch(session: Session) -> None:
    campaign = stored(session)
    many = [f"{number:06}" for number in range(2 * rows._BATCH + 1)]
    rows.add_receipts(session, campaign, reversed(many))
    assert list(rows.receipts(session, campaign)) == many


def test_texts_are_stored_in_an_order_that_is_nobodys(session: Session) -> None:
    campaign = stored(session)
    texts = [WrittenText("comment", "section:form", f"{number}") for number in range(100)]
    rows.add_texts(session, campaign, texts)
    found = list(session.scalars(select(TextRow).order_by(TextRow.key)))
    assert {row.text for row in found} == {text.text for text in texts}
    assert [row.text for row in found] != [text.text for text in texts]
    assert {(row.kind, row.subject, row.status) for row in found} == {("comment", "section:form", "waiting")}


def test_no_texts_are_no_statement(session: Session) -> None:
    rows.add_texts(session, stored(session), [])
    assert session.scalars(select(TextRow)).all() == []


def test_signatures_stand_in_one_order_and_are_removed_by_account(session: Session) -> None:
    campaign, other = stored(session), stored(session, "other")
    teller = Signature("teller", "甲", AT, "sha256:1")
    scrutineer = Signature("scrutineer", "乙", AT, "sha256:1")
    for of, signature in ((campaign, teller), (campaign, scrutineer), (other, teller)):
        rows.add_signature(session, of, signature)
    assert rows.signatures(session, campaign) == [scrutineer, teller]
    assert rows.drop_signatures(session, campaign, "丙") == 0
    assert rows.drop_signatures(session, campaign, "甲") == 1
    assert rows.signatures(session, campaign) == [scrutineer]
    assert rows.drop_signatures(session, campaign) == 1
    assert rows.signatures(session, other) == [teller]


def test_accounting_and_late_codes_are_read_by_themselves(session: Session) -> None:
    one, other = stored(session), stored(session, "other")
    late = (LateIssue("B", 3, datetime(2026, 11, 22, 2, 5, tzinfo=UTC), confirmed=True),)
    rows.add_count(session, one, a_count(), AT)
    digest = rows.add_count(session, other, replace(a_count(9), late=late), AT)
    assert rows.find_accounting(session, one) == (a_count().accounting, ())
    assert rows.find_accounting(session, other) == (a_count(9).accounting, late)
    assert rows.count_digest(session, other) == digest
    record = session.get_one(CountRow, other.id).record
    assert rows.record_length(session, other) == len(record)
