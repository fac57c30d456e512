"""What stands over the columns of files that come in: words of the command line, and of offices."""

from collections.abc import Iterable

from .file_rows import FileCell, FileRow

_WORDS = {
    "period": "期间 时期 期别 月份 报告期",
    "unit": "单位 单位代码 单位编号 被考核单位",
    "indicator": "指标 指标代码 指标编号 考核指标",
    "value": "数值 本期累计 累计 实绩 完成数",
    "found": "核验数 查实数 核实数 核验结果",
    "why": "原因 依据 核验情况",
    "taken_back": "撤回 撤回核验 是否撤回",
    "note": "完成情况说明 说明 备注",
    "evidence": "佐证材料 佐证",
    "sheet": "评分表",
    "scorer": "评分人 打分人",
    "line": "评分项目",
    "item": "加减分项 加减分项目",
    "reason": "事由 加减分事由",
    "approver": "批准人 批准单位 批准机关",
    "decided_on": "决定日期 认定日期 批准日期",
    "band": "等次",
    "committee": "决定机构 认定机构",
    "grounds": "否决事由",
    "component": "组成部分 考核组成部分",
    "document": "文件 文件依据",
    "points": "得分 分数 分值 名次",
    "target": "年度目标 目标 目标值",
    "account": "账号 登录账号",
    "part": "席位",
    "about": "范围 负责范围",
    "base": "上年实绩 基数 上年基数",
    **{f"m{month}": f"{month}月 {month}月计划" for month in range(1, 13)},
}
_MEANT = {written: column for column, words in _WORDS.items() for written in (column, *words.split())}
"""Columns by what may be written over them, in plain form: without spaces, in lower case."""


def column_named(head: str) -> str:
    """Return the column that a head in plain form means, empty where it is none that is known."""
    return _MEANT.get(head, "")


def by_column(rows: Iterable[FileRow]) -> list[FileRow]:
    """Name the cells of rows by the columns that their heads mean; heads that mean none stay as they are.

    Where two heads mean the same, as a unit's code and its name do, the first holds.
    """
    return [row if row.cells.keys() <= _WORDS.keys() else FileRow(row.place, _named(row)) for row in rows]


def _named(row: FileRow) -> dict[str, FileCell]:
    named: dict[str, FileCell] = {}
    for head, cell in row.cells.items():
        named.setdefault(column_named(head) or head, cell)
    return named
