"""What was typed when the session had ended comes back after the login, for the same account alone."""

import random
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask, request
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from survey.services.campaigns import drafts
from survey.storage.database import transaction
from survey.web.admin import kept_form
from tests.builders import BY, a_definition, running_campaign
from tests.domain.editing import full
from tests.office import Office
from tests.signing_in import PASSWORD, an_account, number_of
from tests.web.admin.accounts.test_login import with_password
from tests.web.clerk import forms

BASICS = "/admin/c/full-2026/setup/basics"
TYPED = "单独写下的说明 <b>&甲"
ENDED = "登录已经结束"


@pytest.fixture
def desk(app: Flask) -> Office:
    """A browser of 张三, and a draft."""
    with transaction(write=True) as session:
        drafts.create(session, full(), "", BY)
    with_password()
    return Office(app, "张三", "organiser")


def idle() -> None:
    """Set every session back by forty minutes."""
    with transaction(write=True) as session:
        at = datetime.now(UTC) - timedelta(minutes=40)
        session.execute(text("UPDATE login_sessions SET seen_at = :at"), {"at": at.isoformat(" ")})


def hidden(page: TestResponse, name: str) -> str:
    """Return the value of a hidden field; nothing where there is none."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    return found[1] if found else ""


def fields_of(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the set-up form."""
    fields: dict[str, list[str]] = {}
    for name, value in next(form for form in forms(page) if "version" in form.names()).fields:
        fields.setdefault(name, []).append(value)
    return fields


def log_in(desk: Office, page: TestResponse, name: str = "张三", **more: str) -> TestResponse:
    """Log in on the page that came, where its form leads."""
    action = re.search(r'<form method="post" action="(/admin/login[^"]*)"', page.text)
    assert action, page.text
    fields = {"csrf_token": hidden(page, "csrf_token"), "kept": hidden(page, "kept")}
    csrf = re.search(r'id="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert csrf
    fields["csrf_token"] = csrf[1]
    return desk.client.post(unescape(action[1]), data={**fields, "name": name, "password": PASSWORD, **more})


def back(desk: Office, page: TestResponse) -> TestResponse:
    """Press the button that opens the form again."""
    action = re.search(r'<form method="post" action="(/admin/(?:c/|people)[^"]*)"', page.text)
    assert action, page.text
    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
    data = {"csrf_token": tokens[-1], "kept": hidden(page, "kept")}
    return desk.client.post(unescape(action[1]), data=data)


def stored() -> str:
    """Return the stored draft, as text."""
    with transaction() as session:
        return str(drafts.find(session, "full-2026").document)


def typed(desk: Office) -> dict[str, list[str]]:
    """Fill the first set-up page in."""
    fields = fields_of(desk.get(BASICS).text)
    assert "campaign.organiser" in fields
    return fields | {"campaign.organiser": [TYPED]}


def test_a_page_asked_for_by_an_ended_session_says_why(desk: Office) -> None:
    idle()
    answer = desk.get(BASICS)
    assert (answer.status_code, answer.location) == (302, f"/admin/login?next={BASICS}")
    page = desk.get(answer.location)
    assert page.text.count(ENDED) == 1
    assert "没有保存" not in page.text
    assert ENDED not in desk.get("/admin/login").text


def test_a_form_comes_back_filled_in_and_is_stored_only_when_saved(desk: Office) -> None:
    fields = typed(desk)
    idle()
    page = desk.post(BASICS, **fields, act="save")
    assert page.status_code == 403
    assert ENDED in page.text
    assert "没有丢失" in page.text
    assert "单独写下" not in page.text
    shown = log_in(desk, page)
    assert shown.status_code == 200
    assert "单独写下" not in shown.text
    again = back(desk, shown)
    assert again.status_code == 200
    assert fields_of(again.text) == fields | {"csrf_token": fields_of(again.text)["csrf_token"]}
    assert "还没有保存" in again.text
    assert "单独写下" not in stored()
    saved = desk.client.post(BASICS, data={**fields_of(again.text), "act": "save"})
    assert (saved.status_code, saved.location) == (303, BASICS)
    assert TYPED in stored()


def test_another_account_gets_nothing_of_it(desk: Office) -> None:
    fields = typed(desk)
    idle()
    page = desk.post(BASICS, **fields, act="save")
    kept = hidden(page, "kept")
    with_password(name="李四")
    answer = log_in(desk, page, "李四")
    assert (answer.status_code, answer.location) == (303, BASICS)
    shown = desk.get(BASICS)
    assert "另一个账号" in shown.text
    assert "单独写下" not in shown.text
    sent = desk.post(BASICS, kept=kept)
    assert sent.status_code == 303
    assert "单独写下" not in desk.get(sent.location).text
    assert "单独写下" not in stored()


def test_logged_out_in_another_tab(desk: Office) -> None:
    """The cookie tells nobody any more: the form's own token does."""
    fields = typed(desk)
    token = fields["csrf_token"]
    desk.post("/admin/logout")
    desk.get("/admin/login")
    page = desk.post(BASICS, **(fields | {"csrf_token": token}), act="save")
    assert (page.status_code, ENDED in page.text) == (403, True)
    again = back(desk, log_in(desk, page))
    assert fields_of(again.text)["campaign.organiser"] == [TYPED]


def test_logged_in_again_in_another_tab(desk: Office, app: Flask) -> None:
    fields = typed(desk)
    for name, comes_back in (("张三", True), ("李四", False)):
        other = Office(app, name, "organiser")
        page = other.post(BASICS, **fields, act="save")
        assert page.status_code == 400
        assert bool(hidden(page, "kept")) == comes_back
        if comes_back:
            assert fields_of(back(other, page).text)["campaign.organiser"] == [TYPED]
    assert "单独写下" not in stored()


def test_rows_that_were_added_and_a_part_of_a_page(desk: Office) -> None:
    fields = fields_of(desk.get("/admin/c/full-2026/setup/groups").text)
    rows = fields_of(desk.post("/admin/c/full-2026/setup/groups", **fields, act="add groups").text)
    added = {name: ["新加的票种"] for name in rows if name not in fields and name.endswith("label")}
    assert added
    idle()
    desk.client.environ_base["HTTP_HX_REQUEST"] = "true"
    page = desk.post("/admin/c/full-2026/setup/groups", **(rows | added), act="add groups")
    del desk.client.environ_base["HTTP_HX_REQUEST"]
    assert (page.status_code, page.headers["HX-Retarget"]) == (200, "main")
    assert "新加的票种" in back(desk, log_in(desk, page)).text
    assert "新加的票种" not in stored()


@pytest.mark.parametrize("page", ["ratees", "matrix", "ratees/0"])
def test_every_kind_of_set_up_page(desk: Office, page: str) -> None:
    path = f"/admin/c/full-2026/setup/{page}"
    shown = desk.get(path).text
    fields = fields_of(shown)
    for name, value in re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]+)"', shown)[1:3]:
        ticks = fields.setdefault(name, [])
        ticks.remove(value) if value in ticks else ticks.append(value)
    named = next((key for key in fields if key.endswith(".name")), None)
    if named is not None:
        fields[named] = [TYPED]
    idle()
    again = fields_of(back(desk, log_in(desk, desk.post(path, **fields, act="save"))).text)
    assert fields != fields_of(shown)
    for found in (again, fields):
        del found["csrf_token"]
    assert {name: sorted(values) for name, values in again.items() if values} == {
        name: sorted(values) for name, values in fields.items() if values
    }
    assert "单独写下" not in stored()


def test_passwords_are_not_kept_and_that_is_said(desk: Office) -> None:
    desk.get("/admin/me/password")
    idle()
    answer = desk.post("/admin/me/password", present=PASSWORD, password="geheim-geheim", again="x")
    assert (answer.status_code, answer.location) == (302, "/admin/login?next=/admin/me/password")
    page = desk.get(answer.location).text
    assert "也没有保留" in page
    assert "kept" not in page


def test_a_form_that_is_too_long_is_not_kept(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = typed(desk)
    monkeypatch.setattr(kept_form, "MAX_KEPT", 100)
    idle()
    answer = desk.post(BASICS, **fields, act="save")
    assert answer.location == f"/admin/login?next={BASICS}"
    assert "也没有保留" in desk.get(answer.location).text


LEADS = "/admin/a/qy/reports/2026-05/indicator/petitions"


def sent_too_late(desk: Office, signs: int, photos: int = 0) -> TestResponse:
    """Send a lead's report of 150 units when the session is over, with notes of so many signs and photos."""
    chance = random.Random(9)
    fields: dict[str, object] = {
        "csrf_token": fields_of(desk.get(BASICS).text)["csrf_token"][0],
        "act": "save",
    }
    for unit in range(150):
        note = "".join(chr(chance.randint(0x4E00, 0x5A00)) for _ in range(signs))
        place = f"township{unit:03}/petitions"
        typed = {"value": "1234.5", "note": note, "reason": note[:100], "revision": "3"}
        fields |= {f"{field}.{place}": text for field, text in typed.items()}
    idle()
    files = [FileStorage(BytesIO(bytes(15 << 20)), f"现场{number}.jpg") for number in range(photos)]
    # Encoded here: the test client would put a large body into a temporary file.
    boundary, content = encode_multipart(fields | {"file.t3/petitions": files})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return desk.client.post(LEADS, data=content, content_type=kind)


def test_the_largest_report_that_people_write_is_kept(desk: Office) -> None:
    page = sent_too_late(desk, 500)
    assert (page.status_code, "没有丢失" in page.text) == (403, True)
    assert "填写的内容还在" in log_in(desk, page).text


def test_what_no_login_takes_is_told_as_lost(desk: Office) -> None:
    page = sent_too_late(desk, 2000)
    assert (page.status_code, "没有保留" in page.text) == (302, False)
    assert "过长的内容都不保留" in desk.client.get("/admin/login").text


def test_files_beside_what_was_typed_are_named_and_never_held(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are as large as they may be, for whoever is logged in."""
    held: list[bytes] = []
    named = kept_form.lost_files

    def looked_at() -> list[str]:
        held.extend(one.read() for _name, one in request.files.items(multi=True))
        return named()

    monkeypatch.setattr(kept_form, "lost_files", looked_at)
    page = sent_too_late(desk, 10, photos=4)
    assert page.status_code == 403
    assert "请重新选择：现场0.jpg、现场1.jpg、现场2.jpg、现场3.jpg。" in page.text
    assert set(held) == {b""}
    log_in(desk, page)
    assert sent_too_late(desk, 10, photos=5).status_code == 413


def test_it_ends_with_the_day(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = typed(desk)
    idle()
    page = desk.post(BASICS, **fields, act="save")
    shown = log_in(desk, page)
    later = datetime.now(UTC) + kept_form.LIFE
    monkeypatch.setattr(kept_form, "now", lambda: later)
    assert back(desk, shown).status_code == 303


def test_a_form_made_elsewhere_is_worth_nothing(desk: Office) -> None:
    """Nobody fills a form in for another: what no page of ours carried is not shown."""
    fields = typed(desk)
    idle()
    for token in ("", "x", "eyJ4IjoxfQ.x.y"):
        page = desk.post(BASICS, **(fields | {"csrf_token": token}), act="save")
        assert page.status_code == 400, token
        assert not hidden(page, "kept")


def test_the_second_step_carries_it_on(app: Flask, desk: Office) -> None:
    owner = with_password("owner", "王芳")
    mine = Office(app, "王芳", "owner")
    fields = typed(mine)
    idle()
    page = mine.post(BASICS, **fields, act="save")
    refused = log_in(mine, page, "王芳", totp="000000")
    assert refused.status_code == 403
    assert hidden(refused, "kept") == hidden(page, "kept")
    shown = log_in(mine, refused, "王芳", totp=number_of(owner))
    assert fields_of(back(mine, shown).text)["campaign.organiser"] == [TYPED]


@pytest.mark.parametrize("wanted", ["//evil.example/admin/", "https://evil.example", "/admin\\evil", "/x"])
def test_no_other_site_is_come_back_to(desk: Office, wanted: str) -> None:
    idle()
    desk.get("/admin/login")
    answer = desk.post(f"/admin/login?next={wanted}", name="张三", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_no_secret_is_ever_carried(desk: Office, app: Flask) -> None:
    secrets = ("password", "second_password", "totp", "passkey", "carried", "word", "words", "again", "kept")
    fields = typed(desk) | {name: ["geheim-geheim"] for name in secrets}
    files = {"file": (BytesIO(b"geheim-geheim"), "a.txt")}
    idle()
    kept = hidden(desk.post(BASICS, **fields, **files, act="save"), "kept")
    with app.test_request_context("/admin/"):
        form = kept_form.opened(kept, an_account("organiser", name="张三"))
    assert form is not None
    assert ("campaign.organiser", TYPED) in form.values
    assert "geheim" not in str(form)
    assert "csrf_token" not in dict(form.values)


def test_the_kept_forms_are_there(app: Flask) -> None:
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts >= kept_form.KEEPING


def test_a_new_account_s_form(app: Flask) -> None:
    with_password("owner", "王芳")
    mine = Office(app, "王芳", "owner")
    mine.get("/admin/people")
    idle()
    page = mine.post("/admin/people", name="赵六<", unit="甲县", role="viewer")
    shown = log_in(mine, page, "王芳", totp=number_of(an_account("owner", name="王芳")))
    again = back(mine, shown)
    form = next(form for form in forms(again.text) if "role" in form.names())
    assert (form.value("name"), form.value("unit"), form.value("role")) == ("赵六<", "甲县", "viewer")
    assert "赵六" not in mine.get("/admin/people").text


def test_a_form_that_is_on_the_page_above_its_address(app: Flask) -> None:
    definition = a_definition()
    definition["campaign"]["closes_at"] = datetime(2031, 1, 1, tzinfo=UTC)
    running_campaign(app, definition)
    with_password()
    mine = Office(app, "张三", "organiser")
    mine.get("/admin/c/small")
    idle()
    again = back(mine, log_in(mine, mine.post("/admin/c/small/extend", until="2032-03-04T05:06")))
    form = next(form for form in forms(again.text) if "until" in form.names())
    assert (form.action, form.value("until")) == ("/admin/c/small/extend", "2032-03-04T05:06")


def test_a_form_that_the_version_before_kept_is_worth_nothing(app: Flask) -> None:
    """It was not compressed: whoever logs in with it gets in, and is not shown it."""
    account = an_account("organiser", name="张三")
    with app.test_request_context("/admin/"):
        carrier = kept_form._carrier("n", kept_form._mark("n", account))
        kept = carrier.wrap(b'[1, "/admin/", []]')
        assert kept_form.opened(f"n.{kept}", account) is None
