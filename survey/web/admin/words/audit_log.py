"""The acts in the audit log, in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.audit.acts import Act
from survey.domain.audit.corrections import WordingChange
from survey.domain.ballot.turns import HAND_IN, RESUME
from survey.domain.count.certificate import PARTS, SigningPart
from survey.domain.decisions.entries import EntryKind
from survey.domain.results.correction_words import acts_words
from survey.web.admin.accounts.account_forms import ROLE_NAMES

from .act_names import name
from .assessment_acts import PLAIN_ASSESSMENT, WORKED_OUT_ASSESSMENT
from .decisions import KINDS

Facts = Mapping[str, Any]

ZONE = ZoneInfo("Asia/Shanghai")
"""One zone for the whole log, whatever the zones of the campaigns in it."""

_CUSTODY = {"server": _l("服务器"), "scrutineers": _l(PARTS[SigningPart.SCRUTINEER])}
_PUBLICATION = {
    "public": _l("向所有人公布了结果。"),
    "link": _l("向持有链接的人公布了结果。"),
    "person": _l("给每位测评对象发了看自己结果的链接。"),
    "withdrawn": _l("停止公布结果。"),
    "none": _l("把结果改为未公布。"),
}
_TURNS = {"open": _l("%(name)s开始测评"), "ended": _l("%(name)s结束"), "absent": _l("%(name)s缺席")}
_TEMPLATES = {"report": _l("测评情况报告"), "tables": _l("结果汇总表（Word）")}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def sentence(act: str, facts: Facts) -> str:
    """Return one sentence that says what was done."""
    try:
        return str(PLAIN[act]) % facts if act in PLAIN else WORKED_OUT[act](facts)
    except (KeyError, IndexError, TypeError, ValueError):  # an act or facts of another version
        return name(act)


def shown(moment: datetime) -> str:
    """Write a moment as the log's readers know it."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def _numbers(groups: Mapping[str, int]) -> str:
    return _("、").join(_("%(group)s 票 %(number)s 个", group=key, number=n) for key, n in groups.items())


def _sheets(groups: Mapping[str, int]) -> str:
    return _("、").join(_("%(group)s 票 %(number)s 张", group=key, number=n) for key, n in groups.items())


def _account(facts: Facts) -> str:
    role = str(ROLE_NAMES.get(facts.get("role", ""), facts.get("role", "")))
    return _("新建了账号“%(name)s”（%(role)s）。", name=facts["name"], role=role)


def _login(facts: Facts) -> str:
    return _("用一次性链接登录。") if facts.get("way") == "link" else _("用密码登录。")


def _draft(facts: Facts) -> str:
    if facts.get("faults"):
        return _("保存了活动草稿，还有 %(number)s 处需要改正。", number=facts["faults"])
    return _("新建了活动草稿。")


def _statements(facts: Facts) -> str:
    files = facts["files"]
    gone = _("、").join(key for key, digest in files.items() if digest is None)
    if gone:
        return _("删去了述职报告文件（编号 %(keys)s）。", keys=gone)
    named = _("、").join(f"{key} {digest.removeprefix('sha256:')[:16]}" for key, digest in files.items())
    return _("采用了 %(number)s 份述职报告文件（编号和摘要：%(files)s）。", number=len(files), files=named)


def _arm(facts: Facts) -> str:
    if facts.get("shares"):
        return _(
            "冻结了规则，做了票箱钥匙：分成 %(shares)s 份交监票人，凑齐 %(threshold)s 份才能开箱。",
            shares=facts["shares"],
            threshold=facts.get("threshold", ""),
        )
    keeper = str(_CUSTODY.get(facts.get("custody", ""), facts.get("custody", "")))
    return _("冻结了规则，做了票箱钥匙，由%(keeper)s保管。", keeper=keeper)


def _disarm(facts: Facts) -> str:
    said = _("退回准备：票箱钥匙作废并销毁，设置可以再改。")
    codes = facts.get("codes", 0)
    return said + (_("没有下载过的投票码 %(number)s 个随之作废。", number=codes) if codes else "")


def _issue(facts: Facts) -> str:
    said = _("发出投票码：%(numbers)s。", numbers=_numbers(facts["groups"]))
    if not facts.get("late"):
        return said
    groups = _("、").join(facts["late"])
    if facts.get("second"):
        return said + _(
            "%(groups)s 票在投票开始时张数少，补发由 %(second)s 确认。",
            groups=groups,
            second=facts["second"],
        )
    return said + _("%(groups)s 票在投票开始时张数少，补发没有第二人确认。", groups=groups)


def _export_key(facts: Facts) -> str:
    if facts.get("assessment"):
        return _("另存了年度考核的钥匙。")
    return _("另存了服务器上的钥匙，连同纸票钥匙。") if facts.get("paper") else _("另存了一份票箱钥匙。")


def _print_paper(facts: Facts) -> str:
    return _("打印纸票：%(numbers)s。", numbers=_sheets(facts["groups"]))


def _issue_or_list(facts: Facts) -> str:
    return (
        _("按短信名单登记：%(numbers)s。", numbers=_numbers(facts["groups"]))
        if facts.get("sms")
        else _issue(facts)
    )


def _sms_send(facts: Facts) -> str:
    if facts["kind"] == "reminder":
        return _("向 %(number)s 个没有回复的号码排队发送提醒。", number=facts["number"])
    return _("向 %(number)s 个号码排队发送邀请短信。", number=facts["number"])


def _void(facts: Facts) -> str:
    if facts.get("sms"):
        return _("撤下原来的短信名单：%(numbers)s。", numbers=_numbers(facts["groups"]))
    return _("作废投票码：%(numbers)s。", numbers=_numbers(facts["groups"]))


def _open(facts: Facts) -> str:
    # Without a code only a campaign opens that everybody enters by its link.
    if not facts["issued"]:
        return _("开始投票，扫码或打开链接参加。") + _plain(facts)
    said = _("开始投票，已发出投票码 %(number)s 个。", number=facts["issued"])
    return said + _plain(facts)


def _reopen(facts: Facts) -> str:
    return _("恢复备份之后，重新开放投票，已发出投票码 %(number)s 个。", number=facts["issued"]) + _plain(
        facts
    )


def _plain(facts: Facts) -> str:
    return _("网址没有加密（HTTP）。") if facts.get("plain_http") else ""


def _extend(facts: Facts) -> str:
    before, to = (shown(datetime.fromisoformat(facts[end])) for end in ("before", "to"))
    return _("把投票结束时间从 %(before)s 改为 %(to)s。", before=before, to=to)


def _postpone(facts: Facts) -> str:
    before, to = (shown(datetime.fromisoformat(facts[end])) for end in ("before", "to"))
    return _("把投票开始时间从 %(before)s 推迟到 %(to)s。", before=before, to=to)


def _correct(facts: Facts) -> str:
    changes = acts_words([WordingChange(*one) for one in facts["changes"]], {}, _)
    return _("更正了文字：%(changes)s（%(second)s 确认）。", changes=changes, second=facts["second"])


def _close(facts: Facts) -> str:
    totals = [sum(numbers) for numbers in zip(*facts["codes"].values(), strict=True)]
    issued, voided, returned = totals or (0, 0, 0)
    return _(
        "结束投票：发出 %(issued)s，作废 %(voided)s，收回 %(returned)s。",
        issued=issued,
        voided=voided,
        returned=returned,
    )


def _count(facts: Facts) -> str:
    notes = len(facts.get("notes", ()))
    if notes:
        return _("开箱计票，有 %(number)s 处需要说明。", number=notes)
    return _("开箱计票，各数相符。")


def _recount(facts: Facts) -> str:
    if facts.get("same"):
        return _("重新计票，结果与上次相同。")
    return _("重新计票，结果与上次不同。")


def _part(facts: Facts) -> str:
    name = PARTS[facts["part"]]
    return str(gettext(name))


def _sign(facts: Facts) -> str:
    return _("以%(part)s的身份签字，等待另一人签字。", part=_part(facts))


def _withdraw(facts: Facts) -> str:
    return _("撤回了以%(part)s的身份所签的字。", part=_part(facts))


def _certify(facts: Facts) -> str:
    if SigningPart.TELLER not in facts:
        return _("监票人 %(scrutineer)s 签字确认了计票结果。", scrutineer=facts[SigningPart.SCRUTINEER][0])
    return _(
        "计票人 %(teller)s、监票人 %(scrutineer)s 签字确认了计票结果。",
        teller=facts[SigningPart.TELLER][0],
        scrutineer=facts[SigningPart.SCRUTINEER][0],
    )


def _join_names(facts: Facts) -> str:
    if facts["split"]:
        return _("认定了另荐人选的写法，其中有看到不一致以后认定的。")
    return _("认定了另荐人选的写法。")


def _reset_confirmed(facts: Facts) -> str:
    return _("确认账号“%(name)s”的 %(number)s 次重设属实。", name=facts["name"], number=len(facts["resets"]))


def _publish(facts: Facts) -> str:
    said = str(_PUBLICATION[facts["publication"]])
    edition = _("这是第 %(number)s 版。", number=facts["edition"]) if "edition" in facts else ""
    return said + edition


def _template(facts: Facts) -> str:
    return _("更换了“%(document)s”的模板。", document=_TEMPLATES[facts["kind"]])


def _template_removed(facts: Facts) -> str:
    return _("撤下了本单位的“%(document)s”模板，改用自带模板。", document=_TEMPLATES[facts["kind"]])


def _decide(facts: Facts) -> str:
    kind = str(KINDS[EntryKind(facts["kind"])])
    return _("记录了第 %(number)s 项组织认定：%(kind)s。", number=facts["number"], kind=kind)


def _restore(facts: Facts) -> str:
    taken = shown(datetime.fromisoformat(facts["taken_at"]))
    said = _("从备份恢复了数据（备份于 %(taken)s），之后的数据已丢失。", taken=taken)
    held = _("、").join(facts["held"])
    waiting = _("、").join(facts.get("waiting", ()))
    stopped = _("、").join(facts.get("stopped", ()))
    return (
        said
        + (_("停止了正在进行的投票：%(codes)s。", codes=held) if held else "")
        + (_("不再按时自动开始：%(codes)s。", codes=waiting) if waiting else "")
        + (_("停发短信：%(codes)s。", codes=stopped) if stopped else "")
    )


def _turn(facts: Facts) -> str:
    names = facts["names"]
    done = [str(_TURNS[turn]) % {"name": names[key]} for key, turn in facts["turns"].items()]
    if facts["done"] == HAND_IN:
        done.append(_("开放提交"))
    if facts["done"] == RESUME:
        done.append(
            _("恢复备份之后接着进行，收回“开放提交”") if facts["ended"] else _("恢复备份之后接着进行")
        )
    return _("逐人测评：%(done)s。", done=_("，").join(done))


PLAIN: dict[str, object] = {
    Act.PASSWORD: _l("为账号“%(name)s”设置了密码。"),
    Act.LOGIN_LINK: _l("为账号“%(name)s”做了新的登录链接，原密码作废。"),
    Act.SECOND_FACTOR: _l("为账号“%(name)s”设置了动态口令。"),
    Act.SECOND_FACTOR_RESET: _l("重置了账号“%(name)s”的第二重验证（动态口令、通行密钥）。"),
    Act.PASSKEY_ADDED: _l("为账号“%(name)s”添加了一个通行密钥。"),
    Act.PASSKEY_REMOVED: _l("删除了账号“%(name)s”的一个通行密钥。"),
    Act.PASSKEY_CLONED: _l("拒绝了账号“%(name)s”的一个通行密钥：它可能被复制过，请本人删除它，另设一个。"),
    Act.RECOVERY_CODE: _l("账号“%(name)s”使用了一个恢复码，还剩 %(left)s 个。"),
    Act.RECOVERY_CODES: _l("为账号“%(name)s”换了一套恢复码。"),
    Act.SESSIONS_ENDED: _l("让账号“%(name)s”在其他设备上退出登录。"),
    Act.ACCOUNT_DISABLED: _l("停用了账号“%(name)s”。"),
    Act.ACCOUNT_ENABLED: _l("重新启用了账号“%(name)s”。"),
    Act.DRAFT_DELETED: _l("删除了活动草稿。"),
    Act.LOAD: _l("保存了活动设置。"),
    Act.SHARE: _l("交出票箱钥匙的第 %(number)s 份（共 %(of)s 份），持有人 %(holder)s 已确认。"),
    Act.ASSESSMENT_ARCHIVE: _l("下载了考核档案，共 %(files)s 个文件，摘要 %(digest).23s。"),
    Act.HAND_OUT: _l("下载了 %(number)s 张票条，服务器上的文件随即删除。"),
    Act.PRESENT: _l("登记 %(group)s 票到会 %(number)s 人。"),
    Act.COLLECT: _l("开始收票，手机投票就此结束。"),
    Act.SCAN: _l("扫描了纸票，共 %(images)s 幅图像。"),
    Act.PUT_IN: _l("把 %(number)s 张纸票放入票箱，其中废票 %(spoiled)s 张。"),
    Act.URN: _l("登记人工清点的纸票 %(urn)s 张。"),
    Act.SMS_LIST: _l("导入短信名单：%(taken)s 个号码，拒收的 %(opted_out)s 个没有列入。"),
    Act.SMS_STOP: _l("停发短信，还有 %(number)s 条没有发出。"),
    Act.SMS_RESUME: _l("继续发短信，还有 %(number)s 条没有发出。"),
    Act.SMS_TRY: _l("经通道 %(channel)s 试发了 %(number)s 条短信。"),
    Act.SMS_OPT_OUT: _l("登记了 %(number)s 个拒收短信的号码。"),
    Act.SMS_END: _l("销毁了短信钥匙、号码和发送记录：发出 %(sent)s 条，收到回复 %(replied)s 个号码。"),
    Act.SHAKE: _l("打乱了票箱中的顺序。"),
    Act.MODERATE: _l("审阅了 %(texts)s 条文字。"),
    Act.NAME_TELLER: _l("承担认定另荐人选，是第 %(number)s 人。"),
    Act.NAME_TELLER_RELEASED: _l("解除了“%(name)s”的另荐人选认定，理由：%(reason)s。"),
    Act.NAME_TELLER_ADMITTED: _l("先后已有五人认定，准许“%(name)s”另外承担，理由：%(reason)s。"),
    Act.SHREDDING: _l("开始销毁密封票和钥匙。"),
    Act.SHRED: _l("销毁了密封票和钥匙。"),
    Act.TAKE_BACK: _l("记录第 %(number)s 项，撤回了第 %(entry)s 项组织认定。"),
    Act.TRIAL: _l("开始试投，试投活动是 %(trial)s。"),
    Act.ERASE: _l("清除了 %(trial_of)s 的试投数据。"),
    **PLAIN_ASSESSMENT,
    Act.BACKUP: _l("备份了全部数据（不含票箱钥匙），文件 %(file)s，摘要 %(digest).23s。"),
}

WORKED_OUT: dict[str, Callable[[Facts], str]] = {
    Act.ACCOUNT: _account,
    Act.LOGIN: _login,
    Act.DRAFT: _draft,
    Act.ARM: _arm,
    Act.DISARM: _disarm,
    Act.EXPORT_KEY: _export_key,
    Act.ISSUE: _issue_or_list,
    Act.SMS_SEND: _sms_send,
    Act.PRINT_PAPER: _print_paper,
    Act.VOID: _void,
    Act.OPEN: _open,
    Act.REOPEN: _reopen,
    Act.EXTEND: _extend,
    Act.POSTPONE: _postpone,
    Act.CORRECT: _correct,
    Act.TURN: _turn,
    Act.CLOSE: _close,
    Act.COUNT: _count,
    Act.RECOUNT: _recount,
    Act.SIGN: _sign,
    Act.WITHDRAW: _withdraw,
    Act.CERTIFY: _certify,
    Act.RESET_CONFIRMED: _reset_confirmed,
    Act.JOIN_NAMES: _join_names,
    Act.DECIDE: _decide,
    Act.PUBLISH: _publish,
    Act.STATEMENTS: _statements,
    Act.TEMPLATE: _template,
    Act.TEMPLATE_REMOVED: _template_removed,
    **WORKED_OUT_ASSESSMENT,
    Act.RESTORE: _restore,
}
