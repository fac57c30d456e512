"""The accounts of others, as an owner's page has them."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from survey.storage.database import transaction
from tests.signing_in import PASSWORD, an_account, sign_in, signed_in
from tests.web.admin.accounts.test_login import is_in, log_in, post, with_password


def test_an_owner_makes_an_account(app: Flask) -> None:
    client = signed_in(app, "owner")
    answer = post(client, "/admin/people", name=" 李四 ", unit="考核组", role="scrutineer")
    link = re.search(r"/admin/link/[\w-]{40,}", answer.text)
    assert link
    assert link[0] not in client.get("/admin/people").text
    assert "考核组" in client.get("/admin/people").text
    new = app.test_client()
    post(new, link[0])
    post(new, "/admin/me/password", password=PASSWORD, again=PASSWORD)
    page = new.get("/admin/me").text
    assert "李四" in page
    assert "计票人" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "role": "viewer"},
        {"name": "owner", "role": "viewer"},
        {"name": "名" * 81, "role": "viewer"},
        {"name": "李四", "role": "king"},
        {"name": "李四"},
        {"name": "李\x01四", "role": "viewer"},
    ],
    ids=["no-name", "taken", "long", "no-such-role", "no-role", "unprintable"],
)
def test_an_account_that_cannot_be_made(app: Flask, fields: dict[str, str]) -> None:
    client = signed_in(app, "owner")
    answer = post(client, "/admin/people", unit="考核组", **fields)
    assert answer.status_code == 422
    assert 'value="考核组"' in answer.text
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM accounts")).scalar() == 1


def test_an_owner_helps_and_keeps_out(app: Flask) -> None:
    owner, account = signed_in(app, "owner"), with_password()
    page = f"/admin/people/{account.id}"
    answer = post(owner, f"{page}/link", page)
    link = re.search(r"/admin/link/[\w-]{40,}", answer.text)
    assert link
    client = app.test_client()
    assert log_in(client).status_code == 403
    post(owner, f"{page}/disable", page)
    assert post(app.test_client(), "/admin/login", name="张三", password=PASSWORD).status_code == 403
    assert client.get(link[0]).status_code == 403
    assert "已停用" in owner.get(page).text
    post(owner, f"{page}/enable", page)
    assert "已停用" not in owner.get(page).text


def test_an_owner_resets_a_second_factor(app: Flask) -> None:
    owner, other = signed_in(app, "owner", name="甲"), an_account("owner", name="乙")
    page = f"/admin/people/{other.id}"
    theirs = sign_in(app.test_client(), other)
    post(owner, f"{page}/second-factor", page)
    assert not is_in(theirs)
    assert an_account("owner", name="乙").totp_secret is None


def test_an_owner_does_not_get_round_the_checks_on_the_own_account(app: Flask) -> None:
    account = an_account("owner")
    page = f"/admin/people/{account.id}"
    for act in ("link", "second-factor"):
        assert post(signed_in(app, "owner"), f"{page}/{act}", "/admin/me").status_code == 409
    answer = post(signed_in(app, "owner"), f"{page}/disable", "/admin/me")
    assert answer.status_code == 303
    assert not an_account("owner").disabled


def test_no_such_person(app: Flask) -> None:
    client = signed_in(app, "owner")
    assert client.get("/admin/people/9999").status_code == 404
    for act in ("disable", "enable", "link", "second-factor"):
        assert post(client, f"/admin/people/9999/{act}", "/admin/me").status_code == 404


def test_who_signs_and_who_cannot_yet_is_said_to_whoever_makes_the_accounts(app: Flask) -> None:
    with_password("scrutineer", "李计")
    with_password("organiser", "王组")
    page = signed_in(app, "owner").get("/admin/people").text
    assert "请给每个办测评的单位添加两个身份为“计票人、监票人”的账号" in page
    rows = {
        name: row
        for row in re.findall("<tr>.*?</tr>", page, re.DOTALL)
        for name in ("李计", "王组")
        if name in row
    }
    assert "没有第二重验证" in rows["李计"]
    assert "没有第二重验证" not in rows["王组"]
