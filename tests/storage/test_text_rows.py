"""What voters wrote, as rows: by subject in the order of the ballot, and moved only from where it was."""

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.publication.moderation import Moderation
from survey.storage import text_rows as rows
from survey.storage.tables import TextRow

from .stored import stored

WAITING, RELEASED, WITHHELD, REDACTED = Moderation
ALL = tuple(Moderation)


def put(session: Session, campaign: Campaign, key: int, subject: str, kind: str = "reason") -> bytes:
    values = {"campaign_id": campaign.id, "key": bytes([key]) * 16, "subject": subject, "kind": kind}
    session.execute(insert(TextRow).values(**values, text=f"text {key}", status=WAITING))
    return bytes([key]) * 16


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """Texts on two persons and a form; keys run against the order of the ballot."""
    made = stored(session)
    for key, subject in enumerate(("ratee:c2", "ratee:c1", "section:form", "ratee:c1")):
        put(session, made, key, subject, "comment" if subject.startswith("section") else "reason")
    put(session, stored(session, "other"), 9, "ratee:c1")
    return made


def texts(found: list) -> list[str]:
    return [one.text for one in found]


def test_texts_stand_in_the_order_of_the_ballot(session: Session, campaign: Campaign) -> None:
    found = rows.find_texts(session, campaign, ALL)
    assert texts(found) == ["text 2", "text 1", "text 3", "text 0"]
    assert texts(rows.find_texts(session, campaign, ALL, first=1, most=2)) == ["text 1", "text 3"]


def test_texts_about_one_subject(session: Session, campaign: Campaign) -> None:
    assert texts(rows.find_texts(session, campaign, ALL, "ratee:c1")) == ["text 1", "text 3"]
    assert rows.find_texts(session, campaign, [RELEASED], "ratee:c1") == []


def test_a_text_is_moved_only_from_where_it_was(session: Session, campaign: Campaign) -> None:
    one, other = bytes([1]) * 16, bytes([3]) * 16
    assert rows.set_status(session, campaign, [one], [WAITING], REDACTED, "kept") == 1
    assert rows.set_status(session, campaign, [one, other], [WAITING], RELEASED) == 1
    session.expire_all()
    first, second = (rows.find_text(session, campaign, key) for key in (one, other))
    assert first is not None
    assert second is not None
    assert (first.status, first.redacted, first.shown) == (REDACTED, "kept", "kept")
    assert (second.status, second.shown) == (RELEASED, "text 3")


def test_taken_back_nothing_stays_of_a_redaction(session: Session, campaign: Campaign) -> None:
    key = bytes([1]) * 16
    rows.set_status(session, campaign, [key], [WAITING], REDACTED, "kept")
    assert rows.set_status(session, campaign, [key], [REDACTED], WAITING) == 1
    session.expire_all()
    found = rows.find_text(session, campaign, key)
    assert found is not None
    assert (found.redacted, found.shown) == (None, None)


def test_another_campaigns_texts_are_out_of_reach(session: Session, campaign: Campaign) -> None:
    assert rows.find_text(session, campaign, bytes([9]) * 16) is None
    assert rows.set_status(session, campaign, [bytes([9]) * 16], ALL, WITHHELD) == 0


def test_numbers_by_subject_and_status(session: Session, campaign: Campaign) -> None:
    rows.set_status(session, campaign, [bytes([1]) * 16], [WAITING], WITHHELD)
    assert rows.count_texts(session, campaign) == {
        ("section:form", WAITING): 1,
        ("ratee:c1", WAITING): 1,
        ("ratee:c1", WITHHELD): 1,
        ("ratee:c2", WAITING): 1,
    }


def test_no_text_is_about_what_no_database_can_name(session: Session, campaign: Campaign) -> None:
    assert rows.find_texts(session, campaign, ALL, "ratee:\0") == []
