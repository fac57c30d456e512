"""The page on which an owner frees the place of somebody who does not decide on written names."""

from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.services.accounts import accounts
from survey.services.audit.audit import By
from survey.storage.accounts.account_rows import Account, find_account
from survey.storage.database import transaction
from tests.authenticator import ORIGIN
from tests.builders import BY
from tests.conftest import settings_on
from tests.name_tellers import choose, counted, take_part
from tests.signing_in import PASSWORD, an_account, sign_in
from tests.web.admin.accounts.test_passkeys import ask, holder, token_of
from tests.web.people import browser, totp

HERE = "/admin/c/nominate/names"


def tellers(app: Flask) -> list[Account]:
    """Count a campaign with one name, on which three accounts are to decide and two differ."""
    counted(app, ["小张"])
    found = [an_account("scrutineer", name=name) for name in "甲乙丙"]
    take_part(*found)
    choose(found[0], 小张=("张三", ""))
    choose(found[1], 小张=("张五", ""))
    return found


def number(name: str) -> int:
    with transaction() as session:
        account = find_account(session, name)
    assert account
    return account.id


def test_an_owner_releases_with_a_reason_and_proof(app: Flask) -> None:
    tellers(app)
    owner = browser(app, "王主任", "owner", second=True)
    page = f"{HERE}/tellers/{number('丙')}"
    assert f'href="{page}"' in owner.get(HERE).text
    assert "照样算一票" in owner.get(page).text
    sent = {"reason": "调离", "password": PASSWORD, "totp": totp(1)}
    assert owner.post(page, data=sent | {"reason": ""}).status_code == 422
    assert owner.post(page, data=sent | {"reason": "调" * 61}).status_code == 422
    assert owner.post(page, data=sent | {"password": "another"}).status_code == 403
    assert "丙</span>" in owner.get(HERE).text
    assert owner.post(page, data=sent).status_code == 303
    after = owner.get(HERE).text
    assert "解除 丙：调离" in after
    assert "您解除、停用或重设过认定人" in after
    assert "不占认定人的位置" in owner.get(page).text
    other = browser(app, "李主任", "owner", second=True)
    assert other.post(page, data=sent).status_code == 409
    released = sign_in(app.test_client(), an_account("scrutineer", name="丙"))
    assert "您曾被解除" in released.get(HERE).text


def test_whoever_sent_a_teller_away_is_told_that_he_takes_no_place(app: Flask) -> None:
    tellers(app)
    owner = browser(app, "王主任", "owner", second=True)
    page = f"{HERE}/tellers/{number('丙')}"
    owner.post(page, data={"reason": "调离", "password": PASSWORD, "totp": totp(1)})
    refused = owner.post(f"{HERE}/part")
    assert refused.status_code == 409
    assert "您解除、停用或重设过认定人" in refused.text


def test_the_page_says_who_disabled_a_teller_and_prints_a_command_that_a_shell_reads_as_it_is(
    app: Flask,
) -> None:
    counted(app, ["小张"])
    owner = browser(app, "王主任", "owner", second=True)
    odd = an_account("scrutineer", name="$(reboot)")
    gone, third = (an_account("scrutineer", name=name) for name in "乙丙")
    take_part(odd, gone, third)
    with transaction(write=True) as session:
        accounts.disable(session, gone, By("command line (root)", BY.at))
    said = owner.get(HERE).text
    assert "乙</span>（已停用）" in said
    assert "由服务器命令行 (root)停用 乙 的账号" in said
    owner.post(f"{HERE}/part")
    said = owner.get(f"{HERE}/tellers/{odd.id}").text
    assert "release-teller &#39;$(reboot)&#39; --campaign nominate --reason" in said


def test_who_is_enabled_again_is_told_that_three_others_decide(app: Flask) -> None:
    gone = tellers(app)[2]
    by = By("command line (root)", BY.at)
    with transaction(write=True) as session:
        accounts.disable(session, gone, by)
    take_part(an_account("scrutineer", name="丁"))
    with transaction(write=True) as session:
        accounts.enable(session, gone, by)
    page = sign_in(app.test_client(), an_account("scrutineer", name="丙")).get(HERE).text
    assert "您的账号停用期间已有三人认定" in page
    assert "已有三人认定，不能再增加" not in page
    assert "小张" not in page


def test_nobody_else_releases_and_other_accounts_have_no_such_page(app: Flask) -> None:
    first, *_ = tellers(app)
    organiser = browser(app, "组织", "organiser")
    assert organiser.get(f"{HERE}/tellers/{first.id}").status_code == 403
    owner = browser(app, "王主任", "owner", second=True)
    assert owner.get(f"{HERE}/tellers/{number('王主任')}").status_code == 404
    assert owner.get(f"{HERE}/tellers/4711").status_code == 404


def test_an_account_that_was_reset_is_told_who_has_to_confirm_it(app: Flask) -> None:
    first, *_ = tellers(app)
    browser(app, "王主任", "owner", second=True)
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, first, By("王主任", BY.at))
    page = sign_in(app.test_client(), an_account("scrutineer", name="甲")).get(HERE).text
    assert "小张" not in page
    assert "确认以前不能认定" in page
    assert 'href="/admin/c/nominate/resets"' in page


class TestPasskeys:
    """Where there are passkeys."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """Serve at an address that has passkeys."""
        return settings_on("sqlite", tmp_path, None, MINPING_BASE_URL=ORIGIN)

    def test_a_passkey_releases_the_one_account_that_it_was_asked_for(self, app: Flask) -> None:
        tellers(app)
        account, key = holder("owner", "王主任")
        owner = sign_in(app.test_client(), account)
        page, other = (f"{HERE}/tellers/{number(name)}" for name in "丙乙")

        def release(path: str, signed: str) -> int:
            data = {"csrf_token": token_of(owner.get(path)), "password": PASSWORD, "passkey": signed}
            return owner.post(path, data=data | {"reason": "调离"}).status_code

        assert release(other, key.sign(ask(owner, page).get_json())) == 403
        assert release(page, key.sign(ask(owner, page).get_json())) == 303
