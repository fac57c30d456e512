"""A copy of the server's key: for the owner, with proof, logged; and it opens the box."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.config import Settings
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Custody
from survey.secrecy.custody import read_key_file
from survey.secrecy.paper_key import new_paper_key, paper_key_file, paper_key_path, write_paper_key
from survey.services.audit.audit import history
from survey.services.campaigns import campaigns
from survey.services.custody import key_files
from survey.storage.database import transaction
from survey.web.context import settings as settings_now
from tests.builders import BY, a_definition
from tests.conftest import settings_on
from tests.signing_in import PASSWORD
from tests.web.people import browser, totp

HERE = "/admin/c/small/key"


def arm(custody: Custody = Custody.SERVER) -> bytes:
    with key_files.Undo() as undo, transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
        armed = campaigns.arm(session, "small", custody, BY)
        if custody is Custody.SERVER:
            settings_now().keys.mkdir(exist_ok=True)
            key_files.keep_key(settings_now().keys, armed, undo)
    return armed.seed


def fetch(client: FlaskClient, **changed: str) -> Any:
    return client.post(HERE, data={"password": PASSWORD, "totp": totp(1)} | changed)


def exports() -> list[str]:
    with transaction() as session:
        return [entry.actor for entry, _ in history(session, "small") if entry.act == Act.EXPORT_KEY]


def test_the_owner_gets_a_copy_that_is_the_key(app: Flask, tmp_path: Path) -> None:
    seed = arm()
    owner = browser(app, "王主任", "owner", second=True)
    assert "下载钥匙" in owner.get("/admin/c/small/arm").text
    assert "锁进柜子" in owner.get(HERE).text
    answer = fetch(owner)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    copy = tmp_path / "copy.key"
    copy.write_bytes(answer.data)
    assert read_key_file(copy) == seed
    assert exports() == ["王主任"]
    assert "已经导出过 1 次" in owner.get(HERE).text


def test_the_paper_key_comes_with_it(app: Flask) -> None:
    seed = arm()
    owner = browser(app, "王主任", "owner", second=True)
    key = new_paper_key("small")
    write_paper_key(paper_key_path(settings_now().keys, "small"), key)
    answer = fetch(owner)
    assert answer.mimetype == "application/zip"
    assert "small-keys.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.namelist() == ["small.key", "small.paper-key"]
        assert seed.hex().encode() in packed.read("small.key")
        assert packed.read("small.paper-key") == paper_key_file(key)
    with transaction() as session:
        *_, (entry, facts) = history(session, "small")
    assert (entry.act, facts) == (Act.EXPORT_KEY, {"paper": True})
    assert "纸票钥匙" in owner.get(HERE).text


def test_where_scrutineers_hold_the_other_the_paper_key_alone_comes(app: Flask) -> None:
    arm(Custody.SCRUTINEERS)
    owner = browser(app, "王主任", "owner", second=True)
    assert "服务器上没有这项活动的钥匙" in owner.get(HERE).text
    key = new_paper_key("small")
    write_paper_key(paper_key_path(settings_now().keys, "small"), key)
    answer = fetch(owner)
    assert answer.data == paper_key_file(key)
    assert "small.paper-key" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"password": "wrong"}, 403), ({"totp": "000000"}, 403), ({"totp": ""}, 422), ({"password": ""}, 422)],
)
def test_without_proof_nothing_leaves(app: Flask, changed: dict[str, str], status: int) -> None:
    seed = arm()
    answer = fetch(browser(app, "王主任", "owner", second=True), **changed)
    assert answer.status_code == status
    assert seed.hex() not in answer.text
    assert exports() == []


def test_without_a_second_factor_nothing_leaves(app: Flask) -> None:
    arm()
    assert fetch(browser(app, "王主任", "owner")).status_code in (303, 403)
    assert exports() == []


@pytest.mark.parametrize("role", ["organiser", "scrutineer", "viewer"])
def test_nobody_else_gets_it(app: Flask, role: str) -> None:
    arm()
    client = browser(app, "李干事", role, second=True)
    assert client.get(HERE).status_code == 403
    assert fetch(client).status_code == 403
    assert "只有系统管理员能下载" in client.get("/admin/c/small/arm").text
    assert exports() == []


def test_there_is_none_where_scrutineers_hold_it(app: Flask) -> None:
    arm(Custody.SCRUTINEERS)
    owner = browser(app, "王主任", "owner", second=True)
    assert "服务器上没有这项活动的钥匙" in owner.get(HERE).text
    assert fetch(owner).status_code == 409
    assert exports() == []


def test_a_key_that_is_gone_is_no_copy(app: Flask) -> None:
    arm()
    key_files.key_path(settings_now().keys, "small").unlink()
    answer = fetch(browser(app, "王主任", "owner", second=True))
    assert answer.status_code == 409
    assert "找不到这把钥匙" in answer.text
    assert exports() == []


class TestOverPlainHttp:
    """The key does not travel where others can read along."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return settings_on("sqlite", tmp_path, None, MINPING_BASE_URL="http://minping.example")

    def test_it_is_refused(self, app: Flask) -> None:
        arm()
        answer = fetch(browser(app, "王主任", "owner", second=True))
        assert answer.status_code == 409
        assert "网址没有加密" in answer.text
        assert exports() == []
