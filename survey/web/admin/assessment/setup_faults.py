"""What is wrong with a set-up that was sent, as a workbook or as a definition file, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from survey.documents.assessment.setup.setup_cells import SetupFlaw
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.errors import CellFault, Fault, Flaw
from survey.web.admin.words.definition_faults import SENTENCES as DEFINITION_SENTENCES

from .cell_faults import fault_words

_CELLS: Mapping[str, object] = {
    SetupFlaw.NO_SETUP: _l("这不是考核设置的工作簿。请下载模板，填写后再传。"),
    SetupFlaw.MISSING_SHEET: _l("缺少这一页。请从模板中复制过来。"),
    SetupFlaw.UNKNOWN_SHEET: _l("不认识这一页，没有读。请删去，或改回模板中的页名。"),
    SetupFlaw.HIDDEN: _l("这一页被隐藏了。请取消隐藏并核对。"),
    SetupFlaw.MISSING_COLUMN: _l("缺少“%(head)s”这一列。请从模板中补上。"),
    SetupFlaw.UNKNOWN_LINE: _l("没有这一项。请删去这一行，或改回模板中的名称。"),
    SetupFlaw.DOUBLE_LINE: _l("这一项写了两次。请只留一处。"),
    SetupFlaw.CHANGED_EXAMPLE: _l(
        "标着“示例”或“说明”的行不读，这一行却改过。要读的请清空这一格，不要的删去整行。"
    ),
    SetupFlaw.ERROR_VALUE: _l("这一格是错误值。请改成文字或数字。"),
    CellFlaw.MISSING_HEAD: _l("前十行里没有表头。请对照模板。"),
    CellFlaw.UNKNOWN_HEAD: _l("不认识这一列，或这一列已经有了。请删去，不要另加列。"),
    CellFlaw.PERCENT: _l("显示成了百分数。请把单元格改成“常规”格式，重新填写。"),
    CellFlaw.NO_UNIT: _l("“单位”页里没有这个单位。请从下拉列表中选。"),
    CellFlaw.NO_INDICATOR: _l("“指标”页里没有这项指标。请从下拉列表中选。"),
    CellFlaw.FOREIGN: _l("这项指标不适用于这个单位的类别。请删去这一行，或改指标的“适用类别”。"),
    CellFlaw.NO_POINTS: _l("这项指标的各条细则都没有分值，不能放大或缩小。请清空。"),
}
_DEFINITION: Mapping[Flaw, object] = {
    Flaw.UNKNOWN_KEY: _l("这里用不着这一项，请清空"),
    Flaw.NOT_CHOICE: _l("没有“%(value)s”这个选项，请从下拉列表中选"),
    Flaw.NOT_KEY: _l("“%(value)s”不能作代号，请改用字母、数字和 + - _（考核代号只用小写字母、数字和 -）"),
    Flaw.NOT_PAIRS: _l("请写成 60=0.6；80=0.8 这样，各段用分号隔开"),
    Flaw.NOT_NUMBERS: _l("请填数字，一期一个，用分号隔开"),
    Flaw.NOT_TABLE: _l("请写成 t1=p01；t2=p02 这样，用分号隔开"),
    Flaw.NO_SUCH: _l("没有“%(value)s”，请从下拉列表中选，或先在那一页里填好"),
    Flaw.TOO_FEW: _l("至少要有 %(limit)s 个"),
    Flaw.TOO_MANY: _l("最多 %(limit)s 个"),
    Flaw.NOT_LIMIT: _l("“%(value)s”无法识别，请填个数如 3，或比例如 25%%"),
    Flaw.NOTHING_ASKED: _l("还没有指标，这一部分无从计分"),
    Flaw.NOT_FALLING: _l("应不高于上一行：从高到低排列"),
    Flaw.FIXED: _l("不能改，应是“%(value)s”：这个文件是别的考核的"),
}


@dataclass(frozen=True)
class ToldFault:
    """One fault as a page says it: where it is, what stands there, what to do."""

    place: str
    value: str
    words: str


def told_cells(faults: Sequence[CellFault]) -> list[ToldFault]:
    """Return in words what is wrong with a workbook, cell by cell."""
    return [ToldFault(fault.place, fault.value, _words(fault)) for fault in faults]


def told_paths(faults: Sequence[Fault]) -> list[ToldFault]:
    """Return in words what is wrong with a definition file, path by path."""
    cells = (
        CellFault(fault.path, "" if fault.path else fault.message, fault.flaw, fault.message, "", fault.facts)
        for fault in faults
    )
    return told_cells(list(cells))


def _words(fault: CellFault) -> str:
    # Files, too, can be empty or too large: the words that both have do not mean the same.
    if isinstance(fault.flaw, Flaw):
        return str(_DEFINITION.get(fault.flaw) or DEFINITION_SENTENCES[fault.flaw]) % fault.facts
    found = _CELLS.get(fault.flaw)
    return str(found) % fault.facts if found else fault_words(fault)
