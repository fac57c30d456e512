"""How the numbers came about, in Chinese: what stands under tables on paper and on the screen."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from survey.domain.count.disclosure import Merged
from survey.domain.count.late import Late
from survey.domain.definition.campaign import Definition, EntryMode
from survey.domain.definition.form import Section
from survey.domain.definition.rounding import Mode
from survey.domain.definition.rules import SmallGroups
from survey.domain.definition.scale import Scale, Treat
from survey.domain.definition.weighting import Missing
from survey.domain.results.subjects import score_bands
from survey.domain.sms.messages import SmsTold

from .correction_words import correction_notes

WITHHELD = "样本过小，不予显示"
ALL_CRITERIA = "各项目合计"
"""What the overall line is called where it is pooled over several criteria."""

_ROUNDING = {
    Mode.HALF_UP: "四舍五入",
    Mode.TRUNCATE: "截尾（不进位）",
    Mode.SUM_TO_100: "最大余额法（各等次占比之和为100%），其余四舍五入",
}
_MISSING = {
    Missing.RENORMALISE: "某票种无数据时，按其余票种的权重折算",
    Missing.WITHHOLD: "某票种无数据时，不计算加权结果",
    Missing.ZERO: "某票种无数据时，该票种按0计入",
}
_SMALL = {
    SmallGroups.WITHHOLD: "有票种作答不足的，只公布合计",
    SmallGroups.MERGE: "作答不足的票种与相邻票种合并",
    SmallGroups.SHOW: "合计达到要求的，各票种不论多少均公布",
}
_TREAT = {
    Treat.EXCLUDE: "不计入分母",
    Treat.DENOMINATOR: "计入占比的分母",
    Treat.ZERO: "计入分母，得分按0计",
}


def entry_notes(definition: Definition, sms: SmsTold | None = None) -> tuple[str, ...]:
    """Describe what keeps one person to one ballot without codes, and what messages came to."""
    if definition.entry is EntryMode.SMS:
        return (
            "短信回复，一号一票：以截止前最后一条有效回复为准。保密但不匿名：运营商和短信平台留有号码和短信内容，"
            "本系统截止后不再保留号码与答案的对应。",
            *((f"短信条数：{sms_numbers(sms)}。",) if sms else ()),
        )
    if definition.entry is not EntryMode.OPEN:
        return ()
    return (
        "本次开放参加：重复投票按设备限制，不按人限制；一人使用多部设备，或清除浏览器数据后再领票，可能不止一票",
    )


def sms_numbers(sms: SmsTold) -> str:
    """Write what the messages of a campaign came to."""
    few = f"不足{sms.least}"
    invalid = few if sms.invalid is None else sms.invalid
    opted_out = few if sms.opted_out is None else sms.opted_out
    return (
        f"名单上{sms.listed}个号码，发出邀请和提醒{sms.sent}条，运营商报告送达{sms.delivered}条，"
        f"{sms.replied}个号码有有效回复，看不懂的回复{invalid}条，回复拒收的{opted_out}个号码"
    )


def late_notes(definition: Definition, late: Late) -> tuple[str, ...]:
    """Name the codes that small groups got while voting ran, and what they do to the results."""
    if not late:
        return ()
    least = definition.results.minimum_cell
    zone = ZoneInfo(definition.time_zone)
    named = [
        f"{definition.group[one.group].label} {one.number}张（{one.at.astimezone(zone):%Y-%m-%d %H:%M}，"
        f"{'经第二人确认' if one.confirmed else '无第二人确认'}）"
        for one in late
        if one.group in definition.group
    ]
    alike = "，能评同一对象的" if definition.pools else ""
    return (
        f"投票开始后补发投票码：{'；'.join(named)}。这些票种在投票开始时{alike}不足{2 * least}张，"
        f"判断作答是否不足{least}人时，先减去补发的张数。",
    )


def leaves_some_out(definition: Definition) -> bool:
    """Return whether some of a pool do not rate what others of it do: no unit rates itself."""
    return bool(definition.pools) and (
        definition.has_uneven_pool or any(ratee.excluded for ratee in definition.ratees)
    )


def pool_notes(definition: Definition) -> tuple[str, ...]:
    """Describe why rows of a pool are smaller than its account, where not all of it rate the same."""
    if not leaves_some_out(definition):
        return ()
    return (
        "一个票类里的单位不都评同一对象（如不评本单位），所以某一对象在票类一行的票数，会少于该票类的有效票数。",
    )


def standing_notes(definition: Definition, section: Section | None = None) -> tuple[str, ...]:
    """Describe how group scores become one, and the bands of a section: what stands under its ranking."""
    rules = definition.results
    if definition.has_one_group:
        over = f"投票人只有一类（{definition.groups[0].label}），合计、加权与其相同。"
    else:
        weights = "、".join(f"{group.label} {written(group.weight)}" for group in definition.groups)
        over = f"权重：{weights}。{_MISSING[rules.missing_group]}。"
    notes = [over, *rounding_notes(definition)]
    if section and (bands := score_bands(definition, section)):
        notes.insert(
            1, "等次：" + "、".join(f"{b.label} {written(b.at_least)}分及以上" for b in bands) + "。"
        )
    return tuple(notes)


def rounding_notes(definition: Definition) -> tuple[str, ...]:
    """Describe how numbers are rounded, and from how many answers on they are shown."""
    rules = definition.results
    return (
        f"数值{_ROUNDING[rules.rounding.mode]}，保留{rules.rounding.places}位小数。",
        f"作答不足{rules.minimum_cell}人的不予显示"
        f"{'' if definition.has_one_group else f'；{_SMALL[rules.small_groups]}'}。",
    )


def scale_notes(definition: Definition, scale: Scale) -> tuple[str, ...]:
    """Describe what the rates and points of a scale are: what stands under every table of its grades."""
    points = "、".join(f"{grade.label} {written(grade.points)}" for grade in scale.grades)
    labels = {grade.key: grade.label for grade in scale.grades}
    below = base_of_shares(scale)
    rates = [
        f"{rate.label} = {_added([labels[key] for key in rate.grades])}÷ {below}"
        for rate in definition.rates_of(scale)
    ]
    abstain = f"“{scale.abstain.label}”{_TREAT[scale.abstain.treat]}；" if scale.abstain else ""
    return (*rates, f"分值：{points}。{abstain}{blanks_note(definition, scale)}", *rounding_notes(definition))


def blanks_note(definition: Definition, scale: Scale) -> str:
    """Describe what an empty line of the forms of a scale is: on a list to tick it is an answer."""
    using = [section for section in definition.sections if section.scale == scale.key]
    labels = {grade.key: grade.label for grade in scale.grades}
    listed = [section for section in using if section.is_ticked]
    said = [
        f"没有打勾的计为“{label}”，作答票数即有效票数。"
        for label in dict.fromkeys(labels[section.unticked] for section in listed)
    ]
    if definition.entry is EntryMode.SMS and _rates_several(definition):
        # Each client was asked of one ratee: on all others that ballot is empty.
        said.append("每个号码只问一个对象，其余对象都列为“未填”；")
    return "".join([*said, *(["未填不计入分母。"] if len(listed) < len(using) or not using else [])])


def _rates_several(definition: Definition) -> bool:
    """Return whether some rater group rates more than one ratee."""
    rated = Counter(group for ratee in definition.ratees for group in ratee.groups)
    return any(number > 1 for number in rated.values())


def written(value: Fraction) -> str:
    """Write a number of a definition; it came from a decimal, so it ends."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return format(whole.normalize(), "f")


def _added(labels: Sequence[str]) -> str:
    return f"{labels[0]} " if len(labels) == 1 else f"（{' + '.join(labels)}）"


def base_of_shares(scale: Scale) -> str:
    """Name the denominator of shares and rates."""
    return "作答与弃权票数之和" if scale.counts_abstentions else "作答票数"


def base_of_scores(scale: Scale) -> str:
    """Name the denominator of scores."""
    zero = scale.abstain is not None and scale.abstain.treat is Treat.ZERO
    return "作答与弃权票数之和" if zero else "作答票数"


def number(value: Fraction) -> int | Decimal:
    """Give a number of a definition as what a table holds: whole, or with its own decimals."""
    return int(value) if value.denominator == 1 else Decimal(written(value))


def group_label(definition: Definition, groups: Merged) -> str:
    """Name the groups of one row; several stand together because some of them are too small."""
    label = "、".join(definition.group[key].label for key in groups)
    return f"{label}（合并）" if len(groups) > 1 else label


def merged_words(definition: Definition, rows: Sequence[Merged]) -> str:
    """Describe which groups of a ratee were merged; empty where none was."""
    return "；".join(group_label(definition, groups) for groups in rows if len(groups) > 1)


def share_labels(scale: Scale) -> list[str]:
    """Name what shares are of: the grades, and abstentions where they are in the denominator."""
    labels = [grade.label for grade in scale.grades]
    return [*labels, scale.abstain.label] if scale.abstain and scale.counts_abstentions else labels


def table_notes(definition: Definition, section: Section, late: Late = ()) -> tuple[str, ...]:
    """Describe what the counts, shares, rates and scores of a section are; ``late`` codes are named."""
    scale = definition.scale[section.scale]
    return tuple(
        dict.fromkeys(
            (
                # Of a list to tick no score is shown, so none is explained.
                *_values(scale)[: 1 if section.is_ticked else None],
                *scale_notes(definition, scale),
                *(() if definition.has_one_group else (_over_groups(),)),
                *standing_notes(definition, section),
                *pool_notes(definition),
                *late_notes(definition, late),
                *correction_notes(definition, section),
            )
        )
    )


def overall_label(section: Section) -> str:
    """Name the line that stands for a ratee of a section."""
    return section.overall_criterion.label if section.overall_criterion else ALL_CRITERIA


def overall_notes(section: Section) -> tuple[str, ...]:
    """Describe which line stands for a ratee of a section; nothing where it has one criterion only."""
    if len(section.criteria) == 1:
        return ()
    one = section.overall_criterion
    if one is None:
        labels = "、".join(criterion.label for criterion in section.overall_criteria)
        return (f"{ALL_CRITERIA} = 各计分项目（{labels}）的票数相加，每次作答计一次；百分比和比率由此计算。",)
    return (f"代表测评对象总体的是“{one.label}”一项，总表、汇总表的票数、百分比和比率取自这一项。",)


def ranking_notes(definition: Definition, section: Section, late: Late = ()) -> tuple[str, ...]:
    """Describe what the scores, ranks and bands of a section are, and the distribution beside them."""
    return tuple(
        dict.fromkeys((*overall_notes(section), *_total(section), *table_notes(definition, section, late)))
    )


def _values(scale: Scale) -> tuple[str, ...]:
    shares = "作答与弃权票数之和" if scale.counts_abstentions else "作答票数"
    zero = scale.abstain is not None and scale.abstain.treat is Treat.ZERO
    scores = "作答与弃权票数之和" if zero else "作答票数"
    return f"占比 = 该等次票数 ÷ {shares}。", f"得分 = （各等次票数 × 分值）之和 ÷ {scores}。"


def _over_groups() -> str:
    return "合计 = 各票种票数相加后计算，不加权；加权 = 各票种的值按票种权重平均。"


def _total(section: Section) -> tuple[str, ...]:
    if len(section.criteria) == 1:
        return ()
    if len({one.weight for one in section.criteria}) == 1:
        return ("总得分 = 各项目得分的平均。",)
    weights = "、".join(f"{one.label} {written(one.weight)}" for one in section.criteria)
    return (f"总得分 = 各项目得分按项目权重平均：{weights}。",)
