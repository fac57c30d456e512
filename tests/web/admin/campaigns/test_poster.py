"""What brings people to an open campaign, on the pages of the office."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests.builders import BY, a_definition, armed_campaign, close, issue
from tests.documents.read_back import name_in
from tests.qr_codes import qr_code
from tests.web.people import browser

PAGE = "/admin/c/small"
LINK = "http://127.0.0.1:8000/o/small"


def of_survey(groups: tuple[str, ...] = ("A",), **more: Any) -> dict[str, Any]:
    data = a_definition(groups=groups)
    data["campaign"] |= {"entry": "open", **more}
    return data


def open_voting() -> None:
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)


@pytest.fixture
def survey(app: Flask) -> FlaskClient:
    armed_campaign(app, of_survey())
    return browser(app, "王组织", "organiser")


def test_the_poster(survey: FlaskClient) -> None:
    assert "下载海报" in survey.get(f"{PAGE}/codes").text
    answer = survey.get(f"{PAGE}/codes/poster")
    assert answer.data.startswith(b"%PDF")
    assert name_in(answer) == "小型测评 海报.pdf"


def test_the_poster_says_until_when(app: Flask) -> None:
    armed_campaign(app, of_survey(closes_at=BY.at.replace(year=2036)))
    data = browser(app, "王组织", "organiser").get(f"{PAGE}/codes/poster").data
    with pypdfium2.PdfDocument(BytesIO(data)) as pdf:
        assert "参加时间：2036年11月22日17:00截止" in pdf[0].get_textpage().get_text_range()


def test_link_and_pictures_are_at_hand_on_the_campaigns_page(survey: FlaskClient) -> None:
    for page in (survey.get(PAGE).text, survey.get(f"{PAGE}/codes").text):
        assert f'data-copy="{LINK}"' in page
        assert "<svg" in page
        for file in ("codes/poster", "codes/link.png", "codes/link.svg"):
            assert f'href="{PAGE}/{file}"' in page
    picture = survey.get(f"{PAGE}/codes/link.png")
    assert picture.mimetype == "image/png"
    assert qr_code(Image.open(BytesIO(picture.data))).text == LINK
    drawn = survey.get(f"{PAGE}/codes/link.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert name_in(drawn) == "小型测评 二维码.svg"
    assert survey.get(f"{PAGE}/codes/link.gif").status_code == 404


def test_an_open_survey_speaks_of_no_codes_slips_or_ticket_kinds(app: Flask, survey: FlaskClient) -> None:
    wrong = ("票条", "票种", "作废", "持投票码", "投票码的去向")
    pages = [survey.get(PAGE).text, survey.get(f"{PAGE}/codes").text]
    open_voting()
    pages += [survey.get(PAGE).text, survey.get(f"{PAGE}/codes").text, survey.get(f"{PAGE}/screen").text]
    assert "还没有人提交" in pages[2]
    close(app, "small")
    pages.append(survey.get(PAGE).text)
    for page in pages:
        assert [word for word in wrong if word in page] == []
        assert "可用的投票码" not in page
    assert "开始投票，扫码或打开链接参加。" in survey.get("/admin/log").text


def test_other_groups_beside_the_link_have_slips(app: Flask) -> None:
    armed_campaign(app, of_survey(("A", "B")))
    issue(app, "small", {"B": 3})
    client = browser(app, "王组织", "organiser")
    assert "制作票条" in client.get(f"{PAGE}/codes").text
    assert "B票" in client.get(PAGE).text


def test_nothing_of_it_where_codes_are_needed(app: Flask) -> None:
    armed_campaign(app, a_definition())
    client = browser(app, "王组织", "organiser")
    for page in (PAGE, f"{PAGE}/codes"):
        assert "下载海报" not in client.get(page).text
    for file in ("poster", "link.png", "link.svg"):
        assert client.get(f"{PAGE}/codes/{file}").status_code == 409
