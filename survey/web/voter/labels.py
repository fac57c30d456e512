"""What voters are told, word by word: refusals, and why a field cannot be taken."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.errors import FieldFault


@dataclass(frozen=True)
class Sentence:
    """A refusal in words: what happened, and what to do about it or whom to ask."""

    title: str
    advice: str

    def __str__(self) -> str:
        return f"{self.title}{_('。')}{self.advice}"


SENTENCES: dict[str, Sentence] = {
    "too-large": Sentence(_l("内容太大，没有收到"), _l("请缩短文字意见，再试一次。")),
    "missing-code": Sentence(_l("请填写投票码"), _l("投票码印在您的票条上，共 16 位，不分大小写。")),
    "mistyped-code": Sentence(_l("投票码没有填对"), _l("请对照您的票条，逐位核对字母和数字。")),
    "unknown-code": Sentence(
        _l("没有这个投票码"), _l("请对照您的票条再核对一遍。仍不行，请问会场工作人员。")
    ),
    "voided-code": Sentence(
        _l("这个投票码已经作废"), _l("它已停用，不能再投票。请把票条交给会场工作人员，另换一张。")
    ),
    "not-open": Sentence(
        _l("现在还不能投票"), _l("投票没有开放，您的投票码仍然有效。请等候会场工作人员通知。")
    ),
    "already-cast": Sentence(
        _l("这个投票码已经投过票"),
        _l("用它投的一张票已经收到，不能再投。可能就是您刚才投的；如果不是，请马上告诉会场工作人员。"),
    ),
    "closed": Sentence(_l("投票已经结束"), _l("现在不再收票。如有疑问，请问会场工作人员。")),
    "not-all-open": Sentence(
        _l("还不能提交"), _l("全部测评完、工作人员开放提交以后，才能提交。您填的都还在，请稍候。")
    ),
    "invalid-ballot": Sentence(_l("还没有提交"), _l("请按提示修改，再提交一次。")),
    "cross-site": Sentence(
        _l("这次是别的网页替您点的"), _l("还没有参加。如果您本人要参加，请点下面的“参加”。")
    ),
    "full": Sentence(_l("名额已满"), _l("本次的答卷已全部领完。如有疑问，请问主办单位。")),
    "unknown-campaign": Sentence(_l("没有这项测评"), _l("请核对网址或二维码。仍不行，请问主办单位。")),
    "by-message": Sentence(
        _l("这项测评用短信进行"),
        _l(
            "请直接回复收到的短信。保密，但不匿名：运营商和短信平台留有号码和短信内容；截止后，本系统不再保留哪个号码作了什么回答。"
        ),
    ),
    "unknown-statement": Sentence(
        _l("没有这份述职报告"), _l("请返回上一页。要看报告，请向工作人员索取纸质的。")
    ),
    "altered-statement": Sentence(
        _l("这份述职报告与就绪时的不一致"),
        _l("为防有人换过，不再显示。请告诉工作人员；您仍可填写，请返回上一页继续。"),
    ),
    "too-busy": Sentence(_l("现在参加的人太多"), _l("还没有轮到您，请过几秒钟再试一次。")),
    "unavailable": Sentence(
        _l("系统正忙，没有收到"), _l("您的投票码仍然有效。请返回上一页，过几秒钟再提交一次。")
    ),
    "failure": Sentence(_l("系统出了故障"), _l("请返回上一页，再试一次。仍不行，请告诉工作人员。")),
    "bad-receipt": Sentence(_l("回执码没有填对"), _l("回执码共 12 位，请对照您记下的逐位核对。")),
    "bad-request": Sentence(_l("没有收完整"), _l("网络可能中断了。请返回上一页，再试一次。")),
    "not-found": Sentence(_l("没有这一页"), _l("请扫票条上的二维码，或输入投票码进入。")),
    "method-not-allowed": Sentence(_l("这一页不能直接打开"), _l("请扫票条上的二维码，或输入投票码进入。")),
}

_OPEN: dict[str, Sentence] = {
    "device-cast": Sentence(
        _l("这部手机已经填过"),
        _l("用它填的答卷已经收到，每部手机只计一次。可能就是您刚才填的；如果不是，请告诉主办单位。"),
    ),
    "already-cast": Sentence(
        _l("这份答卷已经提交过"), _l("它已经收到，不能再改。可能就是您刚才提交的；如果不是，请告诉主办单位。")
    ),
    "not-open": Sentence(_l("现在还不能填写"), _l("填写没有开始，请等候主办单位通知。")),
    "unavailable": Sentence(
        _l("系统正忙，没有收到"), _l("请返回上一页，过几秒钟再试一次；多试几次也只计一次。")
    ),
    "closed": Sentence(_l("填写已经截止"), _l("现在不再接收。如有疑问，请问主办单位。")),
}


def sentence_of(key: str, *, open_entry: bool) -> Sentence:
    """Return a refusal in words; where everyone may come, people hold no paper and know no code."""
    return (_OPEN.get(key) if open_entry else None) or SENTENCES[key]


_FAULTS: dict[str, str] = {
    "repeated": _l("这一项收到不止一个答案，请重选"),
    "unknown": _l("这里没有这一项"),
    "no-option": _l("没有这个选项，请重选"),
    "too-many": _l("最多选 %(limit)s 项，您选了 %(given)s 项"),
    "alone": _l("选了“%(label)s”，就不能再选别的"),
    "too-long": _l("最多 %(limit)s 字，现在有 %(given)s 字"),
    "unreadable": _l("有无法识别的字符，请改写"),
    "missing-reason": _l("选“%(label)s”须写明理由"),
    "required": _l("这一项必须填写"),
    "over-quota": _l(
        "“%(label)s”最多评 %(limit)s 人，您评了 %(given)s 人：%(names)s。请改其中 %(excess)s 人"
    ),
    "over-ticks": _l("最多勾 %(limit)s 人，您勾了 %(given)s 人：%(names)s。请去掉其中 %(excess)s 人"),
    "not-opened": _l("%(names)s没有开放测评，这一项须空着"),
    "over-names": _l(
        "最多推荐 %(limit)s 人，您勾的和写的共 %(given)s 人：%(names)s。请去掉其中 %(excess)s 人"
    ),
    "on-list": _l("“%(names)s”在名单上，请在名单上打勾；同名的另一人，请写明单位和职务"),
    "rated-by-others": _l("“%(names)s”在其他人的名单上，您这里不能另荐；同名的另一人，请写明单位和职务"),
    "no-name": _l("这一格里没有姓名，请写姓名，或清空"),
    "named-twice": _l("“%(names)s”像是同一人，每人只写一次；确是两人的，请把单位写在姓名前面"),
    "bad-receipt": _l("回执码有误，已换新的"),
}


def fault_text(fault: FieldFault) -> str:
    """Return the sentence that says why a field cannot be taken."""
    return str(_FAULTS[fault.kind]) % {
        "limit": fault.limit,
        "given": fault.given,
        "label": fault.label,
        "names": _("、").join(fault.names),
        "excess": fault.given - fault.limit,
    }


def over_quota(line: str, fault: FieldFault) -> str:
    """Return the sentence on a quota that is exceeded, and by how much, where persons are listed under it."""
    if fault.kind == "over-names":
        told: str = _(
            "最多推荐 %(limit)s 人，您勾的和写的共 %(given)s 人。请去掉其中 %(excess)s 人：",
            limit=fault.limit,
            given=fault.given,
            excess=fault.given - fault.limit,
        )
        return told
    if fault.kind == "over-ticks":
        said: str = _(
            "最多勾 %(limit)s 人，您勾了 %(given)s 人。请去掉其中 %(excess)s 人：",
            limit=fault.limit,
            given=fault.given,
            excess=fault.given - fault.limit,
        )
        return said
    text: str = _(
        "%(line)s“%(label)s”最多评 %(limit)s 人，您评了 %(given)s 人。请改其中 %(excess)s 人：",
        line=line,
        label=fault.label,
        limit=fault.limit,
        given=fault.given,
        excess=fault.given - fault.limit,
    )
    return text


def not_open_until(opens_at: datetime, *, open_entry: bool) -> Sentence:
    """Return the sentence that says when voting begins, in the zone that ``opens_at`` is given in."""
    if open_entry:
        advice = _("填写定于 %(when)s 开始，请到时再来。", when=moment(opens_at))
    else:
        advice = _("投票定于 %(when)s 开始。您的投票码仍然有效，请到时再来。", when=moment(opens_at))
    return Sentence(sentence_of("not-open", open_entry=open_entry).title, advice)


def moment(when: datetime) -> str:
    """Write a moment to the minute, in the zone that it is given in."""
    return str(format_datetime(when, _("y 年 M 月 d 日 HH:mm"), rebase=False))
