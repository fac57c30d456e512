"""The official report: what only the log knows of a count stands in every document of it."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

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
from tests.builders import BY, a_definition, cast, close, count, parse, running_campaign
from tests.counted import counted as made_up
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


RARE = "张𫟵"
NOTED = ("张〓（第2字U+2B7F5）", "〓〓〓〓〓〓〓〓〓〓（第1字U+0626", "代字库中没有的字")


def with_rare_names() -> dict[str, Any]:
    """The case of an office: a name in Uighur letters among five, and one with a rare character."""
    data = parse((Path(__file__).parents[2] / "data" / "one-name-uighur.toml").read_text())
    data["ratees"][4]["name"] = RARE
    return data


@pytest.mark.parametrize("forms", [False, True])
def test_a_name_that_the_font_lacks_stops_no_pdf(app: Flask, forms: bool) -> None:
    made_up(with_rare_names())
    with transaction() as session:
        reported = reporting.report(session, "uyg1")
    said = words_in("pdf", reported.forms_as("pdf") if forms else reported.all_as("pdf"))
    for noted in NOTED:
        assert noted in said
    assert "赵强" in said
    assert RARE not in said


def test_one_form_and_forms_by_name(app: Flask) -> None:
    made_up(with_rare_names())
    with transaction() as session:
        reported = reporting.report(session, "uyg1")
    name, form = reported.form_as("pdf", "e") or ("", b"")
    assert name.startswith(RARE)
    assert NOTED[0] in words_in("pdf", form)
    with ZipFile(io.BytesIO(reported.forms_as("zip"))) as packed:
        (rare,) = [one for one in packed.namelist() if RARE in one]
        assert NOTED[0] in words_in("pdf", packed.read(rare))
        (plain,) = [one for one in packed.namelist() if "赵强" in one]
        assert "〓" not in words_in("pdf", packed.read(plain))


@pytest.mark.parametrize("kind", ["xlsx", "docx", "csv"])
def test_other_formats_keep_the_letters(app: Flask, kind: str) -> None:
    made_up(with_rare_names())
    with transaction() as session:
        said = words_in(kind, reporting.report(session, "uyg1").all_as(kind))
    assert RARE in said
    assert "ئايگۈل" in said
    assert "〓" not in said
