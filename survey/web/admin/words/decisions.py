"""Decisions beside a count in words: kinds, fields, what is wrong with them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.export.band_table import BandTableFault
from survey.domain.decisions.entries import EntryKind
from survey.domain.decisions.proposal import ProposedPlace
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Section

KINDS = {
    EntryKind.QUOTA: _l("等次名额"),
    EntryKind.BAND: _l("等次认定"),
    EntryKind.VETO: _l("一票否决"),
    EntryKind.CAPS: _l("加减分上限"),
    EntryKind.POINTS: _l("加减分"),
    EntryKind.TAKEN_BACK: _l("撤回"),
}
TITLES = {
    EntryKind.QUOTA: _l("设定等次名额"),
    EntryKind.BAND: _l("认定等次"),
    EntryKind.VETO: _l("一票否决"),
    EntryKind.CAPS: _l("设定加减分上限"),
    EntryKind.POINTS: _l("加减分"),
    EntryKind.TAKEN_BACK: _l("撤回一项认定"),
}
LABELS = {
    "band": _l("等次"),
    "limit": _l("比例或人数"),
    "basis": _l("依据"),
    "committee": _l("认定机构"),
    "decided_on": _l("认定日期"),
    "reason": _l("事由"),
    "grounds": _l("事由"),
    "evidence": _l("依据材料"),
    "each": _l("每项上限（分）"),
    "total": _l("每人合计上限（分）"),
    "points": _l("分值"),
    "approver": _l("批准人"),
    "entry": _l("撤回第几项"),
}
LISTED_TITLES = TITLES | {
    EntryKind.QUOTA: _l("设定考察对象名额"),
    EntryKind.BAND: _l("确定考察对象"),
}
"""What the pages of entries are called where somebody of a list to tick is decided on."""
LISTED_LABELS = LABELS | {"band": _l("是否确定为考察对象")}
HINTS = {
    "limit": _l("如 20%% 或 3。比例按测评对象人数四舍五入，至少 1 名。"),
    "basis": _l("文件名称、文号，或会议决定。"),
    "committee": _l("如：党组会议、考核委员会。"),
    "evidence": _l("文件名称、文号，或材料存放处。"),
    "each": _l("加分、减分都按绝对值，最多两位小数。"),
    "total": _l("一人的各项相加，超出的按上限计。"),
    "points": _l("加分填正数，减分填负数，如 1.5 或 -2；最多两位小数。"),
}
FAULTS = {
    "missing": _l("请填写。"),
    "too-long": _l("太长了，最多 %(most)s 个字。"),
    "control": _l("有看不见的控制字符，请删去后重新输入。"),
    "not-points": _l("请填写数字，如 1.5 或 -2，最多两位小数，不超过 1000。"),
    "zero": _l("不能是 0。"),
    "not-cap": _l("请填写大于 0 的数，最多两位小数，不超过 1000。"),
    "not-limit": _l("请填写人数（如 3）或比例（如 20%%）。"),
    "not-day": _l("请填写日期，如 2026-11-22。"),
    "future": _l("日期在今天以后，请填写已经作出认定的日期。"),
    "nobody": _l("没有选定任何人的等次，或与已认定的相同。"),
    "no-band": _l("请从列出的等次中选择。"),
    "no-caps": _l("这张测评表还没有设定加减分上限，请先设定上限。"),
    "over-cap": _l("超过每项上限 %(each)s 分。"),
    "caps-crossed": _l("每项上限不能大于每人合计上限。"),
}
LIST_FAULTS = {
    BandTableFault.NO_HEADS: _l("没有找到表头。请用本页下载的表格填写：要有“姓名”和“认定等次”两列。"),
    BandTableFault.NOBODY: _l("第 %(row)s 行：“%(value)s”不是这张测评表的对象，或有同名的人。请核对编号。"),
    BandTableFault.TWICE: _l("第 %(row)s 行：“%(value)s”填了两次。请删去一行。"),
    BandTableFault.NO_BAND: _l("第 %(row)s 行：“%(value)s”不是可以认定的等次。请从下拉列表中选。"),
}
PLACES = {
    ProposedPlace.IN: _l("名额内"),
    ProposedPlace.TIED: _l("并列，待定"),
    ProposedPlace.OUT: _l("名额外"),
    ProposedPlace.BELOW: _l("未达分数线"),
    ProposedPlace.UNRANKED: _l("无法排序"),
}


def ranked_by(definition: Definition, section: Section) -> str:
    """Return the heading of what the names of a section are ranked by: a score, or a share of votes."""
    if section.is_ticked:
        return str(_("加权得票率") if definition.weighs(section) else _("得票率"))
    return str(_("计票得分") if definition.has_one_group else _("计票得分（加权）"))
