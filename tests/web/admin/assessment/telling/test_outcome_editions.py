"""Publishing from pages: ticked, previewed as readers see it, acknowledged, published once, withdrawn."""

import re
from html import unescape

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from tests.office import Office
from tests.services.assessment.scored_year import (
    YEAR,
    account,
    came_since,
    decide,
    examining,
    score,
    sign,
    signed,
)
from tests.services.assessment.telling.told_year import decided

from .told_pages import HERE, HOSTILE, SHOWN, seated

PUBLISH = f"{HERE}/publish"
RANKS = "level=public&column=rank"
TELLING = "level=public&column=total&column=component:targets"


def seen(office: Office, query: str) -> str:
    page = office.get(f"{PUBLISH}/preview?{query}").text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, page
    return found[1]


def chosen(query: str) -> dict[str, object]:
    fields: dict[str, list[str]] = {}
    for name, value in (pair.split("=") for pair in query.split("&")):
        fields.setdefault(name, []).append(value)
    return dict(fields)


def publish(office: Office, query: str, **more: str) -> int:
    said = chosen(query) | {"seen": seen(office, query)} | more
    return office.post(PUBLISH, **said).status_code


def test_an_edition_goes_from_its_ticks_to_its_readers(app: Flask) -> None:
    decided()
    office, reader = Office(app), app.test_client()
    assert reader.get(f"/a/{YEAR}").status_code == 404
    specimen = office.get(f"{PUBLISH}/specimen?{RANKS}")
    assert "sandbox" in specimen.headers["Content-Security-Policy"]
    assert "t1镇" in specimen.text
    assert "92.88" not in specimen.text
    assert reader.get(f"/a/{YEAR}").status_code == 404  # a preview publishes nothing
    assert publish(office, RANKS) == 303
    page = reader.get(f"/a/{YEAR}").text
    main = page.partition("<h1")[2].partition("<dl")[0]
    assert "t1镇" in main
    assert "92.88" not in main
    listed = office.get(PUBLISH).text
    for said in ("第 1 版", "名次", "王芳", f"/a/{YEAR}", "复制链接", "第 1 号计分结果"):
        assert said in listed, said


def test_what_follows_is_told_in_a_sentence_and_wants_a_tick(app: Flask) -> None:
    decided()
    office = Office(app)
    page = office.get(f"{PUBLISH}/preview?{TELLING}").text
    assert "公布总分、目标任务后，“名次”" in unescape(page)
    assert "可以被推算出来" in page
    assert publish(office, TELLING) == 422
    assert "请先勾选下面的确认" in office.page.text
    assert app.test_client().get(f"/a/{YEAR}").status_code == 404
    assert publish(office, TELLING, told="yes") == 303


def test_sent_twice_there_is_one_edition(app: Flask) -> None:
    decided()
    office = Office(app)
    said = chosen(RANKS) | {"seen": seen(office, RANKS)}
    assert [office.post(PUBLISH, **said).status_code for _ in range(2)] == [303, 303]
    assert "第 2 版" not in office.get(PUBLISH).text


def test_what_changed_since_the_preview_is_looked_at_again(app: Flask) -> None:
    decided()
    office = Office(app)
    query = "level=public&column=band"
    said = chosen(query) | {"seen": seen(office, query)}
    decide("t1", "fair")
    assert office.post(PUBLISH, **said).status_code == 409
    assert "刚才有了变动" in office.page.text
    assert app.test_client().get(f"/a/{YEAR}").status_code == 404


def test_by_link_only_the_link_opens_it_until_it_is_withdrawn(app: Flask) -> None:
    decided()
    office, reader = Office(app), app.test_client()
    assert publish(office, "level=link&column=rank") == 303
    found = re.search(rf'href="[^"]*(/a/{YEAR}\?k=[^"]+)"', office.get(PUBLISH).text)
    assert found
    link = unescape(found[1])
    assert reader.get(f"/a/{YEAR}").status_code == 404
    assert reader.get(link).status_code == 200
    assert office.post(f"{PUBLISH}/withdraw", edition="7").status_code == 303
    assert reader.get(link).status_code == 200
    assert office.post(f"{PUBLISH}/withdraw", edition="1").status_code == 303
    assert reader.get(link).status_code == 404
    assert "结果已撤回" in office.get(PUBLISH).text
    assert "撤回" in office.get(PUBLISH).text


def test_a_correction_says_so_with_its_day(app: Flask) -> None:
    decided()
    office, reader = Office(app), app.test_client()
    publish(office, RANKS)
    assert "更正" not in reader.get(f"/a/{YEAR}").text
    assert reader.get(f"/a/{YEAR}.json").json["corrects"] is None
    came_since()
    assert "签字以后又有新的数据或处理" in office.get(PUBLISH).text
    score("更正领导评价")
    sign(account("甲"), account("乙"))
    assert publish(office, f"{RANKS}&note=更正了t3镇的领导评价") == 303
    page = reader.get(f"/a/{YEAR}").text
    for said in ("更正", "依据第 2 号计分结果，取代第 1 版", "这一版更正了什么", "更正了t3镇的领导评价"):
        assert said in page, said
    assert reader.get(f"/a/{YEAR}.json").json["corrects"] == 1
    assert "取代第 1 版" in office.get(f"{HERE}/published").text


def test_a_note_of_a_first_edition_corrects_nothing(app: Flask) -> None:
    decided()
    office = Office(app)
    publish(office, f"{RANKS}&note={HOSTILE}")
    page = app.test_client().get(f"/a/{YEAR}").text
    assert SHOWN in page
    assert HOSTILE not in page
    assert "这一版更正了什么" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("column=rank", "请选择公布给谁看。"),
        ("level=person&column=rank", "请选择公布给谁看。"),
        ("level=public", "请至少勾选一栏。"),
        ("level=public&column=nothing", "请至少勾选一栏。"),
        (f"level=public&column=rank&note={'长' * 301}", "说明最多 300 个字。"),
    ],
)
def test_faults_keep_what_was_chosen(app: Flask, query: str, said: str) -> None:
    decided()
    office = Office(app)
    answer = office.get(f"{PUBLISH}/preview?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert office.get(f"{PUBLISH}/specimen?{query}").status_code == 404
    assert office.post(PUBLISH, **chosen(query)).status_code == 422


def test_nothing_is_published_before_it_is_signed_or_decided(app: Flask) -> None:
    examining()
    office = Office(app)
    assert "签字以后才能公布" in office.get(PUBLISH).text
    assert office.get(f"{PUBLISH}/preview?{RANKS}").status_code == 409
    score()
    assert "签字以后才能公布" in office.get(PUBLISH).text
    assert office.post(PUBLISH, **chosen(RANKS)).status_code == 422


def test_bands_wait_for_their_decision(app: Flask) -> None:
    signed()
    office = Office(app)
    assert office.get(f"{PUBLISH}/preview?level=public&column=band").status_code == 422


def test_units_see_what_is_published_and_cannot_publish(app: Flask) -> None:
    decided()
    reporter = seated(app, SeatPart.REPORTER, "t1")
    assert "现在没有公布的结果" in reporter.get(f"{HERE}/published").text
    publish(Office(app), RANKS)
    page = reporter.get(f"{HERE}/published").text
    assert "t2镇" in page
    assert "92.88" not in page
    for path in ("/publish", f"/publish/preview?{RANKS}", f"/publish/specimen?{RANKS}"):
        assert reporter.get(HERE + path).status_code == 404
    assert reporter.post(PUBLISH, **chosen(RANKS)).status_code == 404
    assert reporter.post(f"{PUBLISH}/withdraw", edition="1").status_code == 404
    assert app.test_client().get(f"/a/{YEAR}").status_code == 200


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 5000])
def test_nonsense_withdraws_nothing(app: Flask, number: str) -> None:
    decided()
    office = Office(app)
    publish(office, RANKS)
    office.get(PUBLISH)
    assert office.post(f"{PUBLISH}/withdraw", edition=number).status_code == 303
    assert app.test_client().get(f"/a/{YEAR}").status_code == 200


def test_bands_that_are_not_decided_are_not_shown_and_the_ticks_stay(app: Flask) -> None:
    signed()
    office = Office(app)
    query = "level=link&column=band&column=rank"
    page = office.get(f"{PUBLISH}/preview?{query}")
    assert page.status_code == 422
    assert "还没有计分" not in page.text
    assert "还有单位没有定等次" in page.text
    assert re.search(r'value="band" checked', page.text)
    assert office.post(PUBLISH, **chosen(query), seen="x").status_code == 422


def test_scored_anew_since_the_preview_nothing_is_published(app: Flask) -> None:
    decided()
    office = Office(app)
    said = chosen(RANKS) | {"seen": seen(office, RANKS)}
    came_since()
    score("更正")
    assert office.post(PUBLISH, **said).status_code == 422
    assert "现在的结果还没有签字" in office.page.text
    assert app.test_client().get(f"/a/{YEAR}").status_code == 404
