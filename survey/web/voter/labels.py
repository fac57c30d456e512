"""What voters are told, word by word: refusals, and why a field cannot be taken."""

from dataclasses import dataclass
from datetime import datetime

from survey.domain.errors import FieldFault


@dataclass(frozen=True)
class Sentence:
    """A refusal in words: what happened, and what to do about it or whom to ask."""

    title: str
    advice: str

    def __str__(self) -> str:
        return f"{self.title}。{self.advice}"


CHINESE: dict[str, Sentence] = {
    "too-large": Sentence("内容太大，没有收到", "请缩短文字意见，再试一次。"),
    "missing-code": Sentence("请填写投票码", "投票码印在您的票上，共 16 位，不分大小写。"),
    "mistyped-code": Sentence("投票码没有填对", "请对照您的票，逐位核对字母和数字。"),
    "unknown-code": Sentence("没有这个投票码", "请对照您的票再核对一遍。仍不行，请问会场工作人员。"),
    "voided-code": Sentence("这个投票码已经作废", "它已停用，不能再投票。请把票交给会场工作人员，另换一张。"),
    "not-open": Sentence("现在还不能投票", "投票没有开放，您的投票码仍然有效。请等候会场工作人员通知。"),
    "already-cast": Sentence(
        "这个投票码已经投过票",
        "用它投的一张票已经收到，不能再投。如果不是您投的，请马上告诉会场工作人员。",
    ),
    "device-cast": Sentence(
        "这部手机已经投过票",
        "用它领的一张票已经收到，每部手机只计一次。如果不是您投的，请告诉主办单位。",
    ),
    "closed": Sentence("投票已经结束", "现在不再收票。如有疑问，请问会场工作人员。"),
    "invalid-ballot": Sentence("还没有提交", "请按提示修改，再提交一次。"),
    "full": Sentence("名额已满", "本次发放的票已全部领完。如有疑问，请问主办单位。"),
    "unknown-campaign": Sentence("没有这项测评", "请核对网址或二维码。仍不行，请问主办单位。"),
    "too-busy": Sentence("现在领票的人太多", "还没有领到票，请过几秒钟再试一次。"),
    "unavailable": Sentence("系统正忙，没有收到", "您的投票码仍然有效。请返回上一页，过几秒钟再提交一次。"),
    "failure": Sentence("系统出了故障", "请返回上一页，再试一次。仍不行，请告诉会场工作人员。"),
    "bad-receipt": Sentence("回执码没有填对", "回执码共 12 位，请对照您记下的逐位核对。"),
    "bad-request": Sentence("没有收完整", "网络可能中断了。请返回上一页，再试一次。"),
    "not-found": Sentence("没有这一页", "请扫票上的二维码，或输入投票码进入。"),
    "method-not-allowed": Sentence("这一页不能直接打开", "请扫票上的二维码，或输入投票码进入。"),
}

_FAULTS: dict[str, str] = {
    "repeated": "这一项收到不止一个答案，请重选",
    "unknown": "测评票上没有这一项",
    "no-option": "没有这个选项，请重选",
    "too-many": "最多选 {limit} 项，您选了 {given} 项",
    "too-long": "最多 {limit} 字，现在有 {given} 字",
    "unreadable": "有无法识别的字符，请改写",
    "missing-reason": "选“{label}”须写明理由",
    "required": "这一项必须填写",
    "over-quota": "“{label}”最多评 {limit} 人，您评了 {given} 人：{names}。请改其中 {excess} 人",
    "bad-receipt": "回执码有误，已换新的",
}


def fault_text(fault: FieldFault) -> str:
    """Say why a field cannot be taken."""
    return _FAULTS[fault.kind].format(
        limit=fault.limit,
        given=fault.given,
        label=fault.label,
        names="、".join(fault.names),
        excess=fault.given - fault.limit,
    )


def over_quota(fault: FieldFault) -> str:
    """Say by how much a quota is exceeded, where the persons are listed under it."""
    excess = fault.given - fault.limit
    return f"“{fault.label}”最多评 {fault.limit} 人，您评了 {fault.given} 人。请改其中 {excess} 人："


def not_open_until(opens_at: datetime) -> Sentence:
    """Say when voting begins, in the zone that ``opens_at`` is given in."""
    when = f"{opens_at.year} 年 {opens_at.month} 月 {opens_at.day} 日 {opens_at:%H:%M}"
    return Sentence("现在还不能投票", f"投票定于 {when} 开始。您的投票码仍然有效，请到时再来。")
