"""What is wrong with a definition, in the words of the pages: where it stands and how to mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.errors import Fault, Flaw
from survey.web.admin.setup.fields.options import scale_name
from survey.web.admin.setup.fields.parts import EXCEPT, Field, Holder, written
from survey.web.admin.setup.fields.subjects import PERSON, SUBJECTS
from survey.web.admin.setup.fields.tables import Parts, Rows, SubTable

SENTENCES: Mapping[Flaw, LazyString] = {
    Flaw.UNKNOWN_KEY: _l("定义文件里没有“%(value)s”这一项，请从文件中删去"),
    Flaw.MISSING: _l("还没有填写"),
    Flaw.EMPTY: _l("还没有填写"),
    Flaw.CONTROL_CHARACTER: _l("含有不能显示的字符，请删去重填"),
    Flaw.NOT_TEXT: _l("应为文字，现在是“%(value)s”"),
    Flaw.NOT_FLAG: _l("应为“是”或“否”，现在是“%(value)s”"),
    Flaw.NOT_WHOLE: _l("请填整数，如 12；现在是“%(value)s”"),
    Flaw.NOT_NUMBER: _l("请填数字，如 30 或 12.5；现在是“%(value)s”"),
    Flaw.NOT_MOMENT: _l("请填日期和时间，如 2026-11-22 09:00；现在是“%(value)s”"),
    Flaw.NOT_LIST: _l("应为若干个代号，现在是“%(value)s”"),
    Flaw.NOT_TABLES: _l("应为一组表，现在是“%(value)s”"),
    Flaw.NOT_TABLE: _l("应为一个表，现在是“%(value)s”"),
    Flaw.NOT_KEY: _l("“%(value)s”不能作代号，请改用字母、数字和 + - _"),
    Flaw.NOT_CHOICE: _l("没有“%(value)s”这个选项，请重新选择"),
    Flaw.NOT_ZONE: _l("没有“%(value)s”这个时区，请重新选择"),
    Flaw.NOT_LIMIT: _l("“%(value)s”无法识别，请填人数如 3，或比例如 40%%"),
    Flaw.NOT_WINDOW: _l("请填起止两个时间，如 08:00–21:00；现在是“%(value)s”"),
    Flaw.NOT_REQUIRED: _l("“须写理由”一项无法识别，请重新勾选"),
    Flaw.DUPLICATE: _l("代号“%(value)s”重复，请改成不同的"),
    Flaw.TWICE: _l("“%(value)s”出现了两次，请去掉一个"),
    Flaw.TOO_SMALL: _l("不能小于 %(limit)s"),
    Flaw.TOO_LARGE: _l("不能大于 %(limit)s"),
    Flaw.NOT_ABOVE_ZERO: _l("必须大于 0"),
    Flaw.TOO_FEW: _l("至少要有 %(limit)s 个"),
    Flaw.TOO_MANY: _l("最多 %(limit)s 个，请减少，或分成几次测评"),
    Flaw.TOO_MANY_RATINGS: _l("所有票种要评的项目加起来超过 %(limit)s 项，请分成几次测评"),
    Flaw.TOO_LONG_BALLOT: _l("票种“%(group)s”的票超过 %(limit)s KB，手机交不了，请分成几次测评"),
    Flaw.TOO_MANY_BREAKDOWN_ROWS: _l("分类统计的行数超过 %(limit)s，请减少用来分类统计的选项"),
    Flaw.TOO_MANY_OPTIONS: _l("各票种的选项加起来超过 %(limit)s 个，请减少"),
    Flaw.NOT_FALLING: _l("应比上一行小：从高到低排列"),
    Flaw.NO_WEIGHT: _l("权重不能都是 0，至少一项大于 0"),
    Flaw.TICKS_SCALE: _l("打勾的名单要用两个等次的，如“推荐、不推荐”，请改选一套"),
    Flaw.TICKS_CRITERIA: _l("打勾的名单每人只有一个框，请只留一个项目"),
    Flaw.TICKS_REASONS: _l("打勾的名单上不能写理由，请在“等次与分值”里去掉“须写理由”，或改选一套等次"),
    Flaw.TICKS_QUOTA: _l("还没有规定最多勾几人，请在“名额限制”里添加"),
    Flaw.UNTICKED_BEST: _l("没有打勾的只能算分值低的等次，请选“%(label)s”"),
    Flaw.UNTICKED_OF_LINES: _l("只有打勾的名单才选这一项；请改选“名单上打勾”，或不选"),
    Flaw.WRITE_IN_OF_LINES: _l("只有打勾的名单才能另荐他人；请改选“名单上打勾”，或不填"),
    Flaw.LIMIT_OF_UNTICKED: _l("没有打勾的就算这个等次，不能限制；请改选打勾的等次"),
    Flaw.OVERALL_TWICE: _l("一张表至多勾一项“总体评价”，请去掉多余的勾"),
    Flaw.NO_SUCH: _l("原来选的“%(value)s”已经没有了，请重新选择"),
    Flaw.NOTHING_ASKED: _l("请至少添加一个测评对象（只作调查的，在“问题”里添加）"),
    Flaw.CLOSES_EARLY: _l("结束时间应晚于开始时间"),
    Flaw.SMALL_GROUPS_UNSAID: _l("票种 %(groups)s 的发票数少于 %(limit)s，请选择人数少时怎样公布"),
    Flaw.READS_MERGED: _l("代号“%(value)s”会与合并后的票种混淆，请换一个"),
    Flaw.POOL_WEIGHT: _l("归入“%(label)s”的票种不填权重，请清空：权重填在票类上"),
    Flaw.POOL_LIKE_GROUP: _l("代号“%(value)s”已有票种在用，请换一个"),
    Flaw.POOL_EMPTY: _l("还没有票种归入这一票类：请在票种里选它，或删去"),
    Flaw.POOL_ENTRY: _l("单位互评要给每个单位投票码，请选“投票码”，或删去票类"),
    Flaw.POOL_PAPER: _l("单位互评不能用纸票：票上没有本单位的一行，看票就知道是谁的；请去掉这个勾"),
    Flaw.POOL_SPOILING: _l(
        "各单位评的对象不同，从票数能推出哪个单位的票作废；请去掉勾，不许留空的可选“每一项都必须填”"
    ),
    Flaw.POOL_BREAKDOWN: _l("各单位评的对象不同，分类统计会说出各单位选了什么，请去掉勾"),
    Flaw.EXCEPT_BESIDE_GROUPS: _l("“由哪些票种评”和“不由哪些票种评”只填一项，请从文件中删去一项"),
    Flaw.EXCEPT_ALL: _l("去掉以后没有人评这一对象了，请至少留一个票种"),
    Flaw.QUESTION_OF_PART: _l("同一票类的票种要问就都问：还缺“%(value)s”，请勾上，或都不勾"),
    Flaw.RESERVED: _l("代号“%(value)s”系统另有用处，请换一个"),
    Flaw.TAKEN_BY_COMMENT: _l("这个代号已被测评表“q”的意见栏占用，请换一个"),
    Flaw.OPTIONS_OF_TEXT: _l("文字题不设选项，请删去选项或改成单选、多选"),
    Flaw.AT_MOST_OF_ONE: _l("只有多选题才限制项数，请清空"),
    Flaw.ALONE_KIND: _l("只有多选题才有“只能单独选”的选项，请去掉勾"),
    Flaw.BREAKDOWN_KIND: _l("只有单选题才能用来分类统计，请去掉勾"),
    Flaw.BREAKDOWN_GROUPS: _l("用来分类统计的题必须问所有票种"),
    Flaw.BREAKDOWN_NUMBER: _l("至多 %(limit)s 题可以用来分类统计，请去掉一个勾"),
    Flaw.PAPER_OPEN: _l("公开链接的活动没有投票码，不能用纸票；请去掉这个勾，或改用投票码"),
    Flaw.PAPER_TEXTS: _l(
        "有的等次须写理由，或有必须回答的文字题，或可以另荐他人，请选“写在纸票上，由两名工作人员录入”"
    ),
    Flaw.PAPER_OVER_TICKS: _l("打勾的名单上，没有打勾的也算意见，多勾了不能当作没有勾，请选“整张票作废”"),
    Flaw.WRITE_IN_OVER_QUOTA: _l(
        "勾的和写的合计最多 %(limit)s 人，另荐不能多于这个数；请改这一项，或改“名额限制”"
    ),
    Flaw.PAPER_TOO_WIDE: _l("“%(title)s”有 %(number)s 个选项，%(size)s 纸上排不下，请改用 A3 或减少选项"),
    Flaw.SMS_RULES: _l("投票方式是短信，请填写短信通道和签名"),
    Flaw.SMS_EXTENSION: _l("“%(value)s”不是扩展码，请填至多 12 位数字"),
    Flaw.SMS_POST: _l("“%(name)s”有职务：短信只用于评服务和部门，不用于评干部，请改用投票码"),
    Flaw.SMS_LINES: _l("一条短信最多评 %(limit)s 项，请减少项目"),
    Flaw.SMS_STEPS: _l("短信每个等次用一位数字，最多 %(limit)s 个等次，请减少"),
    Flaw.SMS_TEXTS: _l("短信只回复数字，不能写理由或意见，请去掉"),
    Flaw.SMS_QUESTIONS: _l("短信只评测评项目，不另问问题，请删去这个问题"),
    Flaw.SMS_QUOTAS: _l("每人只评一个对象，不能限制名额，请删去"),
    Flaw.SMS_BLANK: _l("每人只评一个对象，其余的总是空着，请选“可以留空，不计入”"),
    Flaw.SMS_PAPER: _l("短信测评没有投票码，不能用纸票；请去掉这个勾，或改用投票码"),
    Flaw.SMS_WORD: _l("短信内容里不能用“{%(value)s}”，请改用 {title} {ratee} {lines} {grades} {example}"),
    Flaw.TURNS_ENTRY: _l("逐人测评由在场的人凭投票码进行；请把投票方式改为“投票码”，或去掉“逐人测评”的勾"),
    Flaw.TURNS_CLOCK: _l(
        "逐人测评最后才交票，到时间自动结束会一张票也收不到；请清空投票结束时间，由您手动结束"
    ),
    Flaw.TURNS_PAPER: _l("纸票一次发到手里，不能逐人开放；请去掉纸票，或去掉“逐人测评”的勾"),
    Flaw.TURNS_TICKS: _l(
        "打勾的名单上，没有打勾的也算意见，不能逐人开放；请改用逐项选等次，或去掉“逐人测评”的勾"
    ),
    Flaw.TURNS_BLANK: _l("逐人测评时，迟到的人、缺席的对象总有空着的，请选“可以留空，不计入”"),
    Flaw.NO_TOML: _l("文件不是 UTF-8 编码的 TOML，无法读取"),
}

# The first page that holds a table, where several do.
_PAGES = {part.key: subject.key for subject in reversed(SUBJECTS.values()) for part in subject.parts}
_TICKED = "groups"
_ON_THE_MATRIX = frozenset({_TICKED, EXCEPT})
_ON_ONE_PERSON = frozenset({"key", "statement"})


@dataclass(frozen=True)
class Wrong:
    """One fault as a page says it: the subject it belongs to, the field's name, where that is, and what."""

    page: str
    name: str
    where: str
    sentence: str
    place: int | None = None


def wrongs_of(document: Holder, faults: Iterable[Fault]) -> list[Wrong]:
    """Return each fault of a document in the words of the pages."""
    return [_wrong(document, fault) for fault in faults]


def sentence_of(fault: Fault) -> str:
    """Return the sentence that says what is wrong, and how to mend it."""
    return str(SENTENCES[fault.flaw]) % fault.facts


def _wrong(document: Holder, fault: Fault) -> Wrong:
    steps = fault.path.replace("[", ".").replace("]", "").split(".")
    page = _PAGES.get(steps[0], "definition")
    place = int(steps[1]) if page == "ratees" and len(steps) > 1 else None
    if place is not None and len(steps) > 2:
        page = "matrix" if steps[2] in _ON_THE_MATRIX else page
        steps = [_TICKED if step == EXCEPT else step for step in steps]
        page = "person" if steps[2] in _ON_ONE_PERSON else page
    name, where = _located(document, steps)
    return Wrong(page, name, where, sentence_of(fault), place)


def _located(document: Holder, steps: list[str]) -> tuple[str, str]:
    """Return the name of the field that a path leads to, and the words that say where it is."""
    parts: Parts = [part for subject in SUBJECTS.values() for part in subject.parts]
    at: Any = document
    name: list[str] = []
    words: list[str] = []
    while steps:
        step, *steps = steps
        if step == "ratees" and steps:
            part: Any = PERSON
        else:
            part = next((part for part in parts if step in _keys(part)), None)
        if part is None:
            break
        name.append(part.key)
        at = at.get(part.key) if isinstance(at, dict) else None
        if isinstance(part, Field):
            words.append(str(part.label))
            break
        parts = part.parts
        if isinstance(part, SubTable) and steps:
            continue
        if not steps:
            words.append(str(part.label))
            break
        place, *steps = steps
        name.append(place)
        at = at[int(place)] if isinstance(at, list) and int(place) < len(at) else {}
        words.append(_row_words(part, int(place), at))
    return ".".join(name), " · ".join(words)


def _keys(part: Any) -> tuple[str, ...]:
    return getattr(part, "keys", (part.key,))


def _row_words(part: Rows, place: int, row: Any) -> str:
    row = row if isinstance(row, dict) else {}
    named = next((written(row[key]) for key in ("label", "title", "name") if row.get(key)), "")
    if part.key == "scales":
        named = scale_name(row)
    ordinal = str(_("%(what)s第 %(number)s 行", what=str(part.one or part.label), number=place + 1))
    return str(_("%(ordinal)s（%(name)s）", ordinal=ordinal, name=named[:20])) if named else ordinal
