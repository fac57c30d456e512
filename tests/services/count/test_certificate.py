"""What is certified of a count, as the log and the storage have it, and as it stands on paper."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import text

from survey.documents.pdf.certificate import certificate_pdf
from survey.domain.accounts.account_history import AccountStanding, Change, Confirmed, Hand, Reset, Role
from survey.domain.count.certificate import Certificate, Keeping
from survey.domain.count.certificate_check import Typed, compare
from survey.domain.definition.campaign import Custody
from survey.domain.errors import BrokenLog, WrongState
from survey.services.audit import audit
from survey.services.campaigns import campaigns, deadlines, procedure
from survey.services.count import certificate, certifying
from survey.services.results import publishing
from survey.services.voting import receipts, tokens
from survey.storage.account_rows import add_account
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, issue

URL = "https://minping.example.org/r/small/check"
ENDS = datetime(2030, 1, 1, 10, tzinfo=UTC)


def run(app: Flask) -> dict[str, list[str]]:
    """Run a campaign to its count: codes before and after opening, some voided, the end put off."""
    data = a_definition(
        campaign={"code": "small", "title": "小型测评", "organiser": "考核组", "closes_at": ENDS}
    )
    armed_campaign(app, data)
    codes = issue(app, "small", {"A": 8, "B": 8})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", codes["B"][:2], BY)
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
        tokens.issue(session, vault(), "small", {"A": 3}, BY)
        deadlines.extend(session, "small", ENDS + timedelta(hours=1), BY)
    for code in codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", codes["A"][7:], BY)
    close(app, "small")
    count(app, "small")
    return codes


def signed(app: Flask) -> None:
    run(app)
    with transaction(write=True) as session:
        campaigns.set_present(session, "small", "A", 7, BY)
        made = [add_account(session, name, "scrutineer", None, BY.at) for name in ("计票甲", "监票乙")]
        certifying.certify(session, "small", *made, BY)


def certified() -> Certificate:
    with transaction() as session:
        return certificate.certified(session, "small")


def printed(about: Certificate) -> tuple[bytes, str]:
    out = BytesIO()
    certificate_pdf(about, URL, out)
    with pypdfium2.PdfDocument(out.getvalue()) as pdf:
        return out.getvalue(), "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_it_names_every_issue_and_void(app: Flask) -> None:
    signed(app)
    about = certified()
    assert [(one.voided, one.groups, one.after_opening) for one in about.moved] == [
        (False, (("A票", 8), ("B票", 8)), False),
        (True, (("B票", 2),), False),
        (False, (("A票", 3),), True),
        (True, (("A票", 1),), True),
    ]
    assert [(one.late, one.by, one.second) for one in about.moved] == [
        ((), "", None),
        ((), "", None),
        ((("A票", 8),), "test", None),
        ((), "", None),
    ]
    assert [account.present for _, account in about.accounts] == [7, None]
    assert [(one.actor, one.before, one.to) for one in about.extensions] == [
        ("test", ENDS, ENDS + timedelta(hours=1))
    ]
    assert (about.total.issued, about.total.voided, about.total.returned, about.total.unused) == (
        19,
        3,
        6,
        10,
    )


def test_check_values_are_those_of_the_log(app: Flask) -> None:
    signed(app)
    about = certified()
    with transaction() as session:
        log = {entry.act: audit.check_value(entry.hash) for entry, _ in audit.history(session, "small")}
    found = {step.act: step.check_value for step in about.steps}
    wanted = ("arm", "issue", "void", "open", "extend", "close", "shake", "count", "certify")
    assert [act for act in found if act in wanted] == [act for act in log if act in wanted]
    assert all(found[act] == log[act] for act in wanted)
    assert "load" not in found


def test_digests_can_be_worked_out_again(app: Flask) -> None:
    signed(app)
    about = certified()
    with transaction() as session:
        listed = "".join(f"{one}\n" for one in receipts.list_receipts(session, "small"))
        campaign, _, digest = publishing.results(session, "small")
    assert about.receipts_digest == "sha256:" + sha256(listed.encode()).hexdigest()
    assert listed.count("\n") == 6
    assert about.count_digest == digest
    assert about.definition_digest == campaign.definition.digest


def test_signers_and_the_destruction(app: Flask) -> None:
    signed(app)
    about = certified()
    assert [(one.part, one.name, one.signed_at, one.account_made) for one in about.signers] == [
        ("teller", "计票甲", BY.at, BY.at),
        ("scrutineer", "监票乙", BY.at, BY.at),
    ]
    assert about.destruction is None
    procedure.shred("small", settings().keys, BY, ["张三", "李四"])
    about = certified()
    assert about.destruction is not None
    assert about.destruction.confirmed == ("张三", "李四")
    assert about.destruction.ended_at == BY.at
    assert [step.act for step in about.steps][-2:] == ["shredding", "shred"]


def test_there_is_none_before_the_signatures(app: Flask) -> None:
    run(app)
    with transaction() as session:
        with pytest.raises(WrongState):
            certificate.certified(session, "small")
        with pytest.raises(WrongState):
            certificate.checkable(session, "small")
        about = certificate.gather(session, campaigns.find_campaign(session, "small"))
    assert about.signers == ()


def test_a_broken_log_is_not_certified(app: Flask) -> None:
    signed(app)
    with transaction(write=True) as session:
        session.execute(text("DROP TRIGGER audit_refuses_update"))
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    with pytest.raises(BrokenLog):
        certified()


def test_the_paper_says_it_all(app: Flask) -> None:
    signed(app)
    about = certified()
    data, said = printed(about)
    plain = said.replace(" ", "").replace("\r", "").replace("\n", "")
    for digest in about.digests.values():
        assert digest.removeprefix("sha256:") in plain
        assert said.count(about.count_digest[7:23]) >= 2  # in every footer
    for step in about.steps:
        assert step.check_value in said
    for words in (
        "小型测评",
        "考核组",
        "发出：A票8张、B票8张",
        "作废：B票2张",
        "开始投票前",
        "发出：A票3张（A票开始投票时只有8张；由test发出，没有第二人确认）",
        "补发须有第二人确认，并须登记到会人数。",
        "开始投票后",
        "2030-01-0118:00:00改为2030-01-0119:00:00",
        "计票人计票甲：2026-11-2217:00:00签字，账号设于2026-11-2217:00:00",
        "监票人监票乙",
        "与之并列",
        "尚未销毁",
        "回执清单摘要是把全部回执码排序、一行一个",
        "总监票人(签字)：",
        "第1页，共2页",
    ):
        assert words in plain, words
    with pypdfium2.PdfDocument(data) as pdf:
        image = pdf[0].render(scale=3, grayscale=True).to_pil()
        assert all(page.get_size() == pytest.approx((595.28, 841.89), abs=0.1) for page in pdf)
    assert zxingcpp.read_barcode(image).text == URL


def test_long_lists_go_on_over_pages(app: Flask) -> None:
    signed(app)
    about = certified()
    many = replace(about, moved=about.moved * 30, title="某县" * 40, is_trial=True)
    data, said = printed(many)
    assert said.count("票种和张数") >= 3  # the head of the table, again on every page
    assert said.count("发出：A票 3 张") == 30
    assert "这是试投" in said
    assert are_inside(data)


def are_inside(data: bytes) -> bool:
    """Tell whether all texts of a PDF stand within the margins of its pages."""
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            boxes = page.get_textpage()
            for at in range(boxes.count_rects()):
                left, bottom, right, top = boxes.get_rect(at)
                if left <= 50 or right >= 545 or bottom <= 20 or top >= 800:
                    return False
    return True


def test_long_lists_of_resets_go_on_over_pages(app: Flask) -> None:
    signed(app)
    about, name = certified(), "监" * 80
    change = Change(7, BY.at, name, "login-link", "王" * 80, Hand.ACCOUNT)
    made = replace(change, act="account")
    reset = Reset(change, Confirmed(BY.at, "李" * 80, Role.SIGNER, made))
    standing = AccountStanding(made, None, change, None, change, (reset,) * 30)
    signers = tuple(replace(one, name=name, standing=standing) for one in about.signers)
    data, said = printed(replace(about, signers=signers))
    plain = said.replace("\r", "").replace("\n", "")
    assert plain.count("书面确认属实") == 60
    assert plain.count("账号重设经另一签字人书面确认(签字)：") == 2
    assert "总监票人(签字)：" in plain
    assert are_inside(data)


def test_what_is_said_of_texts_not_kept_is_printed(app: Flask) -> None:
    signed(app)
    said = "为不暴露个人，以下文字不保留：“测评表”的理由。共 8 条。"
    assert certified().texts_not_kept == ()
    _, plain = printed(replace(certified(), texts_not_kept=(said,)))
    assert said.replace(" ", "") in plain.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (Keeping(Custody.SERVER, 2), "由系统管理员保管，另存副本 2 份"),
        (
            Keeping(Custody.SCRUTINEERS, 0, 3, 2, ("甲", "乙", "丙")),
            "共 3 份，2 份可开箱；持有人：甲、乙、丙",
        ),
    ],
)
def test_who_kept_the_key(app: Flask, kept: Keeping, words: str) -> None:
    signed(app)
    assert words in printed(replace(certified(), keeping=kept))[1]


def test_comparing_what_stands_on_a_paper(app: Flask) -> None:
    signed(app)
    about = certified()
    footer = about.count_digest[7:23]
    for typed in (
        footer,
        footer.upper(),
        f"  {footer[:8]} {footer[8:]}",
        footer.replace("0", "O"),
        about.count_digest,
    ):
        assert compare(about, typed).digest == "count"
    assert compare(about, about.receipts_digest).digest == "receipts"
    assert compare(about, about.definition_digest[7:40]).digest == "definition"
    closed = next(step for step in about.steps if step.act == "close")
    for typed in (closed.check_value, closed.check_value.lower().replace("-", " ")):
        assert compare(about, typed).steps == (closed,)
    other = ("0" if footer[0] != "0" else "1") + footer[1:]
    assert compare(about, other) == compare(about, "f" * 16)
    assert not compare(about, other).agrees
    assert compare(about, "0000-0000-0000").typed is Typed.CHECK_VALUE
    assert not compare(about, "0000-0000-0000").agrees
    for nonsense in ("", "abc", footer[:15], "字" * 16, "g" * 16, "<script>", "0" * 65):
        assert compare(about, nonsense).typed is Typed.NEITHER
