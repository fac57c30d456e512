"""The page of channels: what the file says without its secrets, its faults, and a message to try one."""

import re
from pathlib import Path

import pytest
from flask import Flask

from survey.channels.sms.configuration import read_channels
from survey.domain.sms.incoming import Receipt, Unknown
from survey.services.sms import sending
from survey.storage.database import transaction
from survey.web.context import settings
from survey.web.sms import desk
from survey.web.sms.counter import channels_file
from tests.office import Office
from tests.sms_clients import open_sms, queued, secrets_here, send_all

from .desk_channel import TYPED, attached

PAGE = "/admin/sms-channels"
SECRET, KEY = "Zb3kQ9x_Lm2vT7rWc5nYp8-aHd4Gs6Jf", "0123456789abcdef0123456789abcdef"
GOOD = f"""
[channels.mas]
adapter = "signed"
number = "106900001234"
key = "{KEY}"
send_url = "https://gateway.example.org/send"
addresses = ["203.0.113.0/24"]
rate = 50

[channels.ali]
adapter = "aliyun"
secret = "{SECRET}"
key_id = "LTAI0000000000000000"
key = "{KEY}x"
signature = "某市政务服务局"
templates = [{{ id = "SMS_1", text = "${{title}}：您好" }}]

[channels.smsc]
adapter = "smpp"
number = "1069"
host = "smsc.example.org"
system_id = "minping"
password = "hunter2x"
"""


def write(text: str) -> Path:
    file = channels_file(settings().instance)
    file.write_text(text)
    file.chmod(0o600)
    return file


def attach(app: Flask, text: str = GOOD) -> None:
    desk.attach(app, read_channels(write(text)), lambda *_: None, lambda *_: None)


def test_channels_are_shown_without_what_is_secret(app: Flask) -> None:
    attach(app)
    page = Office(app).get(PAGE).text
    for said in (
        "mas",
        "106900001234",
        "每秒至多 50 条",
        "http://127.0.0.1:8000/sms/ali",
        "由 minping sms run 保持连接",
    ):
        assert said in page, said
    assert page.count("已限定") == 1
    for secret in (SECRET, KEY, "hunter2x", "LTAI", "gateway.example.org"):
        assert secret not in page
    assert "处错误" not in page
    assert "重启后生效" not in page


def test_faults_of_the_file_are_told_by_path_beside_what_runs(app: Flask) -> None:
    attach(app)
    office = Office(app)
    write(GOOD.replace("rate = 50", "rate = 0\nspeed = 3").replace(SECRET, "guessable"))
    page = office.get(PAGE).text
    assert "有 3 处错误" in page
    for path in ("channels.mas.rate", "channels.mas.speed", "channels.ali.secret"):
        assert path in page
    assert "guessable" not in page
    assert "每秒至多 50 条" in page
    write(GOOD + GOOD.split("[channels.ali]")[0].replace("mas", "mas2"))
    assert "重启后生效" in office.get(PAGE).text


def test_without_a_file_the_page_says_what_there_is(app: Flask) -> None:
    desk.attach(app, {}, lambda *_: None, lambda *_: None)
    assert "aliyun, tencent, kannel, smpp" in Office(app).get(PAGE).text


def test_a_message_is_tried_and_its_number_kept_nowhere(app: Flask) -> None:
    provider = attached(app)
    office = Office(app)
    assert 'href="/admin/sms-channels"' in office.get("/admin/watching").text
    office.get(PAGE)
    office.post(f"{PAGE}/mas", number="1", text="测试")
    assert office.page.status_code == 422
    assert "号码太短" in office.page.text
    office.post(f"{PAGE}/mas", number=TYPED, text="测试", follow=True)
    assert "已交给短信通道" in office.page.text
    ((number, text, _),) = provider.sent
    assert (number, text) == ("+8613800998877", "测试")
    provider.answers = [Unknown("no answer")]
    office.post(f"{PAGE}/mas", number=TYPED, text="测试", follow=True)
    assert "不知道发出没有" in office.page.text
    said = office.get("/admin/log").text + office.client.get("/admin/log.jsonl").text
    assert "经通道 mas 试发了 1 条短信" in said
    assert "800998877" not in re.sub(r"\s", "", said)
    assert office.post(f"{PAGE}/nowhere", number=TYPED, text="测试").status_code == 404


def test_what_is_held_by_another_process_is_not_sent_from_a_page(app: Flask) -> None:
    attach(app)
    office = Office(app)
    office.get(PAGE)
    office.post(f"{PAGE}/smsc", number=TYPED, text="测试", follow=True)
    assert "通道现在不能发" in office.page.text


def test_receipts_are_counted_by_channel(app: Flask) -> None:
    open_sms(app, 4)
    queued("hotline")
    provider = attached(app)
    send_all(provider)
    office = Office(app)
    assert "4 / 0" in office.get(PAGE).text
    assert "还没有一条收到状态报告" in office.page.text
    with transaction(write=True) as session:
        found = [Receipt(provider.sent[0][2], delivered=True), Receipt(provider.sent[1][2], delivered=False)]
        sending.note_receipts(session, "mas", found, secrets_here())
    assert "4 / 2" in office.get(PAGE).text


@pytest.mark.parametrize("role", ["organiser", "viewer", "scrutineer", "member"])
def test_owners_alone_see_channels(app: Flask, role: str) -> None:
    provider = attached(app)
    office = Office(app, role=role)
    assert office.get(PAGE).status_code == 403
    assert office.post(f"{PAGE}/mas", number=TYPED, text="测试").status_code == 403
    assert provider.sent == []
