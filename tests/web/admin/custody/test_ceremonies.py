"""A ceremony whose page was left: gone on with where it was, showing nothing that was given out."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.domain.definition.campaign import State
from survey.secrecy.custody import combine
from survey.services.custody import key_files, share_distribution
from tests.web.admin.custody.test_arming import found, last_act, load, maker
from tests.web.ceremonies import ask, begin, confirm, show, words_on
from tests.web.people import browser, hidden

__all__ = ["maker"]

NAMES = ("张三", "李四", "王五")


def resume(client: FlaskClient, page: str) -> TestResponse:
    return client.post("/admin/c/small/arm/resume", data={"carried": hidden(page)})


def test_a_page_that_was_left_is_gone_on_with_and_loses_nothing_confirmed(maker: FlaskClient) -> None:
    pages = [begin(maker).text]
    given = []
    for number, name in enumerate(NAMES, 1):
        # Whichever page was left: the very first, or the one whose answer never came.
        for left in (pages[0], pages[-1]):
            answer = resume(maker, left)
            assert answer.status_code == 200
            assert f"请第 {number} 位" in answer.text
            assert words_on(answer.text) == []
        shown = show(maker, answer.text, name).text
        asked = ask(maker, shown).text
        for left in (shown, asked):
            assert f"请第 {number} 位" in resume(maker, left).text
        again = show(maker, resume(maker, asked).text, name).text
        assert words_on(again) == words_on(shown)
        given.append(" ".join(words_on(shown)))
        last = confirm(maker, ask(maker, again).text, words_on(again))
        pages.append(asked)
    assert last.status_code == 303
    assert found().state is State.ARMED
    assert key_files.BoxKey(combine(given[1:])).public_bytes() == found().public_key
    assert last_act()[1]["holders"] == list(NAMES)
    assert [resume(maker, page).status_code for page in pages] == [409] * 4


def test_what_has_ended_cannot_be_gone_on_with(
    app: Flask, maker: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = begin(maker).text
    assert resume(browser(app, "另一人", "organiser"), page).status_code == 409
    later = datetime.now(UTC) + share_distribution.LIFE + timedelta(minutes=1)
    with monkeypatch.context() as clock:
        clock.setattr("survey.web.admin.custody.arming.now", lambda: later)
        assert "时间太长" in resume(maker, page).text
    page = begin(maker).text
    load(title="改过的测评")
    assert "修改过" in resume(maker, page).text
    page = begin(maker).text
    maker.post("/admin/c/small/arm/stop")
    assert resume(maker, page).status_code == 409


def test_an_old_form_does_not_make_the_browser_forget(maker: FlaskClient) -> None:
    """Somebody went back and sent it: the ceremony goes on, and the page says where."""
    first = begin(maker).text
    shown = show(maker, first, "张三").text
    confirm(maker, ask(maker, shown).text, words_on(shown))
    refused = show(maker, first, "张三")
    assert refused.status_code == 409
    assert "data-over" not in refused.text
    assert "接着交付" in refused.text
    maker.post("/admin/c/small/arm/stop")
    assert 'data-over="small"' in resume(maker, first).text
    assert "data-over" not in show(maker, first, "张三").text


def test_what_leaving_means_is_said_before_the_first_share(maker: FlaskClient) -> None:
    assert "误关了页面或断了线" in maker.get("/admin/c/small/arm").text
    assert "误关了本页或断了线" in begin(maker).text
