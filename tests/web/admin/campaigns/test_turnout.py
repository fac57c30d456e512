"""Turnout on the pages and on the screen."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from survey.web.context import now
from tests.builders import (
    EXAMPLES,
    a_definition,
    cast,
    close,
    running_campaign,
)
from tests.by_turns import by_turns, go_on, hand_in
from tests.office import Office
from tests.tables import tables
from tests.web.admin.campaigns.test_campaign import PAGE


def test_the_turnout_is_no_finer_than_it_may_be(app: Flask) -> None:
    running = running_campaign(app, EXAMPLES / "town-annual.toml")
    for code in running.codes["B"][:13]:
        cast(app, code, {})
    office = Office(app)
    for path in ("turnout", "screen/turnout", "screen", ""):
        text = office.get(f"/admin/c/town-annual/{path}".rstrip("/")).text
        assert "10" in re.findall(r"<b>(\d+)</b>", text), path
        assert not re.search(
            r"\b13\b", re.sub(r'(name|id|href|value)="[^"]*"|\d\d:\d\d(:\d\d)?', "", text)
        ), path
        assert "A票(县级领导)</b>" not in text, path
    assert "计入合计" in office.get("/admin/c/town-annual/turnout").text
    close(app, "town-annual")
    answer = office.get("/admin/c/town-annual/turnout")
    assert "<b>13</b>" in answer.text
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.text


def test_groups_and_total_add_up_while_voting_runs(app: Flask) -> None:
    """Of 14 and 13 ballots 10 and 10 are shown, and not 25 of all."""
    data = a_definition()
    data["groups"] = [{"key": key, "label": f"{key}票", "weight": 1, "issue": 20} for key in "AB"]
    running = running_campaign(app, data)
    for group, number in (("A", 14), ("B", 13)):
        for code in running.codes[group][:number]:
            cast(app, code, {})
    office = Office(app)
    for path in ("turnout", "codes"):
        found = tables(office.get(f"{PAGE}/{path}").text)
        rows = next(one for one in found if one.rows[-1][0].text == "合计").rows
        a, b, total = ([int(cell.text) for cell in row[1:4]] for row in rows[-3:])
        assert total == [x + y for x, y in zip(a, b, strict=True)], path
        assert 20 in total
    text = office.get(f"{PAGE}/turnout").text
    assert "收回率 = 收回 ÷（发出 − 作废）" in text
    assert "50%" in text


def test_a_part_of_a_page_leads_to_the_login_whole(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    stranger = app.test_client()
    answer = stranger.get(f"{PAGE}/turnout", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/admin/login")
    assert stranger.get(f"{PAGE}/turnout").status_code == 302


def test_the_screen_has_the_address_as_text_and_code(app: Flask) -> None:
    running_campaign(app, EXAMPLES / "public-satisfaction.toml", 0)
    text = Office(app).get("/admin/c/public-satisfaction/screen").text
    assert "127.0.0.1:8000/o/public-satisfaction" in text
    assert "<svg" in text


def test_a_page_that_refreshes_itself_keeps_nobody_logged_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_campaign(app, a_definition(), 2)
    office = Office(app)
    begun = now()
    for minutes, path, status in ((20, "turnout", 200), (29, "screen/turnout", 200), (40, "turnout", 200)):
        monkeypatch.setattr(
            "survey.web.admin.accounts.login_manager.now", lambda at=minutes: begun + timedelta(minutes=at)
        )
        assert office.get(f"{PAGE}/{path}").status_code == status
    monkeypatch.setattr("survey.web.admin.accounts.login_manager.now", lambda: begun + timedelta(minutes=60))
    assert office.get(f"{PAGE}/turnout").status_code == 302


def test_the_screen_names_whose_turn_it_is_and_no_number_until_handing_in_is_open(app: Flask) -> None:
    running_campaign(app, by_turns(3), 2)
    office = Office(app)
    here = "/admin/c/small/screen"

    def shown() -> str:
        assert "turn-name" not in office.get("/admin/c/small/turnout").text
        part, page = office.get(f"{here}/turnout").text, office.get(here).text
        for text in ("turn-name", "已收回", "第 1 位", "第 3 位", "王建国"):
            assert (text in part) == (text in page)
        return part

    assert "请稍候" in shown()
    go_on(app)
    assert "正在测评，第 1 位，共 3 位" in shown()
    assert "王建国" in shown()
    assert "已收回" not in shown()
    go_on(app, 2)
    hand_in(app)
    assert "全部测评完，可以提交了" in shown()
    assert "已收回" in shown()
    close(app, "small")
    assert "可以提交了" not in office.get(here).text
