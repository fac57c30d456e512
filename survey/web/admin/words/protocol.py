"""Acts of the audit log in words: what was done, and the facts that a paper protocol names."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from survey.domain.audit.acts import Act
from survey.domain.audit.corrections import WordingChange
from survey.domain.count.certificate import PARTS, SigningPart
from survey.domain.definition.campaign import Custody, Definition
from survey.domain.results.correction_words import acts_words
from survey.services.audit.protocol import LoggedAct


def named(act: str) -> str | None:
    """Return the name of an act of the procedure; ``None`` for one that no paper protocol needs."""
    names: dict[str, str] = {
        Act.ARM: _("就绪，生成票箱钥匙"),
        Act.DISARM: _("退回准备，销毁票箱钥匙"),
        Act.SHARE: _("交出票箱钥匙份额"),
        Act.EXPORT_KEY: _("导出票箱钥匙副本"),
        Act.ISSUE: _("发出投票码"),
        Act.HAND_OUT: _("交出投票码文件"),
        Act.PRINT_PAPER: _("打印纸票"),
        Act.VOID: _("作废投票码"),
        Act.PRESENT: _("登记到会人数"),
        Act.OPEN: _("开始投票"),
        Act.REOPEN: _("恢复后重新开放投票"),
        Act.EXTEND: _("延长投票"),
        Act.POSTPONE: _("推迟开始"),
        Act.CORRECT: _("更正文字"),
        Act.COLLECT: _("开始收票，结束手机投票"),
        Act.PUT_IN: _("纸票放入票箱"),
        Act.URN: _("登记人工清点的纸票"),
        Act.CLOSE: _("结束投票"),
        Act.SHAKE: _("打乱票箱"),
        Act.COUNT: _("开箱计票"),
        Act.RECOUNT: _("重新计票"),
        Act.SIGN: _("签字，等待第二人"),
        Act.WITHDRAW: _("撤回签字"),
        Act.RESET_CONFIRMED: _("确认账号重设属实"),
        Act.CERTIFY: _("确认计票结果"),
        Act.SHREDDING: _("开始销毁"),
        Act.SHRED: _("销毁完成"),
        Act.PUBLISH: _("公布设置"),
        Act.ERASE: _("清除试投数据"),
    }
    return names.get(act)


def described(act: LoggedAct, definition: Definition) -> str:
    """Return the facts of an act that belong on paper, or nothing."""
    write = _WRITERS.get(act.act)
    return write(act.facts, definition) if write else ""


def _groups(numbers: dict[str, int], definition: Definition) -> str:
    return str(_("，")).join(f"{_label(key, definition)} {number}" for key, number in numbers.items())


def _label(key: str, definition: Definition) -> str:
    group = definition.rater.get(key) or definition.group.get(key)
    return group.label if group else key


def _issued(facts: dict[str, Any], definition: Definition) -> str:
    said = _groups(facts.get("groups", {}), definition)
    if not facts.get("late"):
        return said
    if facts.get("second"):
        return said + str(_("（开始后补发，%(second)s 确认）", second=facts["second"]))
    return said + str(_("（开始后补发，没有第二人确认）"))


def _armed(facts: dict[str, Any], _definition: Definition) -> str:
    if facts.get("custody") == Custody.SERVER:
        return str(_("由系统管理员保管"))
    said: str = _(
        "由监票人分持，共 %(shares)s 份，%(threshold)s 份可开箱",
        shares=facts.get("shares"),
        threshold=facts.get("threshold"),
    )
    holders = str(_("、")).join(facts.get("holders", []))
    return said + (_("；持有人：%(holders)s", holders=holders) if holders else "")


def _share(facts: dict[str, Any], _definition: Definition) -> str:
    said: str = _(
        "第 %(number)s 份，共 %(of)s 份：%(holder)s",
        number=facts["number"],
        of=facts["of"],
        holder=facts["holder"],
    )
    return said


def _corrected(facts: dict[str, Any], definition: Definition) -> str:
    names = {ratee.key: ratee.name for ratee in definition.ratees}
    changes = [WordingChange(*one) for one in facts["changes"]]
    said: str = _(
        "%(changes)s；%(second)s 确认", changes=acts_words(changes, names, _), second=facts["second"]
    )
    return said


def _closed(facts: dict[str, Any], definition: Definition) -> str:
    rows = [
        _(
            "%(group)s 发出 %(issued)s、作废 %(voided)s、收回 %(returned)s",
            group=_label(key, definition),
            issued=numbers[0],
            voided=numbers[1],
            returned=numbers[2],
        )
        for key, numbers in facts.get("codes", {}).items()
    ]
    return str(_("；")).join(rows)


def _sheets(number: int) -> str:
    return str(_("%(number)s 张", number=number))


def _count(facts: dict[str, Any], _definition: Definition) -> str:
    return str(_("计票摘要 %(digest)s", digest=_short(facts.get("count", ""))))


def _recounted(facts: dict[str, Any], _definition: Definition) -> str:
    return str(_("与原计票一致") if facts.get("same") else _("与原计票不一致"))


def _signed(facts: dict[str, Any], _definition: Definition) -> str:
    name = PARTS[facts["part"]]
    return str(_(name))


def _certified(facts: dict[str, Any], _definition: Definition) -> str:
    if SigningPart.TELLER not in facts:
        name, made = facts[SigningPart.SCRUTINEER]
        return str(_("监票人 %(name)s（账号设于 %(made)s），一人签字", name=name, made=made[:10]))
    said: str = _(
        "计票人 %(teller)s（账号设于 %(one)s），监票人 %(scrutineer)s（账号设于 %(two)s）",
        teller=facts[SigningPart.TELLER][0],
        one=facts[SigningPart.TELLER][1][:10],
        scrutineer=facts[SigningPart.SCRUTINEER][0],
        two=facts[SigningPart.SCRUTINEER][1][:10],
    )
    return said


def _reset_confirmed(facts: dict[str, Any], _definition: Definition) -> str:
    said: str = _("账号“%(name)s”，%(number)s 次重设", name=facts["name"], number=len(facts["resets"]))
    return said


def _shredding(facts: dict[str, Any], _definition: Definition) -> str:
    names = str(_("、")).join(facts.get("confirmed", []))
    return str(_("确认副本和份额已销毁：%(names)s", names=names)) if names else ""


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:16]


_WRITERS: dict[str, Callable[[dict[str, Any], Definition], str]] = {
    Act.ARM: _armed,
    Act.SHARE: _share,
    Act.ISSUE: _issued,
    Act.PRINT_PAPER: lambda facts, definition: _groups(facts.get("groups", {}), definition),
    Act.VOID: lambda facts, definition: _groups(facts.get("groups", {}), definition),
    Act.PRESENT: lambda facts, definition: _groups({facts["group"]: facts["number"]}, definition),
    Act.CORRECT: _corrected,
    Act.PUT_IN: lambda facts, _definition: _sheets(facts["number"]),
    Act.URN: lambda facts, _definition: _sheets(facts["urn"]),
    Act.CLOSE: _closed,
    Act.COUNT: _count,
    Act.RECOUNT: _recounted,
    Act.SIGN: _signed,
    Act.WITHDRAW: _signed,
    Act.CERTIFY: _certified,
    Act.RESET_CONFIRMED: _reset_confirmed,
    Act.SHREDDING: _shredding,
}
