"""What each set-up page holds: its part of the document, field by field."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from .following import follow
from .parts import (
    Area,
    Choice,
    Holder,
    Key,
    Moment,
    Number,
    Options,
    Pair,
    Posted,
    Text,
    Tick,
    Ticks,
    written,
)
from .tables import Part, Parts, Rows, finished, put_all

ZONES = (
    ("Asia/Shanghai", _l("北京时间（东八区）")),
    ("Asia/Urumqi", _l("乌鲁木齐（东六区）")),
    ("Asia/Hong_Kong", _l("香港")),
    ("Asia/Macau", _l("澳门")),
    ("Asia/Taipei", _l("台北")),
    ("UTC", _l("世界协调时（UTC）")),
)


@dataclass(frozen=True)
class Subject:
    """One set-up page: its name in the address, its title, and the parts of the document that it holds."""

    key: str
    title: str | LazyString
    lead: str | LazyString
    parts: Parts

    def take(self, document: Holder, posted: Posted) -> Holder:
        """Return the document with what was posted in it, rows still knowing where they came from."""
        made = copy.deepcopy(document)
        put_all(self.parts, made, posted, "", document)
        return made

    def finish(self, document: Holder, working: Holder) -> Holder:
        """Return what is to be stored of a form; references follow keys that were changed."""
        follow(document, working)
        return finished(self.parts, working)


def rows_of(document: Holder, key: str) -> Sequence[Holder]:
    """Return a list of tables of a document, none where it has no such list."""
    found = document.get(key)
    return found if isinstance(found, list) else ()


def scale_name(scale: Holder) -> str:
    """Return what a scale is called on these pages: its grades."""
    return "、".join(written(grade.get("label")) for grade in rows_of(scale, "grades")) or written(
        scale.get("key")
    )


def _labelled(key: str, label: str = "label") -> Callable[[Holder], Options]:
    def options(document: Holder) -> Options:
        rows = rows_of(document, key)
        return [(written(row.get("key")), written(row.get(label) or row.get("key"))) for row in rows]

    return options


def _scales(document: Holder) -> Options:
    return [(written(scale.get("key")), scale_name(scale)) for scale in rows_of(document, "scales")]


def _lines(document: Holder) -> Options:
    return [
        (
            f"{written(section.get('key'))} {written(criterion.get('key'))}",
            f"{written(section.get('title'))} · {written(criterion.get('label'))}",
        )
        for section in rows_of(document, "sections")
        for criterion in rows_of(section, "criteria")
    ]


def grades_of(document: Holder, scale: str | None = None) -> Options:
    """Return the grades of one scale, or of all: those of one key together."""
    found: dict[str, list[str]] = {}
    for row in rows_of(document, "scales"):
        if scale is None or written(row.get("key")) == scale:
            for grade in rows_of(row, "grades"):
                labels = found.setdefault(written(grade.get("key")), [])
                labels += [written(grade.get("label"))] if written(grade.get("label")) not in labels else []
    return [(key, " / ".join(labels)) for key, labels in found.items()]


def _key(label: str | LazyString = "", *, shown_always: bool = False) -> Key:
    hint = _l("如 A") if shown_always else _l("字母、数字和 + - _，以字母或数字开头")
    return Key("key", label or _l("内部代号"), hint, shown_always=shown_always)


_groups = _labelled("groups")


def _all_groups(_row: Mapping[str, Any], document: Holder) -> list[str]:
    return [key for key, _label in _groups(document)]


def _raters(ratee: Mapping[str, Any], document: Holder) -> list[str]:
    """List the groups that rate a ratee who names none: those of its section, or all."""
    for section in rows_of(document, "sections"):
        if section.get("key") == ratee.get("section") and isinstance(section.get("groups"), list):
            return [written(key) for key in section["groups"]]
    return _all_groups(ratee, document)


BASICS = Subject(
    "basics",
    _l("基本信息"),
    _l("名称和主办单位印在测评票、打印票和结果表上。"),
    (
        Part(
            "campaign",
            _l("基本信息"),
            (
                Text("title", _l("活动名称"), _l("如：2026 年度镇领导班子和领导干部民主测评")),
                Text("organiser", _l("主办单位")),
                Area("instructions", _l("填写说明"), _l("选填，显示在测评票最前面")),
                Choice(
                    "entry",
                    _l("投票方式"),
                    _l("内部测评用投票码；向社会公开的调查用公开链接"),
                    (
                        ("codes", _l("投票码：每人一张票，凭票面二维码投票")),
                        ("open", _l("公开链接：一张海报，每台手机投一次")),
                    ),
                    "codes",
                ),
                Choice("time_zone", _l("时区"), "", ZONES, "Asia/Shanghai"),
                Moment("opens_at", _l("投票开始"), _l("不填则由您手动开始")),
                Moment("closes_at", _l("投票结束"), _l("不填则由您手动结束")),
                Number("ceiling", _l("最多发出多少个投票码"), _l("只用于公开链接，不填为 100000")),
            ),
        ),
    ),
)

GROUPS = Subject(
    "groups",
    _l("票种与权重"),
    _l("一个票种是一类投票人，如 A 票、B 票、C 票。加权得分按各票种的权重合成。"),
    (
        Rows(
            "groups",
            _l("票种"),
            (
                _key(_l("代号"), shown_always=True),
                Text("label", _l("名称"), _l("印在票面上，如：A票（县级领导）")),
                Number("weight", _l("权重"), _l("如 30；各票种相加不必是 100")),
                Number("issue", _l("发票数"), _l("打印多少张票；可以留空，以后再定")),
            ),
            "A",
            ("label", "weight"),
            one=_l("票种"),
        ),
    ),
)

TREATS = (
    ("exclude", _l("不计入：分母里没有这些票")),
    ("denominator", _l("计入比率的分母，不影响得分")),
    ("zero", _l("计入分母，并按 0 分计")),
)

SCALES = Subject(
    "scales",
    _l("等次与分值"),
    _l("从最好到最差排列，分值依次降低。满意率等比率由勾选的等次相加。"),
    (
        Rows(
            "scales",
            _l("等次"),
            (
                _key(),
                Rows(
                    "grades",
                    _l("等次"),
                    (
                        _key(),
                        Text("label", _l("等次")),
                        Number("points", _l("分值")),
                        Tick("reason", _l("须写理由"), on="required"),
                    ),
                    "g",
                    ("label", "points"),
                    one=_l("等次"),
                ),
                Part(
                    "abstain",
                    _l("设“弃权 / 不了解”选项"),
                    (
                        Text("label", _l("选项名称"), _l("如：不了解、弃权")),
                        Choice("treat", _l("怎样计算"), "", TREATS, "exclude"),
                    ),
                    optional=True,
                ),
            ),
            "scale",
            ("grades",),
            one=_l("一套等次"),
        ),
        Rows(
            "rates",
            _l("比率"),
            (
                _key(),
                Text("label", _l("比率名称"), _l("如：满意率")),
                Choice("scale", _l("等次"), "", _scales),
                Ticks("grades", _l("包含的等次"), "", grades_of, required=True),
            ),
            "rate",
            ordered=False,
            one=_l("比率"),
        ),
    ),
)

SECTIONS = Subject(
    "sections",
    _l("测评表"),
    _l("一张测评表有一套等次和若干项目。班子和个人通常各用一张。"),
    (
        Rows(
            "sections",
            _l("测评表"),
            (
                _key(),
                Text("title", _l("表名"), _l("如：领导干部民主测评表")),
                Choice("scale", _l("用哪套等次"), "", _scales),
                Rows(
                    "criteria",
                    _l("测评项目"),
                    (
                        _key(),
                        Text("label", _l("项目")),
                        Number("weight", _l("权重"), _l("不填为 1；0 只统计不计分")),
                    ),
                    "k",
                    one=_l("项目"),
                ),
                Tick("comment", _l("表后设“意见和建议”一栏")),
                Ticks("groups", _l("由哪些票种评"), "", _groups, _all_groups),
            ),
            "s",
            ("title", "criteria"),
            one=_l("测评表"),
        ),
    ),
)

_PERSON = (
    _key(_l("编号")),
    Text("name", _l("姓名或班子名称")),
    Text("post", _l("职务")),
    Text("unit", _l("单位")),
    Choice("section", _l("测评表"), "", _labelled("sections", "title")),
)

RATEES = Subject(
    "ratees",
    _l("测评对象"),
    _l("班子和个人都填在这里，顺序就是票面顺序。人多时用 Excel 名单导入。"),
    (Rows("ratees", _l("测评对象"), _PERSON, "p", ("name",), in_place=True, one=_l("测评对象")),),
)

# Before the section, whose groups are what a person without groups of its own shows.
RATERS = Ticks("groups", _l("由哪些票种评"), "", _groups, _raters)
STATEMENT = Area("statement", _l("述职报告"), _l("选填，投票人点开可读"))
PERSON = Rows("ratees", _l("测评对象"), (RATERS, *_PERSON, STATEMENT), "p", ("name",), in_place=True)

MATRIX = Subject(
    "matrix",
    _l("谁评谁"),
    _l("勾选的票种评这一对象。默认照测评表的设置；部门互评时，去掉自己评自己的勾。"),
    (Rows("ratees", _l("测评对象"), (RATERS,), "p", ("name",), in_place=True),),
)

QUOTAS = Subject(
    "quotas",
    _l("名额限制"),
    _l("一张票上，某个等次最多给多少人。超过的票不能提交，系统会指出是哪几人。没有限制就留空。"),
    (
        Rows(
            "quotas",
            _l("名额限制"),
            (
                Pair("criterion", _l("测评表和项目"), "", _lines, keys=("section", "criterion")),
                Choice("grade", _l("等次"), "", grades_of),
                Number("at_most", _l("最多"), _l("人数如 3，或比例如 40%")),
            ),
            "",
            ("section", "at_most"),
            ordered=False,
            one=_l("限制"),
        ),
    ),
)

KINDS = (
    ("choice", _l("单选")),
    ("choices", _l("多选")),
    ("text", _l("文字")),
)
BASES = (("answered", _l("答了这一题的人")), ("valid", _l("全部有效票")))

QUESTIONS = Subject(
    "questions",
    _l("问题"),
    _l("测评之外另问的问题，每张票答一次，投票人都可以不答。没有就留空。"),
    (
        Rows(
            "questions",
            _l("问题"),
            (
                _key(),
                Text("label", _l("问题")),
                Choice("kind", _l("类型"), "", KINDS),
                Rows("options", _l("选项"), (_key(), Text("label", _l("选项"))), "o", one=_l("选项")),
                Number("at_most", _l("最多选几项"), _l("只用于多选，不填为不限")),
                Choice("base", _l("比例的分母"), "", BASES, "answered"),
                Ticks("groups", _l("问哪些票种"), "", _groups, _all_groups),
                Tick("breakdown", _l("结果按这一题分类统计（只用于单选，至多两题）")),
            ),
            "q",
            ("label", "options"),
            one=_l("问题"),
        ),
    ),
)

RULES = Subject(
    "rules",
    _l("计票规则"),
    _l("模板里已按通行做法填好，一般不用改。"),
    (
        Part(
            "rules",
            _l("什么样的票有效"),
            (
                Choice(
                    "blank",
                    _l("没有填的项目"),
                    "",
                    (
                        ("allow", _l("可以留空，不计入")),
                        ("abstain", _l("可以留空，计为弃权")),
                        ("require", _l("每一项都必须填")),
                    ),
                    "allow",
                ),
                Ticks(
                    "spoiled_if",
                    _l("哪些算废票"),
                    "",
                    (
                        ("all-blank", _l("全部空白的")),
                        ("all-same", _l("全部选同一等次的（至少三项）")),
                        ("all-top", _l("全部选最高等次的")),
                    ),
                ),
            ),
        ),
        Part(
            "results",
            _l("结果怎样计算和公布"),
            (
                Number("minimum_cell", _l("少于几人作答不公布"), _l("至少 2，不填为 5")),
                Choice(
                    "small_groups",
                    _l("人数少的票种"),
                    _l("某个票种作答人数不够时怎样办"),
                    (
                        ("", _l("请选择")),
                        ("withhold", _l("不单独公布，只公布合计（推荐）")),
                        ("merge", _l("与相邻票种合并后公布")),
                        ("show", _l("照样公布（票面上会说明）")),
                    ),
                ),
                Choice(
                    "missing_group",
                    _l("某票种没有结果时"),
                    "",
                    (
                        ("renormalise", _l("其余票种按权重折算")),
                        ("withhold", _l("不算加权结果")),
                        ("zero", _l("该票种按 0 计")),
                    ),
                    "renormalise",
                ),
                Part(
                    "rounding",
                    _l("小数"),
                    (
                        Choice(
                            "mode",
                            _l("取舍"),
                            "",
                            (
                                ("half-up", _l("四舍五入")),
                                ("truncate", _l("截去尾数")),
                                ("sum-to-100", _l("四舍五入，并使各等次之和为 100%")),
                            ),
                            "half-up",
                        ),
                        Number("places", _l("小数位数"), _l("0 至 4，不填为 2")),
                    ),
                ),
                Tick("rank", _l("按得分排名次")),
                Rows(
                    "bands",
                    _l("得分档次"),
                    (_key(), Text("label", _l("档次")), Number("at_least", _l("不低于多少分"))),
                    "band",
                    ("label", "at_least"),
                    one=_l("档次"),
                ),
            ),
        ),
    ),
)

SUBJECTS = {
    subject.key: subject
    for subject in (BASICS, GROUPS, SCALES, SECTIONS, RATEES, MATRIX, QUOTAS, QUESTIONS, RULES)
}


def next_of(key: str) -> str:
    """Return the page after a subject's: the next subject, or the checks."""
    keys = [*SUBJECTS, "check"]
    return keys[keys.index(key) + 1]
