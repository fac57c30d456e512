"""The official report: what only the log knows of a count stands in every document of it."""

import io
from datetime import UTC, datetime

import pytest
from flask import Flask

from survey.documents.word.report import report_docx
from survey.domain.definition.campaign import Publication, State
from survey.domain.results.evaluation_report import make_situation
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate
from survey.services.results import publishing, reporting
from survey.storage import campaign_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, count, running_campaign
from tests.documents.read_back import words_in

DAY = f"{BY.at.year}年{BY.at.month}月{BY.at.day}日"
PLANNED = {"opens_at": datetime(2001, 1, 1, tzinfo=UTC), "closes_at": datetime(2099, 12, 31, tzinfo=UTC)}


def counted(app: Flask) -> None:
    data = a_definition()
    data["campaign"] |= PLANNED | {"time_zone": "UTC"}
    for code in running_campaign(app, data, 6).codes["A"]:
        cast(app, code, {"c1.de": "poor"})
    close(app, "small")
    count(app, "small")


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "docx", "csv"])
def test_documents_say_when_people_voted_not_what_was_planned(app: Flask, kind: str) -> None:
    counted(app)
    with transaction() as session:
        made = reporting.report(session, "small").all_as(kind)
    said = words_in(kind, made)
    assert DAY in said
    assert "测评时间" in said
    assert not [year for year in ("2001", "2099") if year in said]


def test_the_report_says_the_same_days(app: Flask) -> None:
    counted(app)
    with transaction() as session:
        campaign, results, _ = publishing.results(session, "small")
        situation = make_situation(results, certificate.gather(session, campaign), campaign.state)
    assert situation.period == DAY
    out = io.BytesIO()
    report_docx(situation, out)
    assert DAY in words_in("docx", out.getvalue())


def test_readers_are_told_the_same_days(app: Flask) -> None:
    counted(app)
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, "small"), State.CERTIFIED)
        publishing.publish(session, "small", Publication.PUBLIC, BY)
    spaced = f"{BY.at.year} 年 {BY.at.month} 月 {BY.at.day} 日"
    said = app.test_client().get("/r/small").text
    assert f"测评时间：{spaced}</p>" in said
    assert not [year for year in ("2001", "2099") if year in said]
