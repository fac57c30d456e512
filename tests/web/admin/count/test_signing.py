"""Signing on the pages: two accounts, each with its proof."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.domain.definition.campaign import State
from tests.builders import a_definition, cast, close, count, running_campaign
from tests.signing_in import PASSWORD
from tests.web.admin.count.test_counting import CODE, acts, counted, found
from tests.web.admin.custody.test_arming import everything
from tests.web.people import browser, totp

ALONE = {"code": CODE, "title": "小型调查", "organiser": "考核组", "signatures": 1}


def sign(client: FlaskClient, part: str = "teller", **changed: str) -> Any:
    data = {"part": part, "password": PASSWORD, "totp": totp(1)} | changed
    return client.post("/admin/c/small/sign", data=data)


@pytest.fixture
def signers(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    counted(app)
    return (
        browser(app, "计票人甲", "scrutineer", second=True),
        browser(app, "监票人乙", "scrutineer", second=True),
    )


def test_two_sign_one_after_the_other(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    assert sign(one).status_code == 303
    assert found().state is State.COUNTED
    assert "等待第二人" in two.get("/admin/c/small/sign").text
    assert sign(two, "scrutineer").status_code == 303
    assert found().state is State.CERTIFIED
    *_, (first, _), (act, facts) = acts()
    assert (first, act) == ("sign", "certify")
    assert (facts["teller"][0], facts["scrutineer"][0]) == ("计票人甲", "监票人乙")
    page = two.get("/admin/c/small/sign").text
    assert all(name in page for name in ("计票人甲", "监票人乙"))


def test_the_same_account_does_not_sign_twice(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, _ = signers
    sign(one)
    before = everything()
    for part in ("teller", "scrutineer"):
        assert sign(one, part, totp=totp(0)).status_code in (403, 409)
    assert everything() == before
    assert found().state is State.COUNTED


def test_a_part_is_signed_once(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    assert sign(two, "teller").status_code == 409
    assert sign(two, "owner", totp=totp(0)).status_code == 422
    assert found().state is State.COUNTED


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"password": "wrong"}, 403),
        ({"totp": "000000"}, 403),
        ({"totp": ""}, 422),
        ({"password": ""}, 422),
        ({"part": ""}, 422),
    ],
)
def test_without_proof_nobody_signs(
    signers: tuple[FlaskClient, FlaskClient], changed: dict[str, str], status: int
) -> None:
    before = everything()
    assert sign(signers[0], **changed).status_code == status
    assert everything() == before


def test_without_second_factor_one_is_led_to_it(app: Flask) -> None:
    counted(app)
    client = browser(app, "监票人", "scrutineer")
    page = client.get("/admin/c/small/sign").text
    assert "先启用动态口令" in page
    assert 'href="/admin/me' in page
    before = everything()
    answer = sign(client, totp="123456")
    assert answer.status_code == 403
    assert 'href="/admin/me' in answer.text
    assert everything() == before


@pytest.mark.parametrize(
    ("role", "named"), [("organiser", "组织者"), ("viewer", "查看者"), ("owner", "系统管理员")]
)
def test_others_do_not_sign(app: Flask, role: str, named: str) -> None:
    counted(app)
    client = browser(app, "旁人", role, second=True)
    assert f"您的身份是“{named}”，不能签字" in client.get("/admin/c/small/sign").text
    before = everything()
    assert sign(client).status_code in (403, 404)
    assert everything() == before


def test_an_organiser_is_told_who_signs_and_what_each_of_them_lacks(app: Flask) -> None:
    counted(app)
    client = browser(app, "组织者甲", "organiser", second=True)
    browser(app, "李计", "scrutineer", second=True)
    browser(app, "陈监", "scrutineer")
    page = client.get("/admin/c/small/sign").text
    told = dict(re.findall(r'<li>(\w+) <span class="chip \w*">([^<]+)</span></li>', page))
    assert told == {"李计": "可以签字", "陈监": "没有第二重验证"}
    assert "还缺" not in page
    assert "没有第二重验证的，请本人登录" in page


def test_where_accounts_are_missing_it_is_said_who_adds_them_and_how(app: Flask) -> None:
    counted(app)
    browser(app, "李计", "scrutineer", second=True)
    added = "/admin/people?unit=&amp;role=scrutineer#new-person"
    for name, role, leads in (("组织者甲", "organiser", False), ("管理员乙", "owner", True)):
        client = browser(app, name, role, second=True)
        for page in ("/admin/c/small/sign", "/admin/c/small"):
            shown = client.get(page).text
            assert "还缺 1 个签字账号" in shown
            assert "系统管理员" in shown
            assert "身份选“计票人、监票人”" in shown
            assert (added in shown) is leads
    owner = client.get("/admin/people?unit=%E7%94%B2&role=scrutineer").text
    assert re.search(r'<input checked[^>]*value="scrutineer"', owner)
    assert 'value="甲"' in owner
    assert client.get("/admin/people?role=nobody").status_code == 200


def test_a_signer_who_is_alone_is_told_so_and_can_sign_first(app: Flask) -> None:
    counted(app)
    client = browser(app, "李计", "scrutineer", second=True)
    page = client.get("/admin/c/small/sign").text
    assert "还缺 1 个签字账号" in page
    assert 'name="part"' in page


def test_a_signer_without_second_factor_is_led_there_from_the_campaign(app: Flask) -> None:
    counted(app)
    lacking = browser(app, "陈监", "scrutineer")
    ready = browser(app, "李计", "scrutineer", second=True)
    said = "签字账号 2 个，设好第二重验证的只有 1 个"
    asked = "/admin/me/second-factor?next=/admin/c/small"
    for client, leads in ((lacking, True), (ready, False)):
        page = client.get("/admin/c/small").text
        assert said in page
        assert (f'href="{asked}"' in page) is leads
    assert (
        'href="/admin/me/second-factor?next=/admin/c/small/sign"' in lacking.get("/admin/c/small/sign").text
    )


def test_a_signature_can_be_withdrawn_by_its_own_account(signers: tuple[FlaskClient, FlaskClient]) -> None:
    one, two = signers
    sign(one)
    assert two.post("/admin/c/small/sign/withdraw").status_code == 409
    assert one.post("/admin/c/small/sign/withdraw").status_code == 303
    assert one.post("/admin/c/small/sign/withdraw").status_code == 409
    assert sign(two, "teller").status_code == 303
    assert [act for act, _ in acts()][-3:] == ["sign", "withdraw", "sign"]
    assert found().state is State.COUNTED


def test_signing_too_early(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    client = browser(app, "监票人", "scrutineer", second=True)
    assert "还没有计票" in client.get("/admin/c/small/sign").text
    before = everything()
    assert sign(client).status_code == 409
    assert everything() == before


def test_where_one_signs_one_signature_is_all(app: Flask) -> None:
    running = running_campaign(app, a_definition(campaign=ALONE), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, CODE)
    count(app, CODE)
    organiser = browser(app, "组织者", "organiser")
    one = browser(app, "监票人", "scrutineer", second=True)
    assert "一人签字即可" in organiser.get("/admin/c/small/sign").text
    assert "监票人签字" in organiser.get("/admin/c/small").text
    page = one.get("/admin/c/small/sign").text
    assert "没有第二人复核" in page
    assert 'type="radio"' not in page
    assert "计票人" not in page
    assert sign(one, "teller", totp=totp(0)).status_code == 409
    assert sign(one, "scrutineer").status_code == 303
    assert found().state is State.CERTIFIED
    page = one.get("/admin/c/small/sign").text
    assert "已签字，计票结果已确认。" in page
    assert "等待" not in page
    assert [act for act, _ in acts()][-1] == "certify"
    for place in ("certificate", "protocol", "shred", "documents", "decisions"):
        said = organiser.get(f"/admin/c/small/{place}").text
        assert "计票人" not in said, place
        assert "两人" not in said, place
    assert "监票人 监票人（账号设于" in organiser.get("/admin/c/small/protocol").text
    assert "监票人 监票人 签字确认了计票结果" in organiser.get("/admin/log").text
    assert "计票已由一人签字确认" in app.test_client().get("/r/small/check").text
