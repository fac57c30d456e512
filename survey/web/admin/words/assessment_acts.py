"""The acts of assessments in the audit log, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.examining.year_record import YEAR_RECORD_WORDS, YearRecordKind
from survey.domain.assessment.seats import PART_WORDS, SeatPart
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart

Facts = Mapping[str, Any]

_TAKEN = {
    "reported": _l("填报数据"),
    "accepted": _l("审核通过的数据"),
    "verified": _l("查访核验结果"),
    "sheets": _l("评分"),
    "entries": _l("加减分、一票否决和直接录入"),
}
_PUBLICATION = {
    "public": _l("向所有人公布了考核结果"),
    "link": _l("向持有链接的人公布了考核结果"),
    "withdrawn": _l("停止公布考核结果"),
}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def _take(facts: Facts) -> str:
    return _("收录了%(what)s，新增 %(number)s 条。", what=_TAKEN[facts["kind"]], number=facts["rows"])


def _score(facts: Facts) -> str:
    said = _(
        "考核计分，第 %(number)s 号记录，摘要 %(digest).23s。",
        number=facts["record"],
        digest=facts["digest"],
    )
    return said + (_("原因：%(reason)s。", reason=facts["reason"]) if facts.get("reason") else "")


def _sign(facts: Facts) -> str:
    return _(
        "计票人 %(teller)s、监票人 %(scrutineer)s 签字确认了第 %(number)s 号考核计分记录。",
        teller=facts[SigningPart.TELLER][0],
        scrutineer=facts[SigningPart.SCRUTINEER][0],
        number=facts["record"],
    )


def _year_record(facts: Facts) -> str:
    return _(
        "记录了%(what)s，第 %(number)s 号，摘要 %(content).23s。",
        what=_(YEAR_RECORD_WORDS[YearRecordKind(facts["kind"])]),
        number=facts["number"],
        content=facts["content"],
    )


def _seat(facts: Facts) -> str:
    given = _given(facts)
    return _("%(given)s它原有的登录链接作废。", given=given) if facts.get("links_void") else given


def _given(facts: Facts) -> str:
    part = _(PART_WORDS[SeatPart(facts["part"])])
    if facts.get("new"):
        keys = _("、").join(facts["keys"]) or _("整个考核")
        return _(
            "新建了账号%(name)s，让其担任%(part)s，范围：%(keys)s。", name=facts["name"], part=part, keys=keys
        )
    if not facts.get("keys"):
        return _("让%(name)s担任%(part)s。", name=facts["name"], part=part)
    keys = _("、").join(facts["keys"])
    return _("让%(name)s担任%(part)s，范围：%(keys)s。", name=facts["name"], part=part, keys=keys)


def _seat_taken(facts: Facts) -> str:
    part = _(PART_WORDS[SeatPart(facts["part"])])
    return _("撤销了%(name)s的%(part)s席位。", name=facts["name"], part=part)


def _publish(facts: Facts) -> str:
    said = str(_PUBLICATION[facts["publication"]])
    return _("%(said)s，第 %(number)s 版。", said=said, number=facts["edition"])


def _submit(facts: Facts) -> str:
    said = _(
        "上报了 %(period)s 的考核数据 %(number)s 项（%(key)s），摘要 %(content).23s。",
        period=facts["period"],
        number=facts["rows"],
        key=facts["unit"] or facts["indicator"],
        content=facts["content"],
    )
    return said + (_("其中迟报 %(number)s 项。", number=facts["late"]) if facts.get("late") else "")


def _queue(facts: Facts) -> dict[str, object]:
    return {
        "periods": _("、").join(facts["periods"]),
        "units": _("、").join(facts["units"]),
        "number": facts["rows"],
    }


def _accept(facts: Facts) -> str:
    return _("审核通过了 %(periods)s 的考核数据 %(number)s 项（%(units)s）。", **_queue(facts))


def _return(facts: Facts) -> str:
    return _(
        "退回了 %(periods)s 的考核数据 %(number)s 项（%(units)s），原因：%(reason)s。",
        reason=facts["reason"],
        **_queue(facts),
    )


PLAIN_ASSESSMENT: dict[str, object] = {
    Act.ASSESSMENT_LOAD: _l("保存了考核设置和年度目标，摘要 %(definition).23s。"),
    Act.ASSESSMENT_ISSUE: _l("下达了考核目标，此后只能按程序调整，摘要 %(definition).23s。"),
    Act.ASSESSMENT_AMEND: _l(
        "第 %(version)s 次调整考核目标，自 %(since)s 起执行，依据：%(document)s，原因：%(reason)s。"
    ),
    Act.ASSESSMENT_CLOSE: _l("%(period)s 结账，通报第 %(bulletin)s 期，数据摘要 %(numbers).23s。"),
    Act.ASSESSMENT_DECIDE: _l("记录了第 %(number)s 项考核等次认定：%(unit)s。"),
    Act.REPORT_APPROVE: _l("审签了 %(unit)s %(period)s 的考核数据 %(rows)s 项，摘要 %(content).23s。"),
    Act.EVIDENCE: _l(
        "为 %(unit)s %(period)s 的 %(indicator)s 上传佐证材料“%(name)s”，摘要 sha256:%(digest).16s。"
    ),
    Act.ASSESSMENT_END: _l("办结了年度考核，结果不再改变。"),
    Act.EVIDENCE_REMOVED: _l("移除了 %(unit)s %(period)s 的 %(indicator)s 的佐证材料“%(name)s”。"),
}
"""Sentences with places for an act's facts."""

WORKED_OUT_ASSESSMENT: dict[str, Callable[[Facts], str]] = {
    Act.ASSESSMENT_TAKE: _take,
    Act.ASSESSMENT_SCORE: _score,
    Act.ASSESSMENT_SIGN: _sign,
    Act.ASSESSMENT_PUBLISH: _publish,
    Act.SEAT: _seat,
    Act.SEAT_TAKEN: _seat_taken,
    Act.REPORT_SUBMIT: _submit,
    Act.REPORT_ACCEPT: _accept,
    Act.REPORT_RETURN: _return,
    Act.YEAR_RECORD: _year_record,
}
"""Sentences that hang on an act's facts."""
