"""The heat map as a page: every light, sorted without script, and nothing that a seat does not see."""

import gzip
import re
import time
from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment import outcome
from survey.domain.assessment.scoring.yardsticks import completion
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment.views import period_views
from tests.office import Office
from tests.sample_year import SAMPLE_CODE, expected
from tests.services.assessment.sample_taken import close, issued, take_all
from tests.web.admin.assessment.seated import seated
from tests.web.admin.assessment.views.large_assessment import LARGE, large_assessment

MAP = f"/admin/a/{SAMPLE_CODE}/standing/2026-05/"
MAX_SECONDS = 0.3
MAX_KB = 60
LETTERS = {"绿": "green", "黄": "yellow", "红": "red", "未": "grey"}


def cells(text: str) -> dict[tuple[str, str], str]:
    """Return the lights of a page by unit and indicator."""
    found = re.findall(r"<td class=\w><a href=c/([\w-]+)/([\w-]+)>(.)</a>", text)
    return {(unit, indicator): LETTERS[letter] for unit, indicator, letter in found}


def units(text: str) -> list[str]:
    return re.findall(r"<th scope=row><a href=u/([\w-]+)", text)


def test_every_light_of_the_sample_is_there(app: Flask) -> None:
    issued()
    take_all()
    page = Office(app, unit="甲局", role="organiser").get(MAP)
    lights = {(one["unit"], one["indicator"]): one["light"] for one in expected()["standing"]["cells"]}
    assert cells(page.text) == lights
    assert "本期还没有结账" in page.text
    close("2026-05")
    assert "第 5 期通报" in Office(app, unit="甲局", role="organiser").get(MAP).text


def test_the_way_leads_to_the_last_period(app: Flask) -> None:
    issued()
    take_all()
    answer = Office(app).get(f"/admin/a/{SAMPLE_CODE}/standing")
    assert (answer.status_code, answer.location) == (302, f"/admin/a/{SAMPLE_CODE}/standing/2026-12/")


def test_rows_and_columns_are_sorted_by_what_the_address_says(app: Flask) -> None:
    issued()
    take_all()
    office = Office(app)
    assert units(office.get(MAP).text)[:2] == ["t1", "t2"]
    assert units(office.get(f"{MAP}?rows=output&class=town").text)[0] == "t8"
    assert units(office.get(f"{MAP}?rows=output&class=town&best=y").text)[-1] == "t8"
    assert units(office.get(f"{MAP}?class=bureau").text) == ["b1", "b2", "b3", "b4"]
    columns = list(dict.fromkeys(one for _, one in cells(office.get(f"{MAP}?columns=t1").text)))
    assert columns != list(dict.fromkeys(one for _, one in cells(office.get(MAP).text)))


def test_each_seat_sees_its_own(app: Flask) -> None:
    issued()
    take_all()
    own = cells(seated(app, "填报人", SeatPart.REPORTER, "t3").get(MAP).text)
    assert {unit for unit, _ in own} == {"t3"}
    led = cells(seated(app, "牵头人", SeatPart.LEAD, "eco").get(MAP).text)
    assert {indicator for _, indicator in led} == {"air"}
    group = cells(seated(app, "组员", SeatPart.GROUP, "t1", "b1").get(MAP).text)
    assert {unit for unit, _ in group} == {"t1", "b1"}
    leader = cells(seated(app, "领导", SeatPart.LEADER, "纪委书记", "t2").get(MAP).text)
    assert {indicator for unit, indicator in leader if unit != "t2"} == {"style"}
    assert len({indicator for unit, indicator in leader if unit == "t2"}) > 5
    for part in (SeatPart.COMMITTEE, SeatPart.READER):
        assert seated(app, part, part).get(MAP).status_code == 404


def test_there_is_no_such_period(app: Flask) -> None:
    issued()
    assert Office(app).get(f"/admin/a/{SAMPLE_CODE}/standing/2027-01/").status_code == 404
    assert "没有要填报的任务" not in Office(app).get(MAP).text


def test_a_map_of_200_units_and_60_indicators_is_light(app: Flask) -> None:
    large_assessment(200, 60)
    office = Office(app)
    address = f"/admin/a/{LARGE}/standing/2026-05/"
    page = office.get(address)
    assert len(cells(page.text)) == 12_000
    assert len(gzip.compress(page.data, 6)) <= MAX_KB * 1000
    taken = []
    for _ in range(3):
        began = time.process_time()
        office.get(f"{address}?rows=i3&columns=u7")
        taken.append(time.process_time() - began)
    assert min(taken) <= MAX_SECONDS


def test_a_map_that_is_not_kept_divides_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve thousand divisions of fractions were most of its time; it shows lights alone."""
    large_assessment(50, 60)
    office = Office(app)
    asked: list[Fraction] = []

    def counted(actual: Fraction, target: Fraction | None) -> Fraction | None:
        asked.append(actual)
        return completion(actual, target)

    monkeypatch.setattr(outcome, "completion", counted)
    address = f"/admin/a/{LARGE}/standing/2026-05/"
    period_views.forget()
    assert len(cells(office.get(address).text)) == 3000
    assert asked == []
    period_views.forget()
    office.get(f"{address}?rows=i3")
    assert len(asked) == 50
