"""One owner against two signers: whatever is tried on the pages, a count bears no signature of one person."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pyotp
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.domain.definition.campaign import State
from survey.services.accounts import accounts, resets
from survey.storage.database import transaction
from tests.builders import a_definition, cast, close, count, running_campaign
from tests.signing_in import PASSWORD
from tests.web.admin.count.test_counting import counted, found
from tests.web.people import browser, totp

NEW = "五月的山 harbour-27 lantern"
SIGNERS = ("计票人甲", "监票人乙")


class Taken:
    """An account in somebody's hands: a login link used, password and second factor set, all by pages."""

    def __init__(self, app: Flask, link: str) -> None:
        self.client = app.test_client()
        assert self.client.post(f"/admin/link/{link}").status_code == 303
        answer = self.client.post("/admin/me/password", data={"password": NEW, "again": NEW})
        assert answer.status_code == 303, answer.text
        assert self.client.get("/admin/me/second-factor").status_code == 200
        with self.client.session_transaction("/admin/") as cookie:
            self.secret = cookie["second-factor"]
        number = pyotp.TOTP(self.secret).at(datetime.now(UTC))
        page = self.client.post("/admin/me/second-factor", data={"number": number})
        # More of them than numbers that an authenticator shows in half a minute.
        self.tokens = re.findall(r"<code>([0-9A-Z-]{14})</code>", page.text)
        assert len(self.tokens) == 10

    def number(self) -> str:
        """Return a recovery code that was not used yet: it does what a number does."""
        return self.tokens.pop()

    def sign(self, part: str) -> TestResponse:
        data = {"part": part, "password": NEW, "totp": self.number()}
        return self.client.post("/admin/c/small/sign", data=data)

    def confirm(self, *names: str) -> TestResponse:
        return confirm(self.client, NEW, self.number(), *names)


def confirm(client: FlaskClient, password: str, number: str, *names: str, upto: int = 9999) -> TestResponse:
    data = {"account": list(names), "password": password, "totp": number, "upto": upto}
    return client.post("/admin/c/small/resets", data=data)


def number_of(name: str) -> int:
    with transaction() as session:
        return accounts.named(session, name).id


def link_on(page: TestResponse) -> str:
    said = re.search(r"/admin/link/([\w-]+)", page.text)
    assert said, page.text
    return said[1]


def take_over(app: Flask, owner: FlaskClient, name: str) -> Taken:
    """Reset an account, as an owner may, and move in."""
    path = f"/admin/people/{number_of(name)}"
    owner.post(f"{path}/second-factor")
    return Taken(app, link_on(owner.post(f"{path}/link")))


def make(app: Flask, owner: FlaskClient, name: str, role: str) -> Taken:
    """Make an account and move in."""
    data = {"name": name, "role": role, "unit": ""}
    return Taken(app, link_on(owner.post("/admin/people", data=data)))


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """The one owner who wants both signatures."""
    counted_with_signers(app)
    return browser(app, "王主任", "owner")


def counted_with_signers(app: Flask) -> None:
    counted(app)
    for name in SIGNERS:
        browser(app, name, "scrutineer", second=True)


def by_two_resets(app: Flask, owner: FlaskClient) -> list[TestResponse]:
    one, two = (take_over(app, owner, name) for name in SIGNERS)
    two.confirm(SIGNERS[0])
    one.confirm(SIGNERS[1])
    return [one.sign("teller"), two.sign("scrutineer")]


def by_two_new_accounts(app: Flask, owner: FlaskClient) -> list[TestResponse]:
    one, two = (make(app, owner, name, "scrutineer") for name in ("新甲", "新乙"))
    return [one.sign("teller"), two.sign("scrutineer")]


def by_an_owner_of_ones_own_making(app: Flask, owner: FlaskClient) -> list[TestResponse]:
    mine = make(app, owner, "李主任", "owner")
    one, two = (take_over(app, mine.client, name) for name in SIGNERS)
    mine.confirm(*SIGNERS)
    return [one.sign("teller"), two.sign("scrutineer")]


Attack = Callable[[Flask, FlaskClient], list[TestResponse]]
ATTACKS: list[Attack] = [by_two_resets, by_two_new_accounts, by_an_owner_of_ones_own_making]


@pytest.mark.parametrize("attack", ATTACKS)
def test_one_owner_gets_no_count_signed(app: Flask, owner: FlaskClient, attack: Attack) -> None:
    answers = attack(app, owner)
    assert [one.status_code for one in answers] == [409, 409]
    assert all("还没有人确认" in one.text for one in answers)
    assert found().state is State.COUNTED


@pytest.mark.parametrize("attack", ATTACKS)
def test_without_the_check_each_of_them_would(
    app: Flask, owner: FlaskClient, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the attacker is able, and only the check is in the way."""
    monkeypatch.setattr(resets, "require_confirmed", lambda *_: None)
    attack(app, owner)
    assert found().state is State.CERTIFIED


def by_a_reset_and_another_signers_word(app: Flask, owner: FlaskClient) -> list[TestResponse]:
    one, two = (take_over(app, owner, name) for name in SIGNERS)
    answers = [two.confirm(SIGNERS[0]), one.confirm(SIGNERS[1])]
    return [*answers, one.sign("scrutineer"), two.sign("scrutineer")]


def by_a_reset_and_an_accomplice_of_ones_own_making(app: Flask, owner: FlaskClient) -> list[TestResponse]:
    one, other = take_over(app, owner, SIGNERS[0]), make(app, owner, "新甲", "scrutineer")
    return [other.confirm(SIGNERS[0]), one.sign("scrutineer"), other.sign("scrutineer")]


ATTACKS_ON_ONE: list[Attack] = [
    by_a_reset_and_another_signers_word,
    by_a_reset_and_an_accomplice_of_ones_own_making,
]


@pytest.fixture
def owner_of_a_survey(app: Flask) -> FlaskClient:
    """The same owner, where one signature is enough."""
    head = {"code": "small", "title": "小型调查", "organiser": "考核组", "signatures": 1}
    running = running_campaign(app, a_definition(campaign=head), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")
    for name in SIGNERS:
        browser(app, name, "scrutineer", second=True)
    return browser(app, "王主任", "owner")


@pytest.mark.parametrize("attack", ATTACKS_ON_ONE)
def test_one_signature_is_not_the_owners_either(
    app: Flask, owner_of_a_survey: FlaskClient, attack: Attack
) -> None:
    assert {one.status_code for one in attack(app, owner_of_a_survey)} == {409}
    assert found().state is State.COUNTED


@pytest.mark.parametrize("attack", ATTACKS_ON_ONE)
def test_without_the_check_it_would_be(
    app: Flask, owner_of_a_survey: FlaskClient, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resets, "require_confirmed", lambda *_: None)
    attack(app, owner_of_a_survey)
    assert found().state is State.CERTIFIED


def test_the_refusal_says_what_to_do_and_a_second_owner_can(app: Flask, owner: FlaskClient) -> None:
    one, two = (take_over(app, owner, name) for name in SIGNERS)
    refused = one.sign("teller")
    assert refused.status_code == 409
    assert "王主任 重设过 计票人甲 的账号，还没有人确认" in refused.text
    assert "/admin/c/small/resets" in refused.text
    assert "2 个签字账号在规则冻结以后被他人重设过" in owner.get("/admin/c/small").text
    told = owner.get("/admin/c/small/resets").text
    assert "另一位系统管理员：不是重设的那一位" in told
    assert "minping admin confirm-reset" in told
    assert 'type="checkbox"' not in told  # who reset it cannot confirm it

    second = browser(app, "李主任", "owner", second=True)
    offered = second.get("/admin/c/small/resets").text
    assert all(f'value="{name}"' in offered for name in SIGNERS)
    assert confirm(second, "wrong", totp(), *SIGNERS).status_code == 403
    assert confirm(second, PASSWORD, totp(), *SIGNERS, upto=1).status_code == 409  # nothing of that was seen
    assert confirm(second, PASSWORD, totp(1)).status_code == 422
    assert one.sign("teller").status_code == 409
    assert confirm(second, PASSWORD, totp(1), *SIGNERS).status_code == 303

    assert one.sign("teller").status_code == 303
    assert two.sign("scrutineer").status_code == 303
    assert found().state is State.CERTIFIED
    for page in (owner.get("/admin/c/small/certificate").text, on_paper(owner)):
        plain = re.sub(r"\s", "", page)
        assert plain.count("由账号“王主任”重设密码（给登录链接）") >= 4  # as the last reset, and after arming
        assert plain.count("由账号“王主任”取消第二重验证") >= 4
        assert plain.count("由本人设置密码") == 2
        assert plain.count("由本人设置动态口令") == 2
        assert plain.count("经另一位系统管理员账号“李主任”确认属实") == 4
        assert "确认人的账号：" in plain
    # What happens to the accounts later changes nothing on it.
    before = stood(owner), on_paper(owner)
    assert len(before[0]) == 2
    take_over(app, second, SIGNERS[0])
    assert (stood(owner), on_paper(owner)) == before


def stood(client: FlaskClient) -> list[str]:
    page = client.get("/admin/c/small/certificate").text
    return re.findall(r'<ul class="stood">.*?</ul>', page, re.DOTALL)


def on_paper(client: FlaskClient) -> str:
    answer = client.get("/admin/c/small/certificate.pdf")
    assert answer.status_code == 200
    with pypdfium2.PdfDocument(BytesIO(answer.data)) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf)


def test_the_other_signer_can_confirm_and_a_third_ones_word_is_not_his(
    app: Flask, owner: FlaskClient
) -> None:
    third = browser(app, "监票人丙", "scrutineer", second=True)
    other = browser(app, "监票人丁", "scrutineer", second=True)
    one = take_over(app, owner, SIGNERS[0])
    assert one.confirm(SIGNERS[0]).status_code == 409
    assert confirm(third, PASSWORD, totp(), SIGNERS[0]).status_code == 303
    assert one.sign("teller").status_code == 303  # who signs beside is not known yet
    wrong = other.post("/admin/c/small/sign", data=of_signing(totp()))
    assert wrong.status_code == 409
    assert "还没有人确认" in wrong.text
    assert found().state is State.COUNTED
    assert third.post("/admin/c/small/sign", data=of_signing(totp(1))).status_code == 303
    assert found().state is State.CERTIFIED
    plain = re.sub(r"\s", "", on_paper(owner))
    assert "经另一签字人账号“监票人丙”书面确认属实" in plain
    assert "计票人甲的账号重设经另一签字人书面确认（签字）：" in plain
    assert "监票人丙的账号重设" not in plain
    protocol = third.get("/admin/c/small/protocol").text
    assert "确认账号重设属实" in protocol
    assert "账号“计票人甲”，2 次重设" in protocol


def of_signing(number: str, part: str = "scrutineer") -> dict[str, str]:
    return {"part": part, "password": PASSWORD, "totp": number}


def test_a_signature_that_waits_falls_with_a_reset(app: Flask, owner: FlaskClient) -> None:
    first, second = (app.test_client(), app.test_client())
    from tests.signing_in import an_account, sign_in

    for client, name in ((first, SIGNERS[0]), (second, SIGNERS[1])):
        sign_in(client, an_account("scrutineer", name=name))
    assert first.post("/admin/c/small/sign", data=of_signing(totp(), "teller")).status_code == 303
    assert "已签 1 人" in second.get("/admin/c/small/sign").text
    path = f"/admin/people/{number_of(SIGNERS[0])}"
    owner.post(f"{path}/disable")
    owner.post(f"{path}/enable")
    assert "已签 1 人" not in second.get("/admin/c/small/sign").text
    assert second.post("/admin/c/small/sign", data=of_signing(totp())).status_code == 303
    assert found().state is State.COUNTED  # it is the first one now
