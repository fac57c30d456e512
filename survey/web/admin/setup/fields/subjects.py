"""What each set-up page holds: which tables of the schema, in which order, and what its rows are known by."""

from dataclasses import replace
from typing import cast

from flask_babel import lazy_gettext as _l

from survey.domain.definition.campaign import TABLES
from survey.domain.definition.form import Group, Question, Quota, Ratee, Section
from survey.domain.definition.rules import ResultRules
from survey.domain.definition.scale import Scale
from survey.domain.definition.schema import entries_of

from .options import labelled, lines, raters, section_raters, unticked
from .parts import EXCEPT, ChoicePart, Pair, RatersPart
from .schema_parts import field_of, list_of, said, table_of
from .subject import SetupPage

BASICS = SetupPage(
    "basics",
    _l("基本信息"),
    _l("名称和主办单位印在测评票、票条和结果表上。"),
    # The code is shown above the fields: it cannot be changed.
    (
        table_of(
            TABLES["campaign"],
            ("title", "organiser", "rated_unit", "year", "instructions", "entry"),
            {"code": None},
        ),
    ),
)

_POOL = replace(cast(ChoicePart, field_of(entries_of(Group)["pool"])), only_with="pools")

GROUPS = SetupPage(
    "groups",
    _l("票种与权重"),
    _l("一个票种是一类投票人，如 A 票、B 票、C 票。加权得分按各票种的权重合成。"),
    (
        list_of(TABLES["groups"], "A", ("label", "weight"), own={"pool": _POOL}),
        list_of(TABLES["pools"], "pool", ("label", "weight")),
    ),
)

_GRADES = list_of(entries_of(Scale)["grades"], "g", ("label", "points"))

SCALES = SetupPage(
    "scales",
    _l("等次与分值"),
    _l("从最好到最差排列，分值依次降低。满意率等比率由勾选的等次相加。"),
    (
        list_of(TABLES["scales"], "scale", ("grades",), own={"grades": _GRADES}),
        list_of(TABLES["rates"], "rate", ordered=False),
    ),
)

_UNTICKED = replace(cast(ChoicePart, field_of(entries_of(Section)["unticked"])), options=unticked)
_CRITERIA = list_of(entries_of(Section)["criteria"], "k")

SECTIONS = SetupPage(
    "sections",
    _l("测评表"),
    _l("一张测评表有一套等次和若干项目。班子和个人通常各用一张。"),
    (
        list_of(
            TABLES["sections"],
            "s",
            ("title", "criteria"),
            ("key", "title", "form", "scale", "unticked", "write_in", "criteria", "comment"),
            {"criteria": _CRITERIA, "unticked": _UNTICKED},
        ),
    ),
)

# A person without groups of its own shows those of its section.
_RATERS = entries_of(Ratee)["groups"]
RATERS = RatersPart(
    "groups", said(_RATERS.entry.label), options=labelled("groups"), default=raters, whole=section_raters
)
STATEMENT = field_of(entries_of(Ratee)["statement"])
_LINE = ("key", "name", "post", "unit", "section")

RATEES = SetupPage(
    "ratees",
    _l("测评对象"),
    _l("班子和个人都填在这里，顺序就是票面顺序。人多时用 Excel 名单导入。"),
    (
        list_of(
            TABLES["ratees"],
            "p",
            ("name",),
            _LINE,
            {"groups": None, EXCEPT: None, "statement": None},
            in_place=True,
        ),
    ),
)

# Groups before the section, whose groups are what a person without groups of its own shows.
PERSON = list_of(
    TABLES["ratees"], "p", ("name",), ("groups", *_LINE), {"groups": RATERS, EXCEPT: None}, in_place=True
)

MATRIX = SetupPage(
    "matrix",
    _l("谁评谁"),
    _l("勾选的票种评这一对象。默认照测评表的设置；部门互评时，去掉自己评自己的勾。"),
    (replace(PERSON, parts=(RATERS,)),),
)

_QUOTA = entries_of(Quota)
_LINES = Pair("criterion", said(_QUOTA["section"].entry.label), "", lines, keys=("section", "criterion"))

QUOTAS = SetupPage(
    "quotas",
    _l("名额限制"),
    _l("一张票上，某个等次最多给多少人。超过的票不能提交，系统会指出是哪几人。没有限制就留空。"),
    (
        list_of(
            TABLES["quotas"],
            "",
            ("section", "at_most"),
            own={"section": None, "criterion": _LINES},
            ordered=False,
        ),
    ),
)

QUESTIONS = SetupPage(
    "questions",
    _l("问题"),
    _l("测评之外另问的问题，每张票答一次；没有勾“必须回答”的可以不答。没有就留空。"),
    (
        list_of(
            TABLES["questions"],
            "q",
            ("label", "options"),
            own={"options": list_of(entries_of(Question)["options"], "o")},
        ),
    ),
)

_BANDS = list_of(entries_of(ResultRules)["bands"], "band", ("label", "at_least"))

RULES = SetupPage(
    "rules",
    _l("计票规则"),
    _l("模板里已按通行做法填好，一般不用改。"),
    (
        table_of(TABLES["rules"]),
        table_of(TABLES["results"], ("minimum_cell", "small_groups", "missing_group"), {"bands": _BANDS}),
        table_of(TABLES["paper"]),
        table_of(TABLES["sms"]),
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
