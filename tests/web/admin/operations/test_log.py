"""The audit log's page: who sees what, every act in words, files, and the check."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from survey.domain.accounts.roles import Role
from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.domain.definition.canonical import canonical_json
from survey.services.assessment import assessments, seating
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow
from survey.web.admin.words.act_names import NAMES
from survey.web.admin.words.audit_log import sentence
from tests.builders import BY, a_definition, close, count, running_campaign
from tests.desk import Desk
from tests.services.assessment.scored_year import YEAR, year_data


def whole_procedure(app: Flask) -> None:
    """Do most of what is ever recorded, of a campaign of the unit 组织部."""
    running_campaign(app, a_definition(), 2)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(unit="组织部"))
    close(app, "small")
    count(app, "small")
    count(app, "small")


def test_what_was_done_in_sentences(app: Flask) -> None:
    whole_procedure(app)
    page = Desk(app, "organiser", "组织部").get("/admin/log").text
    for said in (
        "保存了活动设置。",
        "冻结了规则，做了票箱钥匙，由服务器保管。",
        "发出投票码：A 票 2 个、B 票 2 个。",
        "开始投票，已发出投票码 4 个。",
        "结束投票：发出 4，作废 0，收回 0。",
        "打乱了票箱中的顺序。",
        "开箱计票，各数相符。",
        "重新计票，结果与上次相同。",
    ):
        assert said in page
    assert "2026-11-22 17:00:00" in page  # nine o'clock in UTC


CODE = assessments.logged_as(YEAR)
DIGEST = "sha256:" + "0123456789abcdef" * 4
FACTS: dict[str, dict[str, Any]] = {
    "account": {"name": "张三", "role": "owner"},
    "login": {"way": "password"},
    "recovery-code": {"left": 7},
    "draft": {"faults": 3},
    "arm": {"custody": "scrutineers", "shares": 3, "threshold": 2},
    "share": {"number": 1, "of": 3, "holder": "张三"},
    "issue": {"groups": {"A": 3}},
    "hand-out": {"number": 3},
    "void": {"groups": {"A": 1}},
    "open": {"issued": 3, "plain_http": True},
    "reopen": {"issued": 3, "plain_http": False},
    "extend": {"before": "2026-11-22T09:00:00+00:00", "to": "2026-11-22T10:00:00+00:00"},
    "postpone": {"before": "2026-11-22T09:00:00+00:00", "to": "2026-11-22T10:00:00+00:00"},
    "correct": {"changes": [["ratees.c1.name", "王方", "王芳"]], "second": "赵监票"},
    "disarm": {"codes": 3},
    "statements": {"files": {"c1": "sha256:" + "0123456789abcdef" * 4}},
    "present": {"group": "A", "number": 3},
    "paper-print": {"groups": {"A": 3}},
    "scan": {"images": 14},
    "put-in": {"number": 7, "spoiled": 1},
    "urn": {"urn": 9},
    "sms-list": {"taken": 300, "opted_out": 2},
    "sms-send": {"kind": "reminder", "number": 31},
    "sms-stop": {"number": 31},
    "sms-resume": {"number": 31},
    "sms-try": {"channel": "mas", "number": 1},
    "sms-opt-out": {"number": 1},
    "sms-end": {"sent": 300, "replied": 120},
    "turn": {
        "done": "hand-in",
        "turns": {"c1": "open", "c2": "ended", "c3": "absent"},
        "names": {"c1": "甲", "c2": "乙", "c3": "丙"},
    },
    "close": {"codes": {"A": [3, 1, 2], "B": [5, 0, 5]}},
    "count": {"notes": ["a"]},
    "recount": {"same": False},
    "sign": {"part": "teller"},
    "withdraw": {"part": "teller"},
    "certify": {"teller": ["甲", ""], "scrutineer": ["乙", ""]},
    "reset-confirmed": {"name": "甲", "resets": [7], "role": "owner"},
    "decide": {"number": 3, "kind": "veto", "subject": "c1"},
    "take-back": {"number": 4, "entry": 3, "subject": "c1"},
    "publish": {"publication": "public"},
    "template": {"unit": "县委组织部", "kind": "report"},
    "template-removed": {"unit": "", "kind": "tables"},
    "moderate": {"texts": 7},
    "name-teller": {"number": 2},
    "name-teller-released": {"reason": "调离"},
    "name-teller-admitted": {"reason": "四人停用"},
    "join-names": {"split": True},
    "trial": {"trial": "small-trial"},
    "erase": {"trial_of": "small"},
    "assessment-load": {"definition": DIGEST},
    "assessment-issue": {"definition": DIGEST},
    "assessment-amend": {"version": 2, "since": "2026-06", "reason": "企业搬迁", "document": "9号文"},
    "assessment-take": {"kind": "verified", "rows": 3},
    "assessment-close": {"period": "2026-05", "bulletin": 5, "numbers": DIGEST},
    "assessment-score": {"record": 2, "digest": DIGEST, "reason": "核验更正"},
    "assessment-sign": {"record": 2, "teller": ["甲", ""], "scrutineer": ["乙", ""]},
    "assessment-decide": {"number": 7, "unit": "t1"},
    "assessment-publish": {"publication": "public", "edition": 3},
    "assessment-archive": {"files": 41, "digest": DIGEST},
    "seat": {"part": "reporter", "keys": ["t1"]},
    "seat-taken": {"part": "approver"},
    "report-submit": {
        "period": "2026-05",
        "unit": "t3",
        "indicator": "",
        "rows": 8,
        "late": 1,
        "content": DIGEST,
    },
    "report-approve": {"period": "2026-05", "unit": "t3", "rows": 8, "content": DIGEST},
    "report-accept": {"periods": ["2026-05"], "units": ["t3"], "rows": 8},
    "report-return": {"periods": ["2026-05"], "units": ["t3"], "rows": 1, "reason": "口径不对"},
    "evidence": {
        "period": "2026-05",
        "unit": "t3",
        "indicator": "output",
        "name": "a.pdf",
        "digest": "0" * 64,
    },
    "evidence-removed": {"period": "2026-05", "unit": "t3", "indicator": "output", "name": "a.pdf"},
    "year-record": {"number": 3, "kind": "analysis", "about": "t3", "content": DIGEST},
    "backup": {"file": "minping.backup", "digest": "sha256:0123456789abcdef0123"},
    "restore": {"taken_at": "2026-11-22T09:00:00+00:00", "held": ["small"]},
}


def test_every_sentence_is_said_of_its_facts(app: Flask) -> None:
    with app.test_request_context("/"):
        said = {act: sentence(act, {"name": "张三"} | FACTS.get(act, {})) for act in NAMES}
        unsaid = sentence("extend", {"before": "never"})
        voiding = sentence("seat", {"name": "张三"} | FACTS["seat"] | {"links_void": True})
    assert all(text.endswith("。") for text in said.values())
    assert len(set(said.values())) == len(said)
    assert said["close"] == "结束投票：发出 8，作废 1，收回 7。"
    assert said["postpone"] == "把投票开始时间从 2026-11-22 17:00:00 推迟到 2026-11-22 18:00:00。"
    assert said["correct"] == "更正了文字：测评对象“王方”更正为“王芳”（赵监票 确认）。"
    assert said["statements"] == "采用了 1 份述职报告文件（编号和摘要：c1 0123456789abcdef）。"
    assert said["disarm"].endswith("没有下载过的投票码 3 个随之作废。")
    assert said["extend"] == "把投票结束时间从 2026-11-22 17:00:00 改为 2026-11-22 18:00:00。"
    assert said["assessment-take"] == "收录了查访核验结果，新增 3 条。"
    assert said["assessment-score"].endswith("第 2 号记录，摘要 sha256:0123456789abcdef。原因：核验更正。")
    assert said["assessment-publish"] == "向所有人公布了考核结果，第 3 版。"
    assert unsaid == "改结束时间"
    assert voiding == said["seat"] + "它原有的登录链接作废。"


def write(number: int, act: str = "load", campaign: str | None = "small", **more: datetime) -> None:
    with transaction(write=True) as session:
        for _ in range(number):
            audit.record(session, By("张三", more.get("at", BY.at)), act, campaign)


def numbers(office: Desk, query: str = "") -> list[int]:
    lines = office.get(f"/admin/log.jsonl{query}").data.splitlines()
    return [json.loads(line)["number"] for line in lines]


def test_an_act_of_another_version_is_shown_as_it_was_recorded(app: Flask) -> None:
    write(1, "burn", None)
    owner = Desk(app, "owner")
    page = owner.get("/admin/log").text
    assert '<option value="burn">burn</option>' in page
    assert '<td class="text">burn</td>' in page
    (line,) = owner.get("/admin/log.jsonl?act=burn").data.splitlines()
    assert json.loads(line)["act"] == "burn"


def test_a_unit_sees_its_own_campaigns_and_their_trials_only(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    data = a_definition()
    data["campaign"]["code"] = "other"
    running_campaign(app, data, 2)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).where(CampaignRow.code == "small").values(unit="组织部"))
        audit.record(session, BY, "trial", "small", trial="small-trial")
        audit.record(session, BY, "erase", "small-trial", trial_of="small")
        total = audit.verify(session)[0]
    office = Desk(app, "organiser", "组织部")
    lines = [json.loads(line) for line in office.get("/admin/log.jsonl").data.splitlines()]
    assert {line["campaign"] for line in lines} == {"small", "small-trial"}
    assert numbers(office, "?campaign=other") == []
    page = office.get("/admin/log?campaign=other").text
    assert "没有符合条件的记录" in page
    assert "登录" not in office.get("/admin/log").text.partition("做了什么")[2]
    owner = Desk(app, "owner")
    assert len(numbers(owner)) >= total
    assert numbers(owner, "?campaign=other")
    assert numbers(Desk(app, "viewer", "教育局")) == []


def test_a_unit_sees_what_was_done_to_its_own_assessment(app: Flask) -> None:
    with transaction(write=True) as session:
        for code, unit in (("mine", "组织部"), ("other", "教育局")):
            data = year_data() | {"assessment": year_data()["assessment"] | {"code": code}}
            assessments.load(session, data, None, BY, unit)
    page = Desk(app, "organiser", "组织部").get("/admin/log").text
    assert "保存了考核设置和年度目标" in page
    assert "assessment:mine" in page
    assert "assessment:other" not in page
    assert "assessment:other" in Desk(app, "owner").get("/admin/log").text


@pytest.mark.parametrize("role", [*(role for role in Role if role is not Role.OWNER)])
def test_only_the_office_reads_what_was_done_in_an_assessment(app: Flask, role: Role) -> None:
    """The log names who gave which seat and what was done about which unit."""
    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY, "组织部")
    reads = {Role.ORGANISER}
    desk = Desk(app, role, "组织部", name="某人")
    for path in ("/admin/log", "/admin/log.csv", "/admin/log.jsonl"):
        answer = desk.get(path)
        assert (CODE.encode() in answer.data) == (role in reads), path
        assert answer.status_code in (200, 403)
    if role is Role.VIEWER:
        for part, found in ((SeatPart.READER, False), (SeatPart.OFFICE, True)):
            with transaction(write=True) as session:
                seating.give(session, YEAR, SeatAsked("某人", part), BY)
            assert (CODE in desk.get("/admin/log").text) == found


def test_filters(app: Flask) -> None:
    write(2)
    write(1, "draft")
    write(1, at=BY.at + timedelta(days=1))
    owner = Desk(app, "owner", name="李四")
    assert numbers(owner, "?campaign=small") == [4, 3, 2, 1]
    assert numbers(owner, "?act=draft") == [3]
    assert numbers(owner, "?actor=张三&campaign=small") == [4, 3, 2, 1]
    assert numbers(owner, "?actor=test") == [5]  # who made the account that reads this
    assert numbers(owner, "?campaign=small&until=2026-11-22") == [3, 2, 1]
    assert numbers(owner, "?campaign=small&since=2026-11-23") == [4]
    assert numbers(owner, "?since=yesterday&campaign=small") == [4, 3, 2, 1]
    page = owner.get("/admin/log?act=draft&since=2026-11-01").text
    assert '<option value="draft" selected>' in page
    assert 'value="2026-11-01"' in page


def test_a_day_is_one_of_beijing(app: Flask) -> None:
    write(1, at=datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC))
    write(1, at=datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC))
    owner = Desk(app, "owner")
    assert numbers(owner, "?campaign=small&until=2026-11-22") == [1]
    assert numbers(owner, "?campaign=small&since=2026-11-23&until=2026-11-23") == [2]


def test_pages_of_fifty(app: Flask) -> None:
    write(101)
    owner = Desk(app, "owner")
    pages = [owner.get(f"/admin/log?campaign=small&page={page}").text for page in (1, 2, 3, 99)]
    assert [page.count("<tr><td") for page in pages] == [50, 50, 1, 1]
    assert "/admin/log?campaign=small&amp;page=2" in pages[0]


def test_csv_for_people(app: Flask) -> None:
    with transaction(write=True) as session:
        audit.record(session, By("=cmd", BY.at), "present", "small", group="A", number=3)
    answer = Desk(app, "owner").get("/admin/log.csv?campaign=small")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith("\ufeff".encode())
    heads, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert len(heads) == len(row)
    assert row[:6] == ["1", "2026-11-22 17:00:00", "'=cmd", "small", "登记到会人数", "登记 A 票到会 3 人。"]


def test_json_lines_carry_all_that_the_chain_is_made_of(app: Flask) -> None:
    from hashlib import sha256

    write(3)
    lines = [json.loads(line) for line in Desk(app, "owner").get("/admin/log.jsonl").data.splitlines()]
    previous = audit.START
    for line in reversed(lines):
        names = ("number", "at", "actor", "act", "campaign", "facts", "previous")
        chained = canonical_json([line[name] for name in names])
        assert line["previous"] == previous
        assert line["hash"] == sha256(chained.encode()).hexdigest()
        previous = line["hash"]


def test_the_log_is_checked_on_the_page(app: Flask) -> None:
    write(3)
    owner = Desk(app, "owner")
    with transaction() as session:
        number, value = audit.verify(session)
    whole = owner.get("/admin/log/check").text
    part = owner.get("/admin/log/check", headers={"HX-Request": "true"}).text
    for page in (whole, part):
        assert value in page
        assert f"共 {number} 条" in page
    assert "<html" in whole
    assert "<html" not in part
    assert value in owner.get("/admin/log").text  # the newest act stands with its check value


def test_a_broken_log_says_so(app: Flask) -> None:
    write(3)
    owner = Desk(app, "owner")
    with transaction(write=True) as session:
        session.execute(text("DROP TRIGGER IF EXISTS audit_refuses_update"))
        session.execute(text("UPDATE audit SET actor = 'x' WHERE number = 2"))
    answer = owner.get("/admin/log/check")
    assert answer.status_code == 200
    assert "没有通过" in answer.text
