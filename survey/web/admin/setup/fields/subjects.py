"""What each set-up page holds, field by field."""

from flask_babel import lazy_gettext as _l

from survey.web.admin.words.times import ZONES

from .options import all_groups, grades_of, groups, labelled, raters, scales
from .parts import ChoicePart, MomentPart, Number, TextAreaPart, TextPart, Tick, Ticks
from .subject import SetupPage, key_field
from .subjects_rules import QUOTAS, RULES
from .tables import Rows, SubTable

BASICS = SetupPage(
    "basics",
    _l("基本信息"),
    _l("名称和主办单位印在测评票、打印票和结果表上。"),
    (
        SubTable(
            "campaign",
            _l("基本信息"),
            (
                TextPart("title", _l("活动名称"), _l("如：2026 年度镇领导班子和领导干部民主测评")),
                TextPart("organiser", _l("主办单位")),
                TextAreaPart("instructions", _l("填写说明"), _l("选填，显示在测评票最前面")),
                ChoicePart(
                    "entry",
                    _l("投票方式"),
                    _l("内部测评用投票码；向社会公开的调查用公开链接"),
                    (
                        ("codes", _l("投票码：每人一张票，凭票面二维码投票")),
                        ("open", _l("公开链接：一张海报，每台手机投一次")),
                    ),
                    "codes",
                ),
                ChoicePart("time_zone", _l("时区"), "", ZONES, "Asia/Shanghai"),
                MomentPart("opens_at", _l("投票开始"), _l("不填则由您手动开始")),
                MomentPart("closes_at", _l("投票结束"), _l("不填则由您手动结束")),
                Number("ceiling", _l("最多发出多少个投票码"), _l("只用于公开链接，不填为 100000")),
            ),
        ),
    ),
)

GROUPS = SetupPage(
    "groups",
    _l("票种与权重"),
    _l("一个票种是一类投票人，如 A 票、B 票、C 票。加权得分按各票种的权重合成。"),
    (
        Rows(
            "groups",
            _l("票种"),
            (
                key_field(_l("代号"), shown_always=True),
                TextPart("label", _l("名称"), _l("印在票面上，如：A票（县级领导）")),
                Number("weight", _l("权重"), _l("如 30 或 0.3，相加不必是 100 或 1")),
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

SCALES = SetupPage(
    "scales",
    _l("等次与分值"),
    _l("从最好到最差排列，分值依次降低。满意率等比率由勾选的等次相加。"),
    (
        Rows(
            "scales",
            _l("等次"),
            (
                key_field(),
                Rows(
                    "grades",
                    _l("等次"),
                    (
                        key_field(),
                        TextPart("label", _l("等次")),
                        Number("points", _l("分值")),
                        Tick("reason", _l("须写理由"), on="required"),
                    ),
                    "g",
                    ("label", "points"),
                    one=_l("等次"),
                ),
                SubTable(
                    "abstain",
                    _l("设“弃权 / 不了解”选项"),
                    (
                        TextPart("label", _l("选项名称"), _l("如：不了解、弃权")),
                        ChoicePart("treat", _l("怎样计算"), "", TREATS, "exclude"),
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
                key_field(),
                TextPart("label", _l("比率名称"), _l("如：满意率")),
                ChoicePart("scale", _l("等次"), "", scales),
                Ticks("grades", _l("包含的等次"), "", grades_of, required=True),
            ),
            "rate",
            ordered=False,
            one=_l("比率"),
        ),
    ),
)

SECTIONS = SetupPage(
    "sections",
    _l("测评表"),
    _l("一张测评表有一套等次和若干项目。班子和个人通常各用一张。"),
    (
        Rows(
            "sections",
            _l("测评表"),
            (
                key_field(),
                TextPart("title", _l("表名"), _l("如：领导干部民主测评表")),
                ChoicePart("scale", _l("用哪套等次"), "", scales),
                Rows(
                    "criteria",
                    _l("测评项目"),
                    (
                        key_field(),
                        TextPart("label", _l("项目")),
                        Number("weight", _l("权重"), _l("不填为 1；0 只统计不计分")),
                    ),
                    "k",
                    one=_l("项目"),
                ),
                Tick("comment", _l("表后设“意见和建议”一栏")),
                Ticks("groups", _l("由哪些票种评"), "", groups, all_groups),
            ),
            "s",
            ("title", "criteria"),
            one=_l("测评表"),
        ),
    ),
)

_PERSON = (
    key_field(_l("编号")),
    TextPart("name", _l("姓名或班子名称")),
    TextPart("post", _l("职务")),
    TextPart("unit", _l("单位")),
    ChoicePart("section", _l("测评表"), "", labelled("sections", "title")),
)

RATEES = SetupPage(
    "ratees",
    _l("测评对象"),
    _l("班子和个人都填在这里，顺序就是票面顺序。人多时用 Excel 名单导入。"),
    (Rows("ratees", _l("测评对象"), _PERSON, "p", ("name",), in_place=True, one=_l("测评对象")),),
)

# Before the section, whose groups are what a person without groups of its own shows.
RATERS = Ticks("groups", _l("由哪些票种评"), "", groups, raters)
STATEMENT = TextAreaPart("statement", _l("述职报告"), _l("选填，投票人点开可读"))
PERSON = Rows("ratees", _l("测评对象"), (RATERS, *_PERSON, STATEMENT), "p", ("name",), in_place=True)

MATRIX = SetupPage(
    "matrix",
    _l("谁评谁"),
    _l("勾选的票种评这一对象。默认照测评表的设置；部门互评时，去掉自己评自己的勾。"),
    (Rows("ratees", _l("测评对象"), (RATERS,), "p", ("name",), in_place=True),),
)

KINDS = (
    ("choice", _l("单选")),
    ("choices", _l("多选")),
    ("text", _l("文字")),
)
BASES = (("answered", _l("答了这一题的人")), ("valid", _l("全部有效票")))

QUESTIONS = SetupPage(
    "questions",
    _l("问题"),
    _l("测评之外另问的问题，每张票答一次，投票人都可以不答。没有就留空。"),
    (
        Rows(
            "questions",
            _l("问题"),
            (
                key_field(),
                TextPart("label", _l("问题")),
                ChoicePart("kind", _l("类型"), "", KINDS),
                Rows(
                    "options", _l("选项"), (key_field(), TextPart("label", _l("选项"))), "o", one=_l("选项")
                ),
                Number("at_most", _l("最多选几项"), _l("只用于多选，不填为不限")),
                ChoicePart("base", _l("比例的分母"), "", BASES, "answered"),
                Ticks("groups", _l("问哪些票种"), "", groups, all_groups),
                Tick("breakdown", _l("结果按这一题分类统计（只用于单选，至多两题）")),
            ),
            "q",
            ("label", "options"),
            one=_l("问题"),
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
