"""The placeholders that Word templates may use: their names, what they stand for, and sample values.

Offices write templates, so placeholders have Chinese names. ``docs/word-templates.md`` lists the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from survey.domain.count.certificate import PARTS, SigningPart
from survey.domain.results.official import SIGNATURES
from survey.domain.results.table import Column, Table

from .tables import notes_xml, signatures_xml, table_xml


class Template(StrEnum):
    """The documents that are made from a template."""

    REPORT = "report"
    TABLES = "tables"


class Shape(StrEnum):
    """What a placeholder holds: a text, texts, a thing with parts, things with parts, a block."""

    TEXT = "text"
    LINES = "lines"
    ONE = "one"
    MANY = "many"
    BLOCK = "block"


@dataclass(frozen=True)
class Placeholder:
    """One placeholder; ``parts`` are those of a thing, ``sample`` is what a template is tried out with."""

    name: str
    meaning: str
    shape: Shape = Shape.TEXT
    sample: str = ""
    parts: "tuple[Placeholder, ...]" = ()


def _text(name: str, meaning: str, sample: str) -> Placeholder:
    return Placeholder(name, meaning, sample=sample)


def _lines(name: str, meaning: str, sample: str) -> Placeholder:
    return Placeholder(name, meaning, Shape.LINES, sample)


def _block(name: str, meaning: str) -> Placeholder:
    return Placeholder(name, meaning, Shape.BLOCK)


_DIGEST = "0123456789abcdef"
_NUMBERS = tuple(
    _text(name, meaning, sample)
    for name, meaning, sample in (
        ("到会", "到会人数，没有登记的为空", "52"),
        ("发出", "发出票数", "52"),
        ("作废", "作废票数", "1"),
        ("未用", "未用票数", "2"),
        ("收回", "收回票数", "49"),
        ("有效", "有效票数", "48"),
        ("废票", "废票数", "1"),
        ("无法识别", "无法识别的票数", "0"),
    )
)
_COMMON = (
    _text("标题", "测评活动的名称", "2026年度领导班子和领导干部民主测评"),
    _text("被评单位", "被评单位，没有填写的为空", "某某镇"),
    _text("年度", "年度，没有填写的为空", "2026年度"),
    _text("组织单位", "组织单位", "中共某县委组织部"),
    _text("活动代码", "测评活动的代码", "sample-2026"),
    _text("状态", "已签字确认，或尚未确认", "已签字确认"),
    _text("规则摘要", "活动规则的摘要（SHA-256）", "sha256:" + _DIGEST * 4),
    _text("计票摘要", "计票结果的摘要（SHA-256）", "sha256:" + _DIGEST * 4),
    _text("摘要短码", "计票摘要的前 12 位", _DIGEST[:12]),
    _text("页脚", "活动代码和摘要短码，供页脚使用", f"sample-2026 · 计票摘要 {_DIGEST[:12]}"),
)
_RESULT = (
    _text("名称", "表的名称", "领导干部测评表"),
    _block("结果表", "做好的表格"),
    _lines("说明", "表下的说明，一条一段", "数值四舍五入，保留2位小数。"),
)

PLACEHOLDERS: dict[Template, tuple[Placeholder, ...]] = {
    Template.REPORT: (
        *_COMMON,
        _text("测评时间", "开始投票到结束投票的时间", "2026年12月18日"),
        _text("计票时间", "开箱计票的时间", "2026-12-18 11:10:00"),
        _text("参加方式", "凭投票码，或公开参加", "凭一次性投票码参加"),
        _text("回执摘要", "回执清单的摘要（SHA-256）", "sha256:" + _DIGEST * 4),
        _text("钥匙保管", "票箱钥匙由谁保管", "由监票人分持，共 3 份，2 份可开箱。"),
        _text("销毁情况", "密封票和钥匙是否已销毁", "尚未销毁。"),
        Placeholder(
            "票种",
            "各票种，按设置的顺序",
            Shape.MANY,
            parts=(_text("名称", "票种", "A票"), _text("权重", "权重", "0.4"), *_NUMBERS),
        ),
        Placeholder("合计", "各票种合计", Shape.ONE, parts=_NUMBERS),
        _block("票数统计表", "做好的票数统计表"),
        Placeholder(
            "程序",
            "从就绪到销毁的各步",
            Shape.MANY,
            parts=(
                _text("时间", "时间", "2026-12-18 09:00:00"),
                _text("事项", "做了什么", "开始投票"),
                _text("校验值", "之后的操作日志校验值", "0123-4567-89AB"),
            ),
        ),
        _block("程序表", "做好的程序表"),
        Placeholder(
            "测评表",
            "各测评表的结果",
            Shape.MANY,
            parts=(
                *_RESULT,
                _text("对象数", "测评对象的数目", "12"),
                _text("项目", "测评项目，用顿号隔开", "德、能、勤、绩、廉"),
                Placeholder(
                    "名次表",
                    "各测评对象，有名次的按名次",
                    Shape.MANY,
                    parts=(
                        _text("名次", "名次，不排名次的为空", "1"),
                        _text("姓名", "姓名或班子名称", "张三"),
                        _text("职务", "职务", "副局长"),
                        _text("加权得分", "加权得分", "93.25"),
                        _text("合计得分", "合计得分（不加权）", "92.80"),
                        _text("等次", "等次，没有设置的为空", "优秀"),
                    ),
                ),
            ),
        ),
        Placeholder("其他题目", "测评表以外的选择题", Shape.MANY, parts=_RESULT),
        _lines("不予显示", "因样本过小不予显示的内容，一条一段", "张三（全部项目）：不予显示。"),
        Placeholder("组织认定", "组织认定等次、否决、加减分等表", Shape.MANY, parts=_RESULT),
        _lines(
            "签字记录",
            "在系统中签字的记录",
            f"{PARTS[SigningPart.TELLER]} 张三：2026-12-18 11:30:00 签字",
        ),
        _block("签字栏", "手写签字的横线"),
    ),
    Template.TABLES: (
        *_COMMON,
        Placeholder(
            "表",
            "各张汇总表",
            Shape.MANY,
            parts=(
                _text("名称", "表的名称", "个人汇总表"),
                _lines(
                    "基本情况",
                    "组织单位、时间、摘要等，一条一行",
                    "组织单位：某县委组织部\t活动代码：sample-2026",
                ),
                _block("正文", "做好的表格和说明"),
                _block("签字栏", "手写签字的横线"),
                _block("分页", "换页；宽表自动横排"),
            ),
        ),
    ),
}

REQUIRED = {Template.REPORT: (), Template.TABLES: ("表.正文", "表.分页")}
"""What a template must have, or its document would lack what it is for."""

IN_FOOTER = ("页脚", "摘要短码", "计票摘要")
"""Of these one must stand in every footer, so that a paper can be matched to its count."""


def sample(kind: Template, twips: int) -> dict[str, Any]:
    """Return made-up values for every placeholder, to try a template out with."""
    return {one.name: _sampled(one, twips) for one in PLACEHOLDERS[kind]}


def _sampled(placeholder: Placeholder, twips: int) -> Any:
    if placeholder.shape is Shape.TEXT:
        return placeholder.sample
    if placeholder.shape is Shape.LINES:
        return [placeholder.sample] * 2
    if placeholder.shape is Shape.BLOCK:
        return _sample_block(placeholder.name, twips)
    parts = {part.name: _sampled(part, twips) for part in placeholder.parts}
    return parts if placeholder.shape is Shape.ONE else [parts, dict(parts)]


def _sample_block(name: str, twips: int) -> str:
    if name == "签字栏":
        return signatures_xml(SIGNATURES, twips)
    if name == "分页":
        return notes_xml(("换页。",))
    columns = [Column("姓名"), Column("得分", "score", 2)]
    return table_xml(Table(name, columns, [["张三", 93], ["李四", 91]]), twips)
