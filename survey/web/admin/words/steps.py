"""The stages of a campaign and the next step, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from survey.domain.accounts.roles import Permission, Role, may
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import COLLECTING, Campaign, Definition, State
from survey.services.campaigns.step_checks import Check, NextAct

from .times import moment, short_moment

_ORDER = (State.DRAFT, State.ARMED, State.OPEN, State.CLOSED, State.COUNTED, State.CERTIFIED)
_STAGES: dict[str, object] = {
    State.DRAFT: _l("准备"),
    State.ARMED: _l("就绪"),
    State.OPEN: _l("投票中"),
    COLLECTING: _l("收票"),
    State.CLOSED: _l("已结束"),
    State.COUNTED: _l("已计票"),
    State.CERTIFIED: _l("已确认"),
}
_BEGUN_BY: dict[str, tuple[Act, ...]] = {
    State.DRAFT: (Act.DRAFT, Act.LOAD),
    State.ARMED: (Act.ARM,),
    State.OPEN: (Act.OPEN,),
    COLLECTING: (Act.COLLECT,),
    State.CLOSED: (Act.CLOSE,),
    State.COUNTED: (Act.COUNT,),
    State.CERTIFIED: (Act.CERTIFY,),
}

TITLES = {
    NextAct.ARM: _l("冻结规则，生成票箱钥匙"),
    NextAct.ISSUE: _l("发放投票码"),
    NextAct.OPEN: _l("开始投票"),
    NextAct.REOPEN: _l("恢复投票"),
    NextAct.COLLECT: _l("开始收票，结束手机投票"),
    NextAct.SCAN: _l("扫描纸票"),
    NextAct.REVIEW: _l("两人认定纸票"),
    NextAct.TURNS: _l("逐人测评"),
    NextAct.CLOSE: _l("结束投票"),
    NextAct.FINISH_CLOSE: _l("完成结束投票"),
    NextAct.COUNT: _l("开箱计票"),
    NextAct.SIGN: _l("计票人、监票人签字"),
    NextAct.DELIVER: _l("下载、公布结果"),
    NextAct.SHRED: _l("销毁密封票和钥匙"),
    NextAct.PUBLISH: _l("公布结果"),
    NextAct.ERASE: _l("清除试投数据"),
    NextAct.NOTHING: _l("全部完成"),
}
_ALONE = {NextAct.SIGN: _l("监票人签字")}
"""What is called otherwise where one account signs the count."""
PLACES = {
    NextAct.ARM: "admin.arm_page",
    NextAct.ISSUE: "admin.codes",
    NextAct.COLLECT: "admin.collect_paper",
    NextAct.SCAN: "admin.paper",
    NextAct.REVIEW: "admin.paper",
    NextAct.TURNS: "admin.turns_page",
    NextAct.COUNT: "admin.count_page",
    NextAct.SIGN: "admin.sign_page",
    NextAct.SHRED: "admin.shred_page",
    NextAct.PUBLISH: "admin.publishing_page",
}
"""Acts that have a page of their own, and its endpoint."""

_CHECKS = {
    "unfinished": _l("活动设置里还有没改正的问题"),
    "nothing-rated": _l("还没有测评对象，只有 %(questions)s 个问题；要评的班子、干部或服务，请先填上"),
    "unused-forms": _l("测评表%(names)s没有对象用，投票人看不到：请给它填对象，或删去"),
    "defined-of-one": _l("设置完整：%(ratees)s 个测评对象"),
    "defined": _l("设置完整：%(ratees)s 个测评对象，%(groups)s 个票种"),
    "statements-waiting": _l("%(number)s 个述职报告文件还没有说是谁的"),
    "ends-in-the-past": _l("结束时间 %(when)s 已经过去，请在活动设置里改"),
    "texts-of-few": _l("%(names)s只有不足 %(least)s 人能填：写下的文字不会保留"),
    "tried": _l("已经试投过"),
    "untried": _l("还没有试投过，建议先试投一遍"),
    "frozen": _l("规则已冻结"),
    "issued": _l("可用的投票码 %(number)s 个"),
    "listed": _l("名单上的号码 %(number)s 个"),
    "not-replied": _l("还有约 %(number)s 个号码没有回复"),
    "all-replied": _l("都已回复"),
    "lacks-list": _l("还没有短信名单，没有名单不会自动开始"),
    "replies-awaited": _l("截止前发出的回复再等 10 分钟，随后系统自动打乱票箱"),
    "key-with-scrutineers": _l("票箱钥匙由监票人分持"),
    "key-copied": _l("票箱钥匙已另存一份"),
    "key-not-copied": _l("票箱钥匙还没有另存；钥匙丢失，就无法计票"),
    "ended-before-it-began": _l("结束时间 %(when)s 已经过去，请先改到以后"),
    "starts-by-the-clock": _l("到 %(when)s 自动开始；也可以现在开始，但投票人到时才能进入"),
    "start-overdue": _l("开始时间 %(when)s 已到：下面缺的一补齐，就立即自动开始"),
    "start-undecided": _l("数据刚从备份恢复，到 %(when)s 不会自动开始：请手动开始，或重定开始时间"),
    "lacks-codes": _l("还没有可用的投票码，没有投票码不会自动开始"),
    "lacks-job": _l("正在制作票条，做完才会自动开始"),
    "plain-http": _l("网址没有加密（http），同一网络上的人可能看到投票内容"),
    "held": _l("数据刚从备份恢复，投票暂停；备份之后投的票已经没有了"),
    "urn-seen": _l("已经开过票箱的，先开始收票，再恢复；不然恢复以后又能用手机投票"),
    "taken-part": _l("已提交约 %(number)s 份"),
    "hardly-anybody": _l("还没有人提交，或者只有几份"),
    "not-handed-in": _l("约 %(number)s 人点了“参加”还没有提交，结束后不能再提交"),
    "all-in": _l("票已全部收回"),
    "outstanding": _l("还有约 %(number)s 张没有收回，结束后这些投票码作废"),
    "turns-waiting": _l("已测评或缺席 %(done)s 位，还有 %(number)s 位等候"),
    "turn-running": _l("已测评或缺席 %(done)s 位，正在测评 1 位，还有 %(number)s 位等候"),
    "last-turn": _l("正在测评最后一位，测评完请开放提交；不开放，一张票也收不到"),
    "not-handing-in": _l("都测评过了，请开放提交；不开放，一张票也收不到"),
    "hand-in-taken-back": _l("备份时已经开放提交；恢复投票后先收回，可以再开放测评，然后重新开放提交"),
    "handing-in": _l("全部测评完，已开放提交"),
    "ends-by-the-clock": _l("到 %(when)s 会自动结束，也可以现在结束"),
    "time-is-up": _l("%(when)s 已到时间，不再收票；系统没有自己结束的，请结束投票"),
    "cast-by-phone": _l("手机已提交约 %(number)s 份"),
    "phone-ends": _l("收票一开始，手机投票就结束，不能恢复：请确认要用手机的人都已提交"),
    "unprinted": _l("还没有印过纸票；没有人用纸票的，收票后可以直接结束"),
    "leftover-sheets": _l("没有发出去的纸票，请先按投票联上的投票码作废"),
    "collects-by-the-clock": _l("到 %(when)s 会自动开始收票，也可以现在开始"),
    "time-to-collect": _l("%(when)s 已到时间，手机不能再提交；系统没有自己开始收票的，请开始收票"),
    "phone-over": _l("手机投票已结束"),
    "paper-key-not-copied": _l("纸票钥匙还没有另存；钥匙丢失，纸票就不能读入"),
    "paper-key-lost": _l("服务器上找不到纸票钥匙，不能再读纸票：请把另存的那一份放回去"),
    "sheets-read": _l("已读入纸票 %(number)s 张"),
    "nothing-scanned": _l("还没有扫描过纸票"),
    "sheets-wait": _l("有 %(number)s 张纸票等待两人认定"),
    "sheets-incomplete": _l("有 %(number)s 张纸票缺页：请补扫，或由两人处理"),
    "sheets-ready": _l("有 %(number)s 张已读清、还没有入箱，结束时一并入箱"),
    "urn-uncounted": _l("还没有登记票箱里人工清点的张数（可以不登记）"),
    "urn-differs": _l("人工清点 %(urn)s 张，读入 %(number)s 张，请查明"),
    "urn-agrees": _l("人工清点与读入的张数相符：%(number)s 张"),
    "present-unknown": _l("有 %(number)s 个票种没有登记实到人数（可以不登记）"),
    "present-needed": _l("有 %(number)s 个票种在投票开始后补发过投票码，签字前须登记实到人数"),
    "unshaken": _l("投票已经结束，但票箱没有打乱完，要做完才能计票"),
    "shaken": _l("投票已结束，票箱已打乱"),
    "bring-shares": _l("需要 %(number)s 位监票人带来各自的钥匙份额"),
    "key-there": _l("票箱钥匙在服务器上"),
    "key-lost": _l("服务器上找不到票箱钥匙，请把另存的那一份放回去"),
    "does-not-add-up": _l("票数对不上，不能确认，详见签字页"),
    "unreadable": _l("有 %(number)s 张票无法读出，已计入账目"),
    "adds-up": _l("发出、收回、有效、废票相符"),
    "no-signers": _l(
        "还缺 %(number)s 个签字账号：请系统管理员添加，身份选“计票人、监票人”；没有两人签字，计票结果不能确认"
    ),
    "no-signer": _l("还没有签字账号：请系统管理员添加，身份选“计票人、监票人”；没有人签字，计票结果不能确认"),
    "second-factors": _l("签字账号 %(number)s 个，%(ready)s 个已设好第二重验证，可以签字"),
    "no-second-factors": _l(
        "签字账号 %(number)s 个，设好第二重验证的只有 %(ready)s 个，签字要 %(needed)s 个："
        "请本人登录，到“我的账号”启用"
    ),
    "reset-unconfirmed": _l("有 %(number)s 个签字账号在规则冻结以后被他人重设过，还没有人确认，不能签字"),
    "names-open": _l("另荐的人选还没有全部认定，认定以后才能签字"),
    "texts-waiting": _l("有 %(number)s 条文字意见等待审核"),
    "signed": _l("已由 %(names)s 确认"),
    "shred-last": _l("最后再销毁密封票和钥匙：销毁以后不能重新计票"),
    "copies": _l("另存的钥匙、各人的份额和旧备份，请持有人同时销毁"),
    "half-shredded": _l("上次销毁没有做完，请继续"),
    "shredded": _l("密封票和钥匙已销毁"),
}
_LINKS = {
    "key-not-copied": (_l("去另存"), "admin.arm_page", Permission.RUN),
    "unfinished": (_l("去改正"), "admin.setup", Permission.SET_UP),
    "nothing-rated": (_l("去填写"), "admin.setup", Permission.SET_UP),
    "unused-forms": (_l("去修改"), "admin.setup", Permission.SET_UP),
    "statements-waiting": (_l("去选择"), "admin.setup_statements", Permission.SET_UP),
    "ends-in-the-past": (_l("去修改"), "admin.setup", Permission.SET_UP),
    "texts-of-few": (_l("去修改"), "admin.setup", Permission.SET_UP),
    "untried": (_l("去试投"), "admin.trials", Permission.RUN),
    "paper-key-not-copied": (_l("去另存"), "admin.arm_page", Permission.RUN),
    "unprinted": (_l("去打印"), "admin.paper", Permission.RUN),
    "paper-key-lost": (_l("去查看"), "admin.paper", Permission.READ_CAMPAIGNS),
    "sheets-wait": (_l("去认定"), "admin.paper", Permission.READ_CAMPAIGNS),
    "sheets-incomplete": (_l("去处理"), "admin.paper", Permission.READ_CAMPAIGNS),
    "urn-uncounted": (_l("去登记"), "admin.paper", Permission.RUN),
    "names-open": (_l("去认定"), "admin.names", Permission.JOIN_NAMES),
    "texts-waiting": (_l("去审核"), "admin.texts", Permission.MODERATE),
    "reset-unconfirmed": (_l("去查看"), "admin.resets_page", Permission.READ_CAMPAIGNS),
    "no-signers": (_l("去添加"), "admin.list_people", Permission.MANAGE_PEOPLE),
    "no-signer": (_l("去添加"), "admin.list_people", Permission.MANAGE_PEOPLE),
    "no-second-factors": (_l("去启用"), "admin.second_factor", Permission.SIGN),
}
"""Where a check can be mended, and what whoever mends it must be allowed to do."""


@dataclass(frozen=True)
class Stage:
    """One stage of the line on top: its word, when it began, and whether it is over or the present one."""

    word: str
    since: str
    place: str


def title_of(act: NextAct, definition: Definition) -> str:
    """Name what comes next for a campaign."""
    if definition.by_sms and act is NextAct.ISSUE:
        return str(_l("导入短信名单"))
    alone = definition.signatures == 1 and act in _ALONE
    return str(_ALONE[act] if alone else TITLES[act])


def place_of(act: NextAct, definition: Definition) -> str | None:
    """Return the endpoint of an act that has a page of its own."""
    return "admin.sms_list" if definition.by_sms and act is NextAct.ISSUE else PLACES.get(act)


def stages(campaign: Campaign, acts: Iterable[tuple[str, datetime]]) -> list[Stage]:
    """Return the stages of a campaign; ``acts`` is what the log says was done, and when."""
    zone = campaign.definition.time_zone
    first: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    for act, at in acts:
        if act == Act.DISARM:
            first = {begun: when for begun, when in first.items() if begun in _BEGUN_BY[State.DRAFT]}
            continue
        first.setdefault(act, at)
        last[act] = at
    published = campaign.is_published
    order = _order(campaign)
    at_present = len(order) if published else order.index(_standing(campaign))
    found = [
        Stage(
            str(_STAGES[stage]),
            next((short_moment(first[act], zone) for act in _BEGUN_BY[stage] if act in first), ""),
            _place(number, at_present),
        )
        for number, stage in enumerate(order)
    ]
    if not campaign.is_trial:
        since = short_moment(last[Act.PUBLISH], zone) if published and Act.PUBLISH in last else ""
        found.append(Stage(str(_l("已公布")), since, _place(len(order), at_present)))
    return found


def _order(campaign: Campaign) -> list[str]:
    order: list[str] = list(_ORDER)
    if campaign.definition.paper:
        order.insert(order.index(State.CLOSED), COLLECTING)
    return order


def _standing(campaign: Campaign) -> str:
    over = campaign.state in (State.SHREDDING, State.SHREDDED)
    return State.CERTIFIED if over else campaign.stage


def _place(number: int, at_present: int) -> str:
    if number < at_present:
        return "done"
    return "now" if number == at_present else ""


def sentence(check: Check, zone: str) -> str:
    """Write a check as a sentence, its moments in a time zone."""
    facts: dict[str, Any] = {
        name: moment(fact, zone) if isinstance(fact, datetime) else fact for name, fact in check.facts.items()
    }
    return str(_CHECKS[check.key]) % facts


def link(check: Check, role: Role) -> tuple[str, str] | None:
    """Return the word and the endpoint of the page where a role can mend a check."""
    word, endpoint, permission = _LINKS.get(check.key, (None, "", None))
    return (str(word), endpoint) if permission and may(role, permission) else None
