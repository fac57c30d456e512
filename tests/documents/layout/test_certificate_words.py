"""A certificate in sentences: accounts, keeping, destruction, signatures, each as it stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from survey.documents.layout import certificate_words as words
from survey.domain.accounts.account_history import (
    AccountStanding,
    Change,
    Confirmed,
    ConfirmingRole,
    Hand,
    Reset,
)
from survey.domain.count.accounting import GroupAccount
from survey.domain.count.certificate import (
    STEPS,
    Destruction,
    Extension,
    Keeping,
    Signer,
    Step,
    TokensMoved,
)
from survey.domain.definition.campaign import Custody
from survey.domain.results.official import WITHHELD
from tests.builders import BY
from tests.domain.count.test_certificate import COUNT, a_certificate

AT, SAID = BY.at, "2026-11-22 17:00:00"
"""Nine o'clock in UTC, as it is on the clock of the campaign."""
HOUR = timedelta(hours=1)


def test_moments_and_digests_as_people_compare_them() -> None:
    assert words.when(AT, "Asia/Shanghai") == SAID
    assert words.when(AT, "UTC") == "2026-11-22 09:00:00"
    assert words.spaced(COUNT) == " ".join(["01234567", "89abcdef"] * 4)


def test_accounts_are_a_row_for_each_group_and_one_for_all() -> None:
    small = GroupAccount(5, 0, 4, None, None, 0, 4)
    total = GroupAccount(25, 1, 10, 9, 1, 0)
    rows = words.account_rows(a_certificate(accounts=(("A票", total), ("B票", small)), total=total))
    assert rows == [
        ["A票", "", "25", "1", "14", "10", "9", "1", "0"],
        ["B票", "4", "5", "0", "1", "4", WITHHELD, WITHHELD, "0"],
        ["合计", "", "25", "1", "14", "10", "9", "1", "0"],
    ]
    assert all(len(row) == len(words.ACCOUNT_HEADS) for row in rows)


def test_the_account_of_one_group_is_printed_once() -> None:
    total = GroupAccount(25, 1, 10, 9, 1, 0)
    heads, rows = words.account_table(a_certificate(accounts=(("群众", total),), total=total))
    assert (heads[0], len(heads)) == ("范围", len(words.ACCOUNT_HEADS))
    assert rows == [["全部", "", "25", "1", "14", "10", "9", "1", "0"]]
    two = a_certificate(accounts=(("A票", total), ("B票", total)), total=total)
    assert words.account_table(two) == (words.ACCOUNT_HEADS, words.account_rows(two))


ON_PAPER = GroupAccount(25, 1, 10, 9, 1, 0, paper=5)
HIDDEN = GroupAccount(25, 1, 10, 9, 1, 0)


def test_paper_has_a_column_where_every_group_may_be_shown() -> None:
    two = a_certificate(accounts=(("A票", ON_PAPER), ("B票", ON_PAPER)), total=ON_PAPER)
    heads, rows = words.account_table(two)
    assert heads == ("票种", "到会", "发出", "作废", "未用", "收回", "其中纸票", "有效", "废票", "无法识别")
    assert rows[0] == ["A票", "", "25", "1", "14", "10", "5", "9", "1", "0"]
    one = a_certificate(accounts=(("群众", ON_PAPER),), total=ON_PAPER)
    assert words.account_table(one)[1] == [["全部", *rows[0][1:]]]
    assert all(len(row) == len(words.ACCOUNT_HEADS) for row in words.account_rows(two))


def test_paper_has_no_column_where_a_group_may_not_be_shown() -> None:
    about = a_certificate(accounts=(("A票", HIDDEN), ("B票", HIDDEN)), total=ON_PAPER)
    assert words.account_table(about) == (words.ACCOUNT_HEADS, words.account_rows(about))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"total": HIDDEN}, []),
        ({"total": HIDDEN, "counted_by_hand": 3}, []),
        ({}, ["收回的票中，纸票 5 张，手机票 5 张。"]),
        ({"counted_by_hand": 5}, ["收回的票中，纸票 5 张，手机票 5 张。", "人工清点纸票 5 张。"]),
        (
            {"counted_by_hand": 7, "refused_paper": 2},
            [
                "收回的票中，纸票 5 张，手机票 5 张。",
                "另有纸票 2 张，扫描后没有放入票箱（如投票码已用手机投票）。",
                "人工清点纸票 7 张。",
            ],
        ),
    ],
)
def test_what_came_on_paper_and_was_counted_by_hand(changes: dict[str, Any], said: list[str]) -> None:
    assert words.paper(a_certificate(**({"total": ON_PAPER} | changes))) == said


def test_steps_leave_out_what_the_list_of_codes_names() -> None:
    certificate = a_certificate(steps=tuple(Step(AT, act, "x") for act in STEPS))
    assert [step.act for step in words.steps(certificate)] == [
        act for act in STEPS if act not in ("issue", "void")
    ]
    assert words.step_name(Step(AT, "open", "x")) == "开始投票"


MOVED = TokensMoved(AT, False, (("A票", 3), ("B票", 2)), False, "x", by="王芳")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "发出：A票 3 张、B票 2 张"),
        ({"voided": True}, "作废：A票 3 张、B票 2 张"),
        ({"groups": ()}, "发出：无"),
        (
            {"late": (("B票", 2),)},
            "发出：A票 3 张、B票 2 张（B票开始投票时只有 2 张；由 王芳 发出，没有第二人确认）",
        ),
        (
            {"late": (("B票", 2),), "second": "李四"},
            "发出：A票 3 张、B票 2 张（B票开始投票时只有 2 张；由 王芳 发出，李四 确认）",
        ),
        (
            {"late_pools": (("B票", 2),)},
            "发出：A票 3 张、B票 2 张（B票开始投票时能评同一对象的只有 2 张；由 王芳 发出，没有第二人确认）",
        ),
    ],
)
def test_codes_issued_and_voided(changes: dict[str, Any], said: str) -> None:
    assert words.moved(replace(MOVED, **changes)) == said


def test_before_or_after_the_opening() -> None:
    assert words.before_or_after(MOVED) == "开始投票前"
    assert words.before_or_after(replace(MOVED, after_opening=True)) == "开始投票后"


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (Keeping(None), "没有记录。"),
        (Keeping(Custody.SERVER), "由系统管理员保管，没有另存副本。"),
        (Keeping(Custody.SERVER, exported=2), "由系统管理员保管，另存副本 2 份。"),
        (Keeping(Custody.SCRUTINEERS, shares=3, threshold=2), "由监票人分持，共 3 份，2 份可开箱。"),
        (
            Keeping(Custody.SCRUTINEERS, shares=3, threshold=2, holders=("甲", "乙")),
            "由监票人分持，共 3 份，2 份可开箱；持有人：甲、乙。",
        ),
    ],
)
def test_who_kept_the_key(kept: Keeping, said: str) -> None:
    assert words.keeping(a_certificate(keeping=kept)) == said


def test_what_is_destroyed_and_what_is_not() -> None:
    nobody = "另存的副本和各人所持份额：没有人确认已销毁。"
    assert words.destruction(a_certificate()) == words.NOT_DESTROYED
    begun = a_certificate(destruction=Destruction(AT, None, ()))
    assert words.destruction(begun) == f"{SAID} 开始销毁密封票和票箱钥匙，尚未完成。{nobody}"
    ended = a_certificate(destruction=Destruction(AT - HOUR, AT, ("甲", "乙")))
    assert words.destruction(ended) == (
        f"{SAID} 密封票和票箱钥匙已销毁。确认另存的副本和所持份额已销毁的人：甲、乙。"
    )


MADE = Change(1, AT, "甲", "account", "陈主任", Hand.ACCOUNT)
STANDING = AccountStanding(MADE, None, None, None, None)


def test_signatures_name_part_moment_and_account() -> None:
    bare = Signer("teller", "甲", AT, None)
    known = Signer("scrutineer", "乙", AT, AT - HOUR, STANDING)
    first, second, *about = words.signatures(a_certificate(signers=(bare, known)))
    assert first == f"计票人 甲：{SAID} 签字"
    assert second == f"监票人 乙：{SAID} 签字，账号设于 2026-11-22 16:00:00（由账号“陈主任”设立）"
    assert len(about) == 3  # password, second factor, resets: where the standing was kept


def test_a_place_for_each_hand_that_confirmed_on_paper() -> None:
    def signer(name: str, *roles: ConfirmingRole | None) -> Signer:
        resets = tuple(Reset(MADE, role and Confirmed(AT, "x", role, None)) for role in roles)
        return Signer("teller", name, AT, None, replace(STANDING, resets=resets))

    signers = (
        signer("甲", ConfirmingRole.OWNER, ConfirmingRole.SIGNER, ConfirmingRole.SIGNER),
        signer("乙", ConfirmingRole.OWNER, None),
        Signer("teller", "丙", AT, None),
    )
    assert words.by_hand(a_certificate(signers=signers)) == ["甲 的账号重设经另一签字人书面确认（签字）："]


def test_a_moved_end_with_both_ends() -> None:
    moved = Extension(AT, "王芳", AT + HOUR, AT + 2 * HOUR)
    assert words.extensions(a_certificate(extensions=(moved,))) == [
        f"{SAID} 王芳 把结束时间从 2026-11-22 18:00:00 改为 2026-11-22 19:00:00"
    ]
