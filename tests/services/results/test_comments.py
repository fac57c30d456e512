"""Moderating texts: nobody else reads what was not decided, and nothing ties a text to its writer."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text as sql

from survey.domain.count.kept_texts import WrittenText
from survey.domain.definition.campaign import Campaign, Publication
from survey.domain.errors import BadRedaction, UnknownText, WrongState
from survey.domain.publication.moderation import Moderation, Text, subjects
from survey.services.audit.audit import history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import comments
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from tests.builders import BY, ROOT, a_definition, cast, close, count, running_campaign

TEXTS = [f"意见{number}" for number in range(8)]


def definition() -> dict[str, Any]:
    data = a_definition(questions=[{"key": "advice", "label": "您的建议", "kind": "text"}])
    data["sections"][0]["comment"] = True
    data["scales"][0]["grades"][2]["reason"] = "required"
    return data


@pytest.fixture
def counted(each_app: Flask) -> None:
    """A counted campaign with eight comments, one answer and one reason."""
    running = running_campaign(each_app, definition(), 8)
    for number, code in enumerate(running.codes["A"]):
        fields = {"c1.de": "excellent", "form.comment": TEXTS[number]}
        if number < 5:
            fields |= {f"c{2 + number % 2}.de": "competent"}
        if number == 0:
            fields |= {"c2.de": "poor", "c2.de.reason": "作风"}
        if number == 1:
            fields |= {"q.advice": "多下基层"}
        cast(each_app, code, fields)
    close(each_app, "small")
    count(each_app, "small")


def listed(status: Moderation = Moderation.WAITING, subject: str | None = None) -> list[Text]:
    with transaction() as session:
        return comments.queue(session, "small", status, subject).texts


def key(text: str) -> str:
    with transaction() as session:
        found = session.execute(sql("SELECT key FROM texts WHERE text = :text"), {"text": text})
        return bytes(found.scalar_one()).hex()


def act(what: str, *texts: str) -> int:
    with transaction(write=True) as session:
        number: int = getattr(comments, what)(session, "small", [key(text) for text in texts], BY)
    return number


def redact(text: str, redacted: str) -> None:
    with transaction(write=True) as session:
        comments.redact(session, "small", key(text), redacted, BY)


def readable() -> list[str | None]:
    with transaction() as session:
        return sorted(str(text.shown) for text in comments.released(session, "small"))


def publish(publication: Publication) -> None:
    with transaction(write=True) as session:
        campaign_rows.set_publication(session, find_campaign(session, "small"), publication)


def campaign() -> Campaign:
    with transaction() as session:
        return find_campaign(session, "small")


def test_everything_waits_first_and_nobody_else_reads_it(counted: None) -> None:
    assert {text.text for text in listed()} == {*TEXTS, "多下基层", "作风"}
    assert readable() == []


def test_texts_stand_by_subject_in_the_order_of_the_ballot(counted: None) -> None:
    order = list(subjects(campaign().definition))
    places = [order.index(text.subject) for text in listed()]
    assert places == sorted(places)
    # The reason was given in a cell with three answers, withheld beside another one: only its form is kept.
    assert {text.subject for text in listed()} == {"section:form", "question:advice"}
    assert [text.text for text in listed(subject="question:advice")] == ["多下基层"]


def test_what_is_released_is_read_as_written(counted: None) -> None:
    assert act("release", TEXTS[0], TEXTS[1]) == 2
    assert act("release", TEXTS[0]) == 0
    assert act("withhold", TEXTS[2]) == 1
    redact(TEXTS[3], "  意见\r\n(略)  ")
    assert readable() == ["意见\n(略)", *TEXTS[:2]]
    (redacted,) = listed(Moderation.REDACTED)
    assert (redacted.text, redacted.redacted) == (TEXTS[3], "意见\n(略)")
    with transaction() as session:
        numbers = comments.queue(session, "small", Moderation.WAITING).numbers
    assert [numbers[status] for status in Moderation] == [6, 2, 1, 1]


def test_a_decision_is_taken_back_until_results_are_published(counted: None) -> None:
    act("release", TEXTS[0])
    act("withhold", TEXTS[1])
    redact(TEXTS[2], "略")
    assert act("undo", *TEXTS[:4]) == 3
    assert readable() == []
    assert all(text.redacted is None for text in listed())
    act("release", TEXTS[0])
    act("withhold", TEXTS[1])
    for publication in (Publication.PUBLIC, Publication.LINK):
        publish(publication)
        with pytest.raises(WrongState, match="published"):
            act("undo", TEXTS[0])
        assert act("release", TEXTS[1]) == 0
        with pytest.raises(WrongState, match="published"):
            redact(TEXTS[1], "略")
    assert act("release", TEXTS[3]) == 1
    # What harms somebody can always be taken out of sight.
    assert act("withhold", TEXTS[0]) == 1
    publish(Publication.WITHDRAWN)
    assert act("undo", TEXTS[0]) == 1
    assert readable() == [TEXTS[3]]


@pytest.mark.parametrize(
    ("redacted", "why"),
    [(" \n", "empty"), ("长" * 501, "too-long"), (f" {TEXTS[0]}\n", "unchanged"), ("a\x07", "control")],
)
def test_a_redaction_that_cannot_be_kept(counted: None, redacted: str, why: str) -> None:
    with pytest.raises(BadRedaction) as refused:
        redact(TEXTS[0], redacted)
    assert refused.value.why == why
    assert readable() == []


def test_a_text_of_another_campaign_or_none(counted: None, each_app: Flask) -> None:
    data = definition()
    data["campaign"]["code"] = "other"
    running_campaign(each_app, data, 2)
    with transaction(write=True) as session:
        other = find_campaign(session, "other")
        count_rows.add_texts(session, other, [WrittenText("comment", "section:form", "别处")])
    assert act("release", "别处") == 0
    for wrong in ("00" * 16, key("别处"), "none", "00"):
        with transaction() as session, pytest.raises(UnknownText):
            comments.find_text(session, "small", wrong)
    with transaction(write=True) as session, pytest.raises(UnknownText):
        comments.release(session, "small", ["x"], BY)


def test_nothing_is_moderated_before_the_count(each_app: Flask) -> None:
    running_campaign(each_app, definition(), 2)
    for moderate in (
        lambda session: comments.queue(session, "small", Moderation.WAITING),
        lambda session: comments.released(session, "small"),
        lambda session: comments.release(session, "small", [], BY),
        lambda session: comments.redact(session, "small", "00" * 16, "x", BY),
    ):
        with transaction(write=True) as session, pytest.raises(WrongState, match="moderate"):
            moderate(session)


def test_the_log_says_how_many_and_no_more(counted: None) -> None:
    act("release", TEXTS[0], TEXTS[1])
    act("withhold", TEXTS[2])
    redact(TEXTS[3], "略")
    act("undo", TEXTS[3], TEXTS[0])
    act("undo", TEXTS[3])
    with transaction() as session:
        found = [
            json.loads(entry.detail) for entry, _ in history(session, "small") if entry.act == "moderate"
        ]
    assert found == [{"texts": 2}, {"texts": 1}, {"texts": 1}, {"texts": 2}]


def test_a_text_has_nothing_but_what_it_is_about(counted: None) -> None:
    """A column that is added here must be argued in docs/secrecy.md."""
    with transaction() as session:
        row = session.execute(sql("SELECT * FROM texts LIMIT 1")).mappings().one()
    assert set(row) == {"campaign_id", "key", "kind", "subject", "text", "status", "redacted"}


def test_pages_of_fifty(app: Flask) -> None:
    running = running_campaign(app, definition(), 6)
    for code in running.codes["A"]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")
    with transaction(write=True) as session:
        many = [WrittenText("comment", "section:form", f"意见{n}") for n in range(101)]
        count_rows.add_texts(session, find_campaign(session, "small"), many)
    with transaction() as session:
        pages = [comments.queue(session, "small", Moderation.WAITING, None, n) for n in (-1, 2, 3, 9)]
    assert [(len(queue.texts), queue.page, queue.last) for queue in pages] == [
        (50, 1, 3),
        (50, 2, 3),
        (1, 3, 3),
        (1, 3, 3),
    ]
    assert len({text.key for queue in pages for text in queue.texts}) == 101


def test_only_moderation_reads_texts() -> None:
    """Results, exports and pages have no way to a text but ``comments.released``."""
    readers = {
        path.relative_to(ROOT / "survey").as_posix()
        for path in (ROOT / "survey").rglob("*.py")
        if "migrations" not in path.parts and re.search(r"\bTextRow\b|\btext_rows\b", path.read_text("utf-8"))
    }
    assert readers == {
        "storage/tables.py",
        "storage/count_rows.py",  # writes them
        "storage/campaign_rows.py",  # counts them
        "storage/text_rows.py",
        "services/results/comments.py",
    }
    for name in ("count_rows", "campaign_rows"):
        source = (ROOT / f"survey/storage/{name}.py").read_text("utf-8")
        assert not re.search(r"select\(TextRow|TextRow\.text|TextRow\.redacted", source)
