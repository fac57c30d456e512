"""How a signer's account came about, in sentences: every act, every hand, and what readers are not told."""

from dataclasses import replace
from datetime import UTC, datetime

from survey.documents.layout import signer_words as words
from survey.documents.layout.signer_words import in_chinese
from survey.domain.accounts.account_history import (
    AccountStanding,
    Change,
    Confirmed,
    ConfirmingRole,
    Hand,
    Reset,
)
from survey.domain.audit.acts import ACCOUNT_CHANGES
from survey.domain.count.certificate import Signer

AT = datetime(2026, 11, 22, 1, 5, 9, tzinfo=UTC)
ZONE = "Asia/Shanghai"
SAID = "2026-11-22 09:05:09"
OWN = Change(1, AT, "甲", "password", "甲", Hand.HOLDER)
OTHERS = Change(2, AT, "甲", "login-link", "陈主任", Hand.ACCOUNT)
MACHINES = Change(3, AT, "甲", "second-factor-reset", "command line (root)", Hand.MACHINE)
UNTOUCHED = AccountStanding(None, None, None, None, None)


def lines(standing: AccountStanding, *, named: bool = True) -> list[str]:
    return list(words.account_lines(standing, ZONE, in_chinese, named=named))


def test_hands_are_told_apart_and_no_account_passes_for_the_command_line() -> None:
    assert words.actor(OWN, in_chinese) == "本人"
    assert words.actor(OTHERS, in_chinese) == "账号“陈主任”"
    assert words.actor(MACHINES, in_chinese) == "服务器命令行 (root)"
    called_so = replace(OTHERS, actor="command line (root)")
    assert words.actor(called_so, in_chinese) == "账号“command line (root)”"


def test_readers_outside_are_not_told_who_administers() -> None:
    assert words.actor(OTHERS, in_chinese, named=False) == "另一账号"
    assert words.actor(MACHINES, in_chinese, named=False) == "服务器命令行"
    assert words.actor(OWN, in_chinese, named=False) == "本人"


def test_every_act_has_a_name_of_its_own() -> None:
    names = {act: words.act_name(act, in_chinese) for act in ACCOUNT_CHANGES}
    assert len(set(names.values())) == len(names)
    assert all(name != act for act, name in names.items())


def test_a_change_says_when_who_and_what() -> None:
    assert words.change_line(OTHERS, ZONE, in_chinese) == f"{SAID} 由账号“陈主任”重设密码（给登录链接）"


def test_an_account_that_nobody_touched() -> None:
    assert lines(UNTOUCHED) == [
        "密码：本人没有改过；没有被他人重设过。",
        "第二重验证：没有设置。",
        "规则冻结以后：没有被他人设立、重设或恢复。",
    ]


def test_password_and_second_factor_each_by_its_holder_and_by_others() -> None:
    standing = replace(UNTOUCHED, password=OWN, password_reset=OTHERS, factor_reset=MACHINES)
    password, factor, _ = lines(standing)
    assert password == (
        f"密码：{SAID} 由本人设置密码；最近一次被他人重设：{SAID} 由账号“陈主任”重设密码（给登录链接）。"
    )
    assert factor == (
        f"第二重验证：本人没有改过；最近一次被他人重设：{SAID} 由服务器命令行 (root)取消第二重验证。"
    )


def confirmed(role: ConfirmingRole, made: Change | None = None, actor: str = "王主任") -> str:
    return words.reset_line(Reset(OTHERS, Confirmed(AT, actor, role, made)), ZONE, in_chinese)


def test_a_reset_waits_or_needs_no_word() -> None:
    assert words.reset_line(Reset(OTHERS, None), ZONE, in_chinese).endswith("；还没有人确认。")
    assert words.reset_line(Reset(MACHINES, None), ZONE, in_chinese).endswith(
        "；由服务器管理者所为，不须确认。"
    )


def test_who_confirmed_it_and_in_which_role() -> None:
    assert confirmed(ConfirmingRole.OWNER).endswith(f"；{SAID} 经另一位系统管理员账号“王主任”确认属实。")
    assert confirmed(ConfirmingRole.SIGNER).endswith(f"；{SAID} 经另一签字人账号“王主任”书面确认属实。")
    machine = confirmed(ConfirmingRole.MACHINE, actor="command line (root)")
    assert machine.endswith(f"；{SAID} 由服务器命令行 (root)确认属实。")


def test_how_the_account_of_whoever_confirmed_came_about() -> None:
    made = Change(4, AT, "王主任", "account", "陈主任", Hand.ACCOUNT)
    assert confirmed(ConfirmingRole.OWNER, made).endswith(
        f"（确认人的账号：{SAID} 由账号“陈主任”设立账号）。"
    )


def test_each_reset_after_arming_has_a_line() -> None:
    resets = (Reset(OTHERS, None), Reset(MACHINES, None))
    found = lines(replace(UNTOUCHED, resets=resets))
    assert len(found) == 4
    assert all(line.startswith("规则冻结以后：") for line in found[2:])
    assert "陈主任" not in "".join(lines(replace(UNTOUCHED, resets=resets), named=False))


def test_papers_say_nothing_where_nothing_was_kept() -> None:
    signer = Signer("teller", "甲", AT, AT)
    assert words.paper_lines(signer, ZONE) == []
    assert words.made_by(signer) == ""
    made = Change(5, AT, "甲", "account", "陈主任", Hand.ACCOUNT)
    known = replace(signer, standing=replace(UNTOUCHED, made=made))
    assert words.made_by(known) == "（由账号“陈主任”设立）"
    assert words.paper_lines(known, ZONE) == lines(UNTOUCHED)


def test_sentences_are_said_through_the_readers_language() -> None:
    """Pages hand in their own gettext; nothing is said beside it but names and times."""
    asked: list[str] = []

    def translated(text: str) -> str:
        asked.append(text)
        return text

    standing = replace(UNTOUCHED, password=OWN, resets=(Reset(OTHERS, None),))
    assert list(words.account_lines(standing, ZONE, translated))
    assert {"密码：%(said)s", "本人", "还没有人确认。", "账号“%(name)s”"} <= set(asked)
