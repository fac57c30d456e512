"""Until when somebody stays logged in: asking moves nothing, typing does."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import text

from survey.storage.database import transaction
from tests.office import Office
from tests.web.admin.test_ended_session import ENDED


def seen(minutes: int, began: int = 60) -> None:
    """Have every session been seen last, and have begun, so many minutes ago."""
    times = {"seen": minutes, "began": began}
    values = {key: (datetime.now(UTC) - timedelta(minutes=ago)).isoformat(" ") for key, ago in times.items()}
    with transaction(write=True) as session:
        session.execute(text("UPDATE login_sessions SET seen_at = :seen, began_at = :began"), values)


def left(desk: Office) -> int:
    answer = desk.get("/admin/session")
    assert answer.status_code == 200
    return int(answer.json["seconds"])  # type: ignore[index]


def test_asking_is_no_activity_and_typing_is(app: Flask) -> None:
    desk = Office(app)
    seen(27)
    assert 170 <= left(desk) <= 180
    assert 170 <= left(desk) <= 180
    assert 1790 <= desk.post("/admin/session").json["seconds"] <= 1800  # type: ignore[index]
    assert left(desk) > 1700


def test_a_day_is_the_end_whatever_is_typed(app: Flask) -> None:
    desk = Office(app)
    seen(2, began=12 * 60 - 1)
    assert 0 < desk.post("/admin/session").json["seconds"] <= 60  # type: ignore[index]


def test_a_page_has_the_words(app: Flask) -> None:
    page = Office(app).get("/admin/me").text
    assert 'aria-live="polite" data-address="/admin/session"' in page
    assert "office-session" in page
    assert "再过 2 分钟就会自动退出" in page


def test_a_stranger_has_no_such_line_and_no_script(app: Flask) -> None:
    page = app.test_client().get("/admin/login").text
    assert "data-address" not in page
    assert "office-session" not in page


def test_what_only_the_script_hears_is_said_on_the_next_page(app: Flask) -> None:
    desk = Office(app)
    seen(40)
    assert desk.get("/admin/session").status_code == 302
    assert desk.post("/admin/session").status_code == 302
    page = desk.get(desk.get("/admin/me").location)
    assert page.text.count(ENDED) == 1
    assert "没有生效" not in page.text
