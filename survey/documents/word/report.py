"""The report on an evaluation (测评情况报告) as a Word document, from a template."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from survey.documents.layout import certificate_words as words
from survey.documents.layout.text import cell_text, printable
from survey.domain.count.certificate import short_digest
from survey.domain.results.evaluation_report import FormReport, Situation
from survey.domain.results.subjects import NAMES
from survey.domain.results.table import Column, Table

from .placeholders import Template
from .render import Frame, render, shipped
from .tables import signatures_xml, table_xml

_NUMBERS = words.ACCOUNT_HEADS[1:]
_RANKED = {
    "名次": ("名次", "排名"),
    "姓名": tuple(NAMES.values()),
    "职务": ("职务", "现任职务"),
    "加权得分": ("加权得分", "得分", "加权得票率(%)", "得票率(%)"),
    "合计得分": ("合计得分(不加权)", "得分", "得票率(%)"),
    "等次": ("等次",),
}
"""The columns that a part of the ranking is taken from: the first of these that the table has."""


def report_docx(situation: Situation, out: BinaryIO, template: bytes | None = None) -> None:
    """Write the report; ``template`` is an office's own, without one the shipped template is used."""
    frame = Frame(template or shipped(Template.REPORT))
    render(frame, _values(situation, frame.width), out, bounded=template is not None)


def _values(situation: Situation, width: int) -> dict[str, Any]:
    about = situation.certificate
    short = short_digest(about.count_digest)
    rows, printed = words.account_rows(about), words.account_table(about)
    steps = [
        (words.when(step.at, about.time_zone), words.step_name(step), step.check_value)
        for step in about.steps
    ]
    return {
        "标题": printable(about.title),
        "被评单位": printable(situation.rated_unit),
        "年度": printable(situation.year),
        "组织单位": printable(about.organiser),
        "活动代码": about.code,
        "状态": situation.state,
        "规则摘要": about.definition_digest,
        "计票摘要": about.count_digest,
        "摘要短码": short,
        "页脚": f"{about.code} · 计票摘要 {short}",
        "测评时间": situation.period,
        "计票时间": words.when(about.counted_at, about.time_zone),
        "参加方式": situation.entry,
        "回执摘要": about.receipts_digest,
        "钥匙保管": printable(words.keeping(about)),
        "销毁情况": printable(words.destruction(about)),
        "票种": [
            {"名称": printable(row[0]), "权重": weight, **_numbers(row)}
            for row, weight in zip(rows, situation.weights, strict=False)
        ],
        "合计": _numbers(rows[-1]),
        "票数统计表": table_xml(_table(*printed), width),
        "程序": [dict(zip(("时间", "事项", "校验值"), step, strict=True)) for step in steps],
        "程序表": table_xml(_table(("时间", "事项", "之后的校验值"), steps), width),
        "测评表": [_part(part, width) for part in situation.parts],
        "其他题目": [_result(table, width) for table in situation.questions],
        "不予显示": [printable(line) for line in situation.withheld],
        "组织认定": [_result(table, width) for table in situation.decided],
        "签字记录": [printable(line) for line in words.signatures(about)],
        "签字栏": signatures_xml(situation.signatures, width),
    }


def _numbers(row: Sequence[str]) -> dict[str, str]:
    return dict(zip(_NUMBERS, row[1:], strict=True))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table("", [Column(heads[0]), *(Column(head, "count") for head in heads[1:])], rows)


def _result(table: Table, width: int) -> dict[str, Any]:
    return {
        "名称": printable(table.title),
        "结果表": table_xml(table, width),
        "说明": [printable(note) for note in table.notes],
    }


def _part(part: FormReport, width: int) -> dict[str, Any]:
    columns = {column.label: at for at, column in enumerate(part.table.columns)}
    ranked = [
        {
            name: next((cell_text(row[columns[one]]) for one in labels if one in columns), "")
            for name, labels in _RANKED.items()
        }
        for row in part.table.rows
    ]
    return {
        **_result(part.table, width),
        "名称": printable(part.title),
        "对象数": str(part.ratees),
        "项目": printable("、".join(part.criteria)),
        "名次表": ranked,
    }
