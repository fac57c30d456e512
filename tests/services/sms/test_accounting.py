"""What messages came to stands beside the results, also once key, numbers and outbox are gone."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from openpyxl import load_workbook

from survey.documents.export.results_json import results_json
from survey.domain.count.results import Results
from survey.domain.publication.edition import everything, project
from survey.domain.results.evaluation_report import make_situation
from survey.domain.results.official_words import count_notes
from survey.services.count import certificate
from survey.services.results import publishing, reporting
from survey.services.sms import closing
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import count
from tests.sms_clients import Provider, a_reply, close_sms, open_sms, queued, receive, send_all, shake_sms

SAID = (
    "名单上20个号码，发出邀请和提醒20条，运营商报告送达0条，"
    "12个号码有有效回复，看不懂的回复不足5条，回复拒收的6个号码"
)


def results() -> Results:
    with transaction() as session:
        return publishing.results(session, "hotline")[1]


def said_in_files() -> list[bool]:
    """Return of each kind of file that is handed out whether it says what messages came to."""
    with transaction() as session:
        reported = reporting.report(session, "hotline")
    book = load_workbook(io.BytesIO(reported.all_as("xlsx")))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    with zipfile.ZipFile(io.BytesIO(reported.all_as("docx"))) as document:
        written = document.read("word/document.xml").decode()
    return [
        any(SAID in cell for cell in cells),
        SAID in written,
        SAID in reported.all_as("csv").decode("utf-8-sig"),
        json.loads(reported.all_as("json"))["sms"]["replied"] == 12,
    ]


def test_results_say_what_messages_came_to_also_once_the_key_is_gone(app: Flask) -> None:
    open_sms(app, 20)
    queued("hotline")
    send_all(Provider())
    receive(
        *(a_reply(at, "1") for at in range(12)), a_reply(12, "?"), *(a_reply(at, "R") for at in range(13, 19))
    )
    closed = close_sms("hotline")
    shake_sms("hotline")
    count(app, "hotline")
    before = results()
    assert any(SAID in note for note in count_notes(before))
    assert results_json(before, "counted")["sms"] == {
        "listed": 20,
        "sent": 20,
        "delivered": 0,
        "replied": 12,
        "invalid": None,
        "opted_out": 6,
    }
    with transaction() as session:
        campaign = find_campaign(session, "hotline")
        told = certificate.gather(session, campaign)
    assert make_situation(before, told, campaign.state).entry == f"短信回复，一号一票：{SAID}"
    assert said_in_files() == [True] * 4
    closing.erase_due(closed + timedelta(hours=6), settings().keys)
    assert results().sms == before.sms
    assert said_in_files() == [True] * 4


def test_an_edition_without_the_accounting_has_no_numbers_of_messages(app: Flask) -> None:
    open_sms(app, 12)
    receive(*(a_reply(at, "1") for at in range(10)))
    close_sms("hotline")
    shake_sms("hotline")
    count(app, "hotline")
    found = results()
    everything_there = everything(found.definition)
    assert found.sms is not None
    assert project(found, everything_there).sms == found.sms
    assert project(found, replace(everything_there, accounting=False)).sms is None
