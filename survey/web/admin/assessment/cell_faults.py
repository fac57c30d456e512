"""What is wrong with a file of an assessment, cell by cell, and how to mend it, in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey.documents.roster.cells import RosterFaultKind
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.assessment.reports.seat_list import SeatFlaw
from survey.domain.errors import CellFault
from survey.web.admin.words.roster import FILE_FAULTS

SENTENCES: Mapping[str, object] = {
    CellFlaw.MISSING: _l("没有填。请填上。"),
    CellFlaw.MISSING_HEAD: _l("没有这一列，或这一列全是空的。请补上。"),
    CellFlaw.FORMULA: _l("是公式。请复制后“选择性粘贴—数值”。"),
    CellFlaw.NO_NUMBER: _l("不是数字。请只填数字，不带单位。"),
    CellFlaw.NOTHING: _l("看不出是没有发生还是没有填报。没有发生的填 0，没有填报的留空。"),
    CellFlaw.PERCENT: _l("显示成了百分数。请改成普通数字，例如 42。"),
    CellFlaw.NO_PERIOD: _l("不是本次考核的期。请写成 2026-05 这样。"),
    CellFlaw.OTHER_PERIOD: _l("是别的一期。请换成本期的表。"),
    CellFlaw.NOT_DUE: _l("这一项本期不用填报。请删去这一行。"),
    CellFlaw.NO_UNIT: _l("没有这个被考核单位。请填单位的名称或代号。"),
    CellFlaw.OTHER_UNIT: _l("是别的单位的。请换成本单位的表。"),
    CellFlaw.NO_INDICATOR: _l("没有这项指标。请填指标的代号。"),
    CellFlaw.FOREIGN: _l("这个单位没有这项任务。请删去这一行。"),
    CellFlaw.REPORTED_ELSEWHERE: _l("这一项不由这里填报。请删去这一行。"),
    CellFlaw.DOUBLE: _l("前面已经有了。请只留一处。"),
    CellFlaw.NO_SHEET: _l("没有这张评分表。请填评分表的代号。"),
    CellFlaw.NO_LINE: _l("评分表里没有这一项。请填项目的代号。"),
    CellFlaw.LINES_MISSING: _l("这张评分表没有打完。请补齐各项。"),
    CellFlaw.OUT_OF_RANGE: _l("超出了范围。请核对。"),
    CellFlaw.TOO_LONG: _l("太长了。请缩短。"),
    CellFlaw.CONTROL: _l("有看不见的控制字符。请删去后重新输入。"),
    CellFlaw.NO_EVIDENCE: _l("要有佐证材料。请写明文件名并上传。"),
    CellFlaw.BELOW_LAST: _l("比上一期的累计数还小。请核对，确实如此的写明原因。"),
    CellFlaw.OFF_PLAN: _l("与计划相差约十倍。请核对计量单位，确实如此的写明原因。"),
    CellFlaw.FRACTION_OF_PERCENT: _l("像是把百分数写成了小数。请核对，确实如此的写明原因。"),
    CellFlaw.UNCHANGED: _l("连续三期没有变化。请核对，确实如此的写明原因。"),
    CellFlaw.NOT_REPORTED: _l("本期应当填报，却没有数。请填上，或写明原因。"),
    CellFlaw.LEFT_OUT: _l("这一行没有读。请核对。"),
    CellFlaw.UNKNOWN_HEAD: _l("不认识这一列。请对照模板。"),
    CellFlaw.NO_TARGET: _l("没有年度目标，这项计分细则要用。请填上。"),
    CellFlaw.NO_BASE: _l("没有上年实绩，这项计分细则要用。请填上。"),
    CellFlaw.BELOW_ZERO: _l("小于 0。请核对；确实如此的，请写明原因。"),
    CellFlaw.CORRECTION: _l("这一期已经关账，按更正处理，写进下一期通报。请核对。"),
    CellFlaw.NO_WARNING: _l("这一格没有要说明的，理由没有用上。请核对格号。"),
    CellFlaw.NOT_FLAG: _l("请填“是”或“否”。"),
    CellFlaw.NO_FINDING: _l("这里没有可以撤回的核验结果。请核对，或删去这一行。"),
    CellFlaw.NO_POINTS: _l("分值要大于 0。请改正。"),
    SeatFlaw.NO_PART: _l("没有这种席位。请从下拉列表里选。"),
    SeatFlaw.KEYS: _l("范围不对：这种席位要写明范围，写的要是本次考核的单位、部门、领导或指标。"),
    SeatFlaw.ELSEWHERE: _l(
        "已有同名账号，属于别的单位。是别人的，请换个账号；确是本人的，请在页面上单独安排。"
    ),
    SeatFlaw.ACCOUNT: _l("不能用作账号：最多 80 个字，前后没有空格，也不能与别的账号看上去一样。"),
    **FILE_FAULTS,
    RosterFaultKind.NO_HEADS: _l("前十行里没有表头。请对照模板。"),
    RosterFaultKind.NO_ROWS: _l("表头下面没有内容。请至少填写一行。"),
    RosterFaultKind.MERGED: _l("单元格是合并的。请取消合并，每行都填上。"),
}
"""Sentences by the kinds of fault that files of numbers, points, entries and seats can have."""


def fault_words(fault: CellFault) -> str:
    """Return what is wrong with a cell and what to do; one of another version is said as it was found."""
    return str(SENTENCES.get(fault.flaw, f"{fault.message}; {fault.remedy}"))
