"""Acts on accounts are seen by everybody in the unit, and by nobody beyond."""

import pytest
from flask import Flask

from survey.domain.accounts.roles import Role
from survey.services.accounts import accounts, second_factor
from survey.storage.database import transaction
from tests.builders import BY, a_definition, armed_campaign
from tests.desk import Desk
from tests.signing_in import an_account

OF_OFFICES = [role for role in Role if role is not Role.MEMBER]
"""A member has seats in assessments, and sees nobody's acts."""


def reset(name: str, unit: str) -> None:
    """Make an account and do to it what an owner can."""
    account = an_account("scrutineer", unit, name)
    with transaction(write=True) as session:
        second_factor.enrol(session, account, *_secret(), BY)
        accounts.replace_password(session, account, BY)
        accounts.reset_second_factor(session, account, BY)
        accounts.disable(session, account, BY)
        accounts.enable(session, account, BY)


def _secret() -> tuple[str, str]:
    import pyotp

    secret = second_factor.new_secret()
    return secret, pyotp.TOTP(secret).at(BY.at)


@pytest.mark.parametrize("role", OF_OFFICES)
def test_every_role_sees_the_acts_of_its_unit(app: Flask, role: str) -> None:
    reset("监票张三", "甲局")
    reset("监票李四", "乙局")
    reset("监票王五", "")
    desk = Desk(app, role, "甲局")
    page = desk.get("/admin/accounts").text
    for said in (
        "新建了账号“监票张三”",
        "为账号“监票张三”做了新的登录链接，原密码作废。",
        "重置了账号“监票张三”的第二重验证（动态口令、通行密钥）。",
        "为账号“监票张三”设置了动态口令。",
        "停用了账号“监票张三”。",
        "重新启用了账号“监票张三”。",
        "监票王五",
    ):
        assert said in page
    assert ("监票李四" in page) is (role == "owner")
    other = desk.get("/admin/accounts?name=监票李四").text
    assert ("停用了账号“监票李四”" in other) is (role == "owner")
    assert "停用了账号“监票王五”" not in desk.get("/admin/accounts?name=监票张三").text
    assert 'href="/admin/accounts"' in desk.get("/admin/").text


def test_logins_are_not_among_them_and_pages_turn(app: Flask) -> None:
    account = an_account("viewer", "甲局", "张三")
    with transaction(write=True) as session:
        secret = accounts.make_link(session, account, BY)
        accounts.use_link(session, secret, BY)
        for _ in range(60):
            accounts.enable(session, account, BY)
    desk = Desk(app, "organiser", "甲局")
    page = desk.get("/admin/accounts?name=张三").text
    assert "登录。" not in page
    assert page.count("重新启用了账号") == 50
    second = desk.get("/admin/accounts?name=张三&page=2").text
    assert second.count("重新启用了账号") == 10
    assert "新建了账号“张三”" in second
    assert "page=1" in second
    for odd in ("page=0", "page=99", "page=x", "name=%00", "name=nobody"):
        assert desk.get(f"/admin/accounts?{odd}").status_code == 200


@pytest.mark.parametrize("role", OF_OFFICES)
def test_every_role_sees_the_resets_of_a_campaigns_signers(app: Flask, role: str) -> None:
    desk = Desk(app, role)
    armed_campaign(app, a_definition())
    assert 'href="/admin/c/small/resets"' in desk.get("/admin/c/small").text
    assert "没有签字账号被他人" in desk.get("/admin/c/small/resets").text
    reset("监票张三", "")
    page = desk.get("/admin/c/small/resets").text
    assert "监票张三" in page
    # "test" is no account: whoever runs commands, whose acts are shown and wait for nobody.
    assert "由服务器管理者所为" in page
    assert "待确认" not in page


def test_whoever_resets_is_told_before(app: Flask) -> None:
    signer, owner = an_account("scrutineer", name="监票张三"), an_account("owner", name="李主任")
    viewer = an_account("viewer", name="查看王五")
    desk = Desk(app, "owner", name="王主任")
    assert "写在这个账号今后签字的每一份计票确认书上" in desk.get(f"/admin/people/{signer.id}").text
    assert "就不能再确认别人的重设" in desk.get(f"/admin/people/{owner.id}").text
    assert "计票确认书" not in desk.get(f"/admin/people/{viewer.id}").text
    assert "写在他签字的每一份计票确认书上" in desk.get("/admin/people").text
    with transaction(write=True) as session:
        accounts.disable(session, signer, BY)
    assert "写在这个账号今后签字的每一份计票确认书上" in desk.get(f"/admin/people/{signer.id}").text
