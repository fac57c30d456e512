"""The heads of a roster: where they stand, over one row or several, and which column each of them means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .cells import MAX_COLUMNS, MAX_HEAD_ROW, CellSheet
from .rows import COLUMNS, GIVEN_KEY, GROUPS, NAME, POST, SECTION, STATEMENT, UNIT, plain

IGNORED = ("序号", "备注")
"""Heads that the template allows beside its own."""

MAX_HEAD_ROWS = 3
_LONGEST_HEAD = 200
_TEMPLATE = {plain(head): head for head in (*COLUMNS, *IGNORED)}
# What offices write for it, what fits best first.
_SYNONYMS = {
    NAME: (
        "姓名 名字 干部姓名 人员姓名 姓名/名称 姓名或名称 被测评人 被评议人 被考核人 测评对象 被测评对象 "
        "考核对象 评议对象 测评对象名称 对象名称 班子名称 名称 name fullname"
    ),
    POST: (
        "现任职务 现职务 职务 现任职务名称 职务名称 职务职称 职务/职称 职务及职称 单位及职务 单位职务 "
        "单位及职务职称 工作单位及职务 现工作单位及职务 所在单位及职务 党政职务 行政职务 职务/岗位 职务岗位 "
        "职务或岗位 任职 现任职 职位 岗位 岗位名称 post position title"
    ),
    UNIT: (
        "单位 工作单位 所在单位 单位名称 现工作单位 所属单位 单位/部门 单位部门 部门/单位 部门 所在部门 "
        "部门名称 所属部门 科室 处室 所在科室 unit department"
    ),
    SECTION: "测评表 测评表名称 测评用表 评价表 评议表 考核表 用表 form",
    GROUPS: "票种 测评票种 票类 测评票 评价主体 测评主体 ratergroup",
    STATEMENT: "述职报告 述职 述职内容 述职述廉报告 个人述职",
    GIVEN_KEY: "编号",
}
_MEANT = {
    plain(head): (column, place)
    for column, heads in _SYNONYMS.items()
    for place, head in enumerate(heads.split())
}
_KIND_HEADS = "类别 人员类别 对象类别 测评类别 测评对象类别 干部类别 类型 分类 类"
"""Heads of columns whose values may tell the form."""

_OTHER_HEADS = (
    "序号 备注 性别 民族 籍贯 出生年月 出生日期 年龄 学历 学位 职级 政治面貌 入党时间 参加工作时间 "
    "任职时间 任现职时间 身份证号 身份证号码 联系电话 手机 手机号 联系方式 毕业院校 专业 职称 级别 "
    "电话 签名 签到 工号 编号 人数 排序"
)
_BY_KIND = frozenset(_KIND_HEADS.split())
_USUAL = frozenset(_OTHER_HEADS.split())
_NOTES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|[*※★☆▲△●:]")
_OTHERS_POST = ("拟", "原", "曾", "兼", "配偶", "家属", "父", "母", "推荐", "前")
_OTHERS_NAME = ("填表", "审核", "联系", "配偶", "家属", "父", "母", "曾用", "推荐")


@dataclass(frozen=True)
class RosterHeads:
    """The first and the last row of heads, 0 where there are none, and what stands over each column."""

    first: int
    last: int
    texts: dict[int, str]

    @property
    def rows(self) -> range:
        """Return the rows in which the heads stand."""
        return range(self.first, self.last + 1) if self.first else range(0)


def find_heads(sheet: CellSheet) -> RosterHeads | None:
    """Return the heads: the row, of the first, that names most columns, and the person's name if one does."""
    best = (False, 0)
    place = 0
    for row in _top_rows(sheet):
        texts = [cell.text for cell in sheet.rows[row].values()]
        names = any(column_of(text) == NAME for text in texts)
        score = (names, sum(is_usual(text) for text in texts))
        if score > best and (names or score[1] > 1):
            best, place = score, row
    return heads_at(sheet, place, _last_row(sheet, place)) if place else None


def heads_at(sheet: CellSheet, first: int, last: int) -> RosterHeads:
    """Return the heads of the rows named, 0 for none; what is merged stands over all of its columns."""
    heads = RosterHeads(first, last, {})
    used = {column for row, cells in sheet.rows.items() if row >= first for column in cells}
    levels = [_texts_of(sheet, row) for row in heads.rows]
    for column in sorted(used.union(*levels)):
        parts: dict[str, None] = {}
        for level in levels:
            if text := " ".join(level.get(column, "").split())[:_LONGEST_HEAD]:
                parts.setdefault(text)
        if parts or column in used:
            heads.texts[column] = " / ".join(parts)
    return heads


def column_of(head: str) -> str:
    """Return the roster's column that a head means, empty where it means none."""
    return _meaning(head)[0]


def fit_of(head: str) -> int:
    """Return how well a head names its column: the lower, the better."""
    return _meaning(head)[1]


def is_usual(head: str) -> bool:
    """Return whether a text is a head that offices use, whether or not its column is imported."""
    name = _bare(head)
    return bool(column_of(head)) or name in _USUAL or name in _BY_KIND


def tells_kind(head: str) -> bool:
    """Return whether a head names a column whose values may tell the form."""
    return any(_bare(part) in _BY_KIND for part in head.split(" / "))


def template_column(head: str) -> str:
    """Return the column or the ignored head of the template that a head is, empty where it is none."""
    return _TEMPLATE.get(plain(head), "")


def _top_rows(sheet: CellSheet) -> Iterator[int]:
    return (row for row in sorted(sheet.rows)[:MAX_HEAD_ROW] if row <= MAX_HEAD_ROW)


def _last_row(sheet: CellSheet, first: int) -> int:
    """Return the last row of heads: they go on where a cell is merged downwards, or stands over several."""
    last = first
    while last - first < MAX_HEAD_ROWS - 1 and _goes_on(sheet, first, last):
        last += 1
    return last


def _goes_on(sheet: CellSheet, first: int, last: int) -> bool:
    above, below = sheet.rows[first], sheet.rows.get(last + 1, {})
    names = [column for column, cell in above.items() if column_of(cell.text) == NAME]
    if any(column in below and plain(below[column].text) for column in names):
        return False
    for area in sheet.merged:
        if not first <= area.first_row <= last or area.first_column not in sheet.rows.get(area.first_row, {}):
            continue
        if area.first_row < last + 1 <= area.last_row:
            return True
        across = range(area.first_column, min(area.last_column, MAX_COLUMNS) + 1)
        if len(across) > 1 and any(column in below for column in across):
            return True
    return False


def _texts_of(sheet: CellSheet, row: int) -> dict[int, str]:
    """Return what stands over each column in a row of heads."""
    texts = {column: cell.text for column, cell in sheet.rows.get(row, {}).items()}
    for area in sheet.merged:
        anchor = sheet.rows.get(area.first_row, {}).get(area.first_column)
        if anchor and area.first_row <= row <= area.last_row:
            for column in range(area.first_column, min(area.last_column, MAX_COLUMNS) + 1):
                texts.setdefault(column, anchor.text)
    return texts


def _meaning(head: str) -> tuple[str, int]:
    parts = head.split(" / ")
    for text in (*reversed(parts), "".join(parts)) if len(parts) > 1 else parts:
        if found := _plain_meaning(text):
            return found
    return "", 0


def _plain_meaning(text: str) -> tuple[str, int] | None:
    name = _bare(text)
    if found := _MEANT.get(name):
        return found
    if name.endswith("姓名") and not name.startswith(_OTHERS_NAME):
        return NAME, len(_SYNONYMS[NAME])
    if name.endswith("职务") and not name.startswith(_OTHERS_POST):
        return POST, len(_SYNONYMS[POST])
    return None


def _bare(head: str) -> str:
    """Return a head without stars, notes in brackets, spaces and colons."""
    return _NOTES.sub("", plain(head[:_LONGEST_HEAD]))
