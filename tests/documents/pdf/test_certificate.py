"""The certificate on paper, read back."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask

from survey.documents.pdf.certificate import certificate_pdf
from survey.domain.accounts.account_history import (
    AccountStanding,
    Change,
    Confirmed,
    ConfirmingRole,
    Hand,
    Reset,
)
from survey.domain.count.certificate import Certificate, Keeping
from survey.domain.definition.campaign import Custody
from tests.builders import BY
from tests.qr_codes import qr_code
from tests.services.count.test_certificate import certified, signed

URL = "https://minping.example.org/r/small/check"


def printed(about: Certificate) -> tuple[bytes, str]:
    out = BytesIO()
    certificate_pdf(about, URL, out)
    with pypdfium2.PdfDocument(out.getvalue()) as pdf:
        return out.getvalue(), "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_the_paper_says_it_all(app: Flask) -> None:
    signed(app)
    about = certified()
    data, said = printed(about)
    plain = said.replace(" ", "").replace("\r", "").replace("\n", "")
    for digest in about.digests.values():
        assert digest.removeprefix("sha256:") in plain
        assert said.count(about.count_digest[7:19]) >= 2  # in every footer
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
        "总监票人（签字）：",
        "第1页，共2页",
    ):
        assert words in plain, words
    with pypdfium2.PdfDocument(data) as pdf:
        image = pdf[0].render(scale=3, grayscale=True).to_pil()
        assert all(page.get_size() == pytest.approx((595.28, 841.89), abs=0.1) for page in pdf)
    assert qr_code(image).text == URL


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
    reset = Reset(change, Confirmed(BY.at, "李" * 80, ConfirmingRole.SIGNER, made))
    standing = AccountStanding(made, None, change, None, change, (reset,) * 30)
    signers = tuple(replace(one, name=name, standing=standing) for one in about.signers)
    data, said = printed(replace(about, signers=signers))
    plain = said.replace("\r", "").replace("\n", "")
    assert plain.count("书面确认属实") == 60
    assert plain.count("账号重设经另一签字人书面确认（签字）：") == 2
    assert "总监票人（签字）：" in plain
    assert are_inside(data)


def test_where_one_signs_the_paper_says_what_that_means(app: Flask) -> None:
    signed(app)
    about = certified()
    data, said = printed(replace(about, signatures=1, signers=about.signers[1:]))
    plain = said.replace("\r", "").replace("\n", "")
    assert "由一个账号签字确认：没有第二个账号复核" in plain
    assert "两人分别" not in plain
    assert plain.count("（签字）：") == 1
    assert "监票人（签字）：" in plain
    assert "单位（盖章）：" in plain
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


def test_a_letter_that_the_font_lacks_is_replaced_and_noted(app: Flask) -> None:
    signed(app)
    about = certified()
    one = replace(about.signers[0], name="张𫟵")
    _, said = printed(replace(about, signers=(one, *about.signers[1:]), title="测评😀"))
    plain = "".join(said.split())
    assert "张〓" in plain
    assert "“〓”代字库中没有的字：测评〓（第3字U+1F600）；张〓（第2字U+2B7F5）。" in plain
