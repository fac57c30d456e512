"""The pages of a campaign by text message: what they show, refuse, and keep to themselves."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from openpyxl import load_workbook

from survey.domain.definition.campaign import State
from survey.domain.sms.incoming import Refused, Unknown
from survey.domain.sms.message_parts import PartPrice
from survey.services.audit import audit
from survey.services.campaigns import campaigns
from survey.services.sms import client_lists, outbox
from survey.storage.database import transaction
from tests.builders import BY, a_definition, armed_campaign, count
from tests.office import Office
from tests.sms_clients import (
    BEGAN,
    a_list,
    a_reply,
    an_sms_definition,
    close_sms,
    listed_campaign,
    number_of,
    numbers_of,
    open_sms,
    receive,
    secrets_here,
    send_all,
    shake_sms,
)

from .desk_channel import TYPED, NamedProvider, attached

PAGE = "/admin/c/hotline/sms"
WAYS = {"invitation": "invite", "reminder": "remind"}


@pytest.fixture
def provider(app: Flask) -> NamedProvider:
    return attached(app)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("admin.current_actor", "admin.sms.sending", "context"):
        monkeypatch.setattr(f"survey.web.{place}.now", lambda: BEGAN)


def acts() -> Iterator[str]:
    with transaction() as session:
        yield from (str((entry.act, facts)) for entry, facts in audit.history(session, "hotline"))


def upload(office: Office, content: bytes, name: str = "list.csv", **fields: str) -> None:
    office.get(PAGE)
    office.post(PAGE, follow=True, file=(io.BytesIO(content), name), **fields)


def send(office: Office, kind: str = "invitation", **fields: str) -> None:
    office.get(f"{PAGE}/sending")
    typed = {f"typed-{kind}": "hotline"} | fields
    office.post(f"{PAGE}/{WAYS[kind]}", follow=True, **typed)


def row(page: str, word: str) -> int:
    found = re.search(rf">{word}(?:<br>.*?)?</th><td class=\"number\">(\d+)</td>", page)
    assert found, word
    return int(found[1])


# The list


def test_a_list_is_taken_and_shown_in_numbers(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    with transaction(write=True) as session:
        client_lists.opt_out(session, secrets_here(), number_of(2), BY)
    office = Office(app, role="organiser")
    assert "还没有导入名单" in office.get(PAGE).text
    upload(office, a_list(6))
    assert "已导入 5 个号码，拒收短信的 1 个没有列入" in office.page.text
    assert re.search(r">办税窗口</th><td class=\"number\">2</td>", office.page.text)
    assert re.search(r">供水窗口</th><td class=\"number\">1</td>", office.page.text)
    assert "另有 1 个号码登记过拒收短信" in office.page.text


def test_the_template_can_be_filled_in_and_sent_back(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    office = Office(app, role="organiser")
    book = load_workbook(io.BytesIO(office.client.get(f"{PAGE}/list.xlsx").data))
    sheet = book["短信名单"]
    assert [cell.value for cell in sheet[1]] == ["手机号", "测评对象"]
    sheet.append([number_of(1)[3:], "办税窗口"])
    out = io.BytesIO()
    book.save(out)
    upload(office, out.getvalue(), "名单.xlsx")
    assert "已导入 1 个号码" in office.page.text


def test_faults_are_told_by_row_and_nothing_is_taken(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    office = Office(app, role="organiser")
    number = number_of(1)[3:]
    written = (
        f"手机号,窗口\n{number},办税窗口\n{number},办税窗口\n010-88887777,办税窗口\n13800002222,财神庙\n"
    )
    upload(office, written.encode())
    assert office.page.status_code == 422
    for said in ("A3", "与第 2 行是同一个号码", "A4", "这是座机号码", "B5", "没有这个测评对象", "财神庙"):
        assert said in office.page.text, said
    assert number not in office.page.text
    assert "88887777" not in office.page.text
    assert numbers_of("hotline").listed == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "文件是空的"),
        ("a.xlsx", b"PK\x03\x04" + bytes(200), "已损坏"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧格式"),
        ("<b>.csv", b"a,b\n1,2\n", "没有“手机号”这一列"),
        ("a.exe", b"MZ\x90\x00" + bytes(range(256)), ""),
        ("../../etc/passwd", "手机号\n=cmd|' /C calc'!A0\n".encode(), "是公式"),
    ],
)
def test_hostile_files_are_refused(app: Flask, name: str, content: bytes, said: str) -> None:
    armed_campaign(app, an_sms_definition())
    office = Office(app, role="organiser")
    upload(office, content, name)
    assert office.page.status_code == 422
    assert said in office.page.text
    assert "<b>.csv" not in office.page.text
    assert numbers_of("hotline").listed == 0


def test_a_list_takes_the_place_of_the_one_before(app: Flask) -> None:
    listed_campaign(app, 6)
    office = Office(app, role="organiser")
    upload(office, a_list(3))
    assert "已在先前导入的名单里" in office.page.text
    upload(office, a_list(3, first=10), mode="add")
    assert numbers_of("hotline").listed == 9
    upload(office, a_list(4), mode="replace")
    assert "已导入 4 个号码" in office.page.text
    assert numbers_of("hotline").listed == 4
    assert "撤下原来的短信名单：all 票 9 个" in office.get("/admin/log").text
    office.get(PAGE)
    upload(office, b"number\n1\n", mode="replace")
    assert office.page.status_code == 422
    assert numbers_of("hotline").listed == 4
    # What was issued, less what is void, is what is listed: the count adds up.
    assert "名单上的号码 4 个" in office.get("/admin/c/hotline").text


def test_a_list_comes_too_late_once_voting_is_open(app: Flask) -> None:
    open_sms(app, 3)
    office = Office(app, role="organiser")
    assert "名单不能再变" in office.get(PAGE).text
    upload(office, a_list(3, first=10))
    assert office.page.status_code == 409
    assert numbers_of("hotline").listed == 3


def test_an_opt_out_by_hand_is_kept_as_a_digest(app: Flask) -> None:
    armed_campaign(app, an_sms_definition())
    office = Office(app, role="organiser")
    office.get(PAGE)
    office.post(f"{PAGE}/opt-out", number="010-88887777")
    assert office.page.status_code == 422
    assert "座机" in office.page.text
    for said in ("已登记", "早已登记"):
        office.post(f"{PAGE}/opt-out", number=TYPED, follow=True)
        assert said in office.page.text
    assert "13800998877" not in office.page.text.replace(" ", "")
    upload(office, b"number,ratee\n13800998877,tax\n13800000001,tax")
    assert "拒收短信的 1 个没有列入" in office.page.text


# The text


def test_the_text_is_shown_with_parts_and_cost(app: Flask, provider: NamedProvider) -> None:
    listed_campaign(app, 10)
    office = Office(app, role="organiser")
    page = office.get(f"{PAGE}/text").text
    assert "【政务服务局】窗口服务评价:办税窗口的服务" in page
    assert "保密，不匿名" in page
    assert "10 条" in page
    assert "0.45 元" in office.get(f"{PAGE}/text?price=0.045").text
    for wrong in ("-1", "NaN", "1e9", "x", "９"):
        page = office.get(f"{PAGE}/text?price={wrong}").text
        assert "请填写金额" in page
        assert " 元</b>" not in page


def test_the_channels_price_needs_no_typing_and_a_typed_one_overrides_it(
    app: Flask, provider: NamedProvider
) -> None:
    provider.price = PartPrice(Decimal("0.05"), "美元")
    listed_campaign(app, 10)
    office = Office(app, role="organiser")
    page = office.get(f"{PAGE}/text").text
    assert "0.50 美元" in page
    assert "每条 0.05 美元" in page
    assert "0.30 美元" in office.get(f"{PAGE}/text?price=0.03").text
    assert "请填写金额" in office.get(f"{PAGE}/text?price=x").text


def test_a_long_text_counts_its_parts(app: Flask, provider: NamedProvider) -> None:
    data = an_sms_definition()
    data["sms"]["text"] = "{title}:{ratee}的服务,{grades}。" + "请您如实评价" * 12
    listed_campaign(app, 3, data)
    page = Office(app, role="organiser").get(f"{PAGE}/text").text
    assert "计 2 条" in page
    assert "6 条" in page


def test_one_is_sent_to_oneself_and_its_number_kept_nowhere(app: Flask, provider: NamedProvider) -> None:
    listed_campaign(app, 3)
    office = Office(app, role="organiser")
    office.get(f"{PAGE}/text")
    office.post(f"{PAGE}/text", number=TYPED, ratee="1")
    assert office.page.status_code == 303
    assert "3800998877" not in office.page.headers["Location"] + str(office.page.headers)
    ((number, text, _),) = provider.sent
    assert number == "+8613800998877"
    assert "户籍窗口" in text
    assert "已交给短信通道" in office.get(f"{PAGE}/text").text
    assert numbers_of("hotline").sent == 0
    provider.answers = [Refused("+8613800998877 is blocked")]
    office.post(f"{PAGE}/text", number=TYPED, ratee="1", follow=True)
    assert "通道拒绝：… is blocked" in office.page.text
    said = " ".join(acts()) + office.get("/admin/log").text
    assert "试发了 1 条短信" in said
    assert "800998877" not in re.sub(r"\s", "", said)


def test_none_is_sent_to_who_opted_out_or_at_night(
    app: Flask, provider: NamedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed_campaign(app, 3)
    with transaction(write=True) as session:
        client_lists.opt_out(session, secrets_here(), number_of(7), BY)
    office = Office(app, role="organiser")
    office.get(f"{PAGE}/text")
    office.post(f"{PAGE}/text", number=number_of(7), ratee="1", follow=True)
    assert "这个号码已拒收" in office.page.text
    assert number_of(7)[3:] not in office.page.text
    monkeypatch.setattr("survey.web.admin.current_actor.now", lambda: BEGAN + timedelta(hours=12))
    office.post(f"{PAGE}/text", number=TYPED, ratee="1", follow=True)
    assert "这个活动只在 08:00–21:00 发短信" in office.page.text
    assert provider.sent == []


def test_without_a_channel_the_pages_say_so(app: Flask) -> None:
    listed_campaign(app, 3)
    office = Office(app, role="organiser")
    assert "没有叫“mas”的短信通道" in office.get(f"{PAGE}/text").text
    assert "先发一条给自己" not in office.page.text
    assert office.post(f"{PAGE}/text", number=TYPED, ratee="1").status_code == 422


# Sending


def test_invitations_are_queued_stopped_and_sent(app: Flask, provider: NamedProvider) -> None:
    open_sms(app, 12)
    office = Office(app, role="organiser")
    assert "还没有发送邀请" in office.get("/admin/c/hotline").text
    send(office, **{"typed-invitation": "other"})
    assert office.page.status_code == 422
    assert "与活动代号不一致" in office.page.text
    send(office, only="5")
    assert "5 条短信已排队" in office.page.text
    assert row(office.page.text, "排队中") == 5
    assert "向 7 个号码发送邀请" in office.page.text
    office.post(f"{PAGE}/stop", follow=True)
    assert "已停发" in office.page.text
    assert send_all(provider) == 0
    office.post(f"{PAGE}/resume", follow=True)
    assert send_all(provider) == 5
    send(office)
    send_all(provider)
    page = office.get(f"{PAGE}/sending").text
    assert row(page, "已发出") == 12
    assert "还没有发送邀请" not in office.get("/admin/c/hotline").text
    assert "发送邀请</button>" not in page
    assert sorted(provider.numbers) == [number_of(at) for at in range(12)]


def test_replies_move_in_steps_until_the_close(app: Flask, provider: NamedProvider) -> None:
    open_sms(app, 30)
    office = Office(app, role="organiser")
    send(office)
    send_all(provider)
    receive(*(a_reply(at, "1") for at in range(9)), *(a_reply(at, "什么") for at in range(10, 16)))
    page = office.get(f"{PAGE}/sending").text
    assert row(page, "已回复") == 5
    assert row(page, "看不懂的回复") == 5
    assert 'hx-trigger="every 5s"' in page
    send(office, "reminder")
    assert "21 条短信已排队" in office.page.text
    close_sms("hotline")
    shake_sms("hotline")
    page = office.get(f"{PAGE}/sending").text
    assert row(page, "已回复") == 9
    assert row(page, "看不懂的回复") == 6
    assert "不再发送" in page


def test_the_automatic_reminder_waits_where_sending_is_stopped(app: Flask, provider: NamedProvider) -> None:
    data = an_sms_definition()
    data["sms"]["reminder_after"] = 2
    open_sms(app, 3, data)
    office = Office(app, role="organiser")
    send(office)
    send_all(provider)
    office.post(f"{PAGE}/stop")
    with transaction(write=True) as session:
        assert outbox.remind_due(session, BEGAN + timedelta(hours=3)) == []
    office.post(f"{PAGE}/resume")
    with transaction(write=True) as session:
        assert outbox.remind_due(session, BEGAN + timedelta(hours=3)) == ["hotline"]


def test_after_a_restore_it_is_said_why_nothing_is_sent(app: Flask, provider: NamedProvider) -> None:
    open_sms(app, 3)
    office = Office(app, role="organiser")
    send(office)
    with transaction(write=True) as session:
        outbox.stop_after_restore(session)
    assert "数据从备份恢复过" in office.get(f"{PAGE}/sending").text
    office.post(f"{PAGE}/resume", follow=True)
    assert "继续发送。" in office.page.text
    assert "数据从备份恢复过" not in office.page.text


def test_outside_the_hours_a_moment_is_asked_for(
    app: Flask, provider: NamedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_sms(app, 3)
    night = BEGAN + timedelta(hours=12)
    for place in ("admin.current_actor", "admin.sms.sending"):
        monkeypatch.setattr(f"survey.web.{place}.now", lambda: night)
    office = Office(app, role="organiser")
    send(office)
    assert office.page.status_code == 409
    assert "现在不在发送时间内" in office.page.text
    send(office, at="morgen")
    assert office.page.status_code == 422
    send(office, at="2026-11-24T08:00")
    assert "3 条短信已排队" in office.page.text
    assert "2026 年 11 月 24 日 08:00 开始发" in office.page.text


def test_what_is_uncertain_is_said_with_what_to_do(app: Flask, provider: NamedProvider) -> None:
    open_sms(app, 3)
    office = Office(app, role="organiser")
    send(office)
    provider.answers = [Unknown("cut off")]
    send_all(provider)
    page = office.get(f"{PAGE}/sending").text
    assert "1 条不确定" in page
    assert "不会自动再发" in page


def test_nothing_is_sent_before_voting_begins(app: Flask, provider: NamedProvider) -> None:
    listed_campaign(app, 3)
    office = Office(app, role="organiser")
    assert "开始投票以后才能发送" in office.get(f"{PAGE}/sending").text
    office.post(f"{PAGE}/invite", **{"typed-invitation": "hotline"})
    assert office.page.status_code == 409
    assert office.post(f"{PAGE}/stop").status_code == 409


# Who may


def test_a_campaign_by_codes_has_no_such_pages(app: Flask) -> None:
    armed_campaign(app, a_definition())
    office = Office(app)
    for way in ("", "/text", "/sending", "/list.xlsx"):
        assert office.get(f"/admin/c/small/sms{way}").status_code == 404
    assert "短信" not in office.get("/admin/c/small").text
    assert office.post("/admin/c/small/sms/invite", **{"typed-invitation": "small"}).status_code == 404


def test_another_unit_finds_nothing_and_others_only_look(app: Flask, provider: NamedProvider) -> None:
    open_sms(app, 3)
    forms = {
        PAGE: {"mode": "add"},
        f"{PAGE}/opt-out": {"number": TYPED},
        f"{PAGE}/text": {"number": TYPED, "ratee": "0"},
        f"{PAGE}/invite": {"typed-invitation": "hotline"},
        f"{PAGE}/stop": {},
    }
    stranger = Office(app, "外人", "organiser", unit="别的局")
    viewer = Office(app, "看客", "viewer")
    assert stranger.get(f"{PAGE}/list.xlsx").status_code == 404
    for way in ("", "/text", "/sending"):
        assert stranger.get(f"{PAGE}{way}").status_code == 404
        assert viewer.get(f"{PAGE}{way}").status_code == 200
        assert '<form method="post" action="/admin/c/' not in viewer.page.text
    for path, fields in forms.items():
        assert stranger.post(path, **fields).status_code == 404, path
        assert viewer.post(path, **fields).status_code == 403, path
    assert provider.sent == []
    assert numbers_of("hotline").queued == 0


def test_a_newcomer_goes_from_the_list_to_the_results(app: Flask, provider: NamedProvider) -> None:
    """The whole of it by page; replies come over a channel that is not there."""
    armed_campaign(app, an_sms_definition())
    office = Office(app, role="organiser")
    page = office.get("/admin/c/hotline").text
    assert 'href="/admin/c/hotline/sms">导入短信名单</a>' in page
    upload(office, a_list(30))
    office.get("/admin/c/hotline")
    office.post("/admin/c/hotline/open", follow=True)
    assert "投票已开始" in office.page.text
    send(office)
    send_all(provider)
    receive(*(a_reply(at, "1") for at in range(20)))
    page = office.get("/admin/c/hotline").text
    assert "发送短信" in page
    assert "一号一票" in office.get("/admin/c/hotline/sms/sending").text
    office.get("/admin/c/hotline")
    office.post("/admin/c/hotline/close", typed="hotline", follow=True)
    assert "截止前发出的回复再等 10 分钟" in office.get("/admin/c/hotline").text
    assert row(office.get(f"{PAGE}/sending").text, "已回复") == 20
    shake_sms("hotline", 200)
    count(app, "hotline")
    for place in ("", "/results"):
        assert "短信回复，一号一票" in office.get(f"/admin/c/hotline{place}").text
    with transaction() as session:
        assert campaigns.find_campaign(session, "hotline").state is State.COUNTED
    said = " ".join(acts()) + office.get("/admin/log").text + office.get("/admin/c/hotline/protocol").text
    for at in range(30):
        assert number_of(at)[3:] not in said
