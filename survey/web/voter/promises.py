"""What the ballot says before its first card, true of the very campaign: how secrecy is kept; the rules."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.ballot.ballot import MIN_ALIKE, BallotForm
from survey.domain.definition.campaign import Custody, Definition, EntryMode, Line
from survey.domain.definition.rules import BlankRule, SmallGroups, Spoiling
from survey.domain.definition.scale import Scale, Treat

from .cards import BallotLimit, Card, cards_of
from .labels import moment

_CUSTODY = {
    Custody.SCRUTINEERS: _l("投票结束前不计票；计票前，须由监票人共同持钥开启。"),
    Custody.SERVER: _l("投票结束前不计票；投票期间密钥由系统管理员保管，计票确认后销毁。"),
}
_CUSTODY_OPEN = {
    Custody.SCRUTINEERS: _l("填写截止前不统计；统计前，须由几位监督人员共同持钥开启。"),
    Custody.SERVER: _l("填写截止前不统计；填写期间钥匙由系统管理员保管，结果确认后销毁。"),
}

SPOILED = {
    Spoiling.ALL_BLANK: _l("一项评价也没有填的"),
    Spoiling.ALL_SAME: _l("所评等次（三项以上）全部相同的"),
    Spoiling.ALL_TOP: _l("所评等次全部是最高一等的"),
}


def promises(definition: Definition, custody: Custody) -> tuple[str, ...]:
    """Return the three sentences on how secrecy is kept."""
    if _is_open(definition):
        return (
            _("程序不记录随机编号与答案的对应关系；填写截止后先打乱再统计，只保留合计。"),
            str(_CUSTODY_OPEN[custody]),
            _("每份答卷只计一次；%(small)s", small=_small(definition)),
        )
    return (
        _("程序不记录投票码与答案的对应关系；投票结束后先打乱再计票，只保留合计。"),
        str(_CUSTODY[custody]),
        _("您的票只计一次；%(small)s", small=_small(definition)),
    )


def cautions(form: BallotForm, plain: bool) -> list[str]:
    """Return what secrecy cannot cover; ``plain`` tells that the page came over unencrypted HTTP."""
    found = [_("如全组选择相同，结果本身会显示各人的选择。")]
    open_entry = _is_open(form.definition)
    if form.definition.results.small_groups is SmallGroups.SHOW:
        few = _("人数少的票种也公布票数，可能看出各人的选择。")
        found.append(_("人数少的人群也公布人数，可能看出各人的选择。") if open_entry else few)
    names = [name for fields in form.written_names.values() for name in fields]
    least = form.definition.results.minimum_cell
    if names:
        said = _(
            "另荐的姓名打乱顺序，由两人分别认定后计票；没有一种写法满 %(least)s 票的，不公布姓名。",
            least=least,
        )
        found.append(said)
    if form.texts.keys() - set(names):
        found.append(_("文字意见的写法可能暴露身份。"))
        found.append(_("文字意见打乱顺序，先由审核人看过，才给别人看。"))
    if form.texts:
        few = _("能写的不足 %(least)s 人的文字，计票时不保留。", least=least)
        found.append(_("能写的不足 %(least)s 人的文字，不保留。", least=least) if open_entry else few)
    if form.reasoned:
        found.append(_("填写理由，会显示您选的是哪个等次。"))
    if plain:
        found.append(_("本页没有加密传输：同一网络上的人可能看到您的填写。"))
    return found


def rules_of(form: BallotForm) -> list[str]:
    """Return the rules that somebody with this very ballot can break, a sentence each."""
    spoiled = [str(words) for rule, words in SPOILED.items() if rule in _breakable(form)]
    found = [_("%(rules)s，作废，不计入结果。", rules=_("，").join(spoiled))] if spoiled else []
    sections = [card for card in cards_of(form) if card.last]
    for card in sections:
        head = _("%(form)s：", form=card.section.title) if len(sections) > 1 else ""
        said = [*_quotas(card.limits), *_reasons(card.lines[0].scale)]
        if card.section.is_ticked:
            said = _ticks(card)
        found += [head + sentence for sentence in said]
    return found


def closing(definition: Definition, ends_at: datetime | None) -> str:
    """Return when voting ends and when receipts can be looked up, in words, as far as that is known."""
    if ends_at is None:
        if _is_open(definition):
            return str(_("填写截止并统计之后，可以查询；时间听主办单位通知。"))
        return str(_("投票结束并计票之后，可以查询；时间听主办单位通知。"))
    ends = moment(ends_at.astimezone(ZoneInfo(definition.time_zone)))
    if _is_open(definition):
        return str(_("填写定于 %(when)s 截止，统计之后可以查询。", when=ends))
    return str(_("投票定于 %(when)s 结束，计票之后可以查询。", when=ends))


def left_blank(form: BallotForm) -> str:
    """Return what becomes of a rating that is left blank, in words."""
    if not form.lines:
        return str(_("可以留空"))
    graded = [line for line in form.lines if not line.is_ticked]
    unticked = _("、").join(_unticked(form))
    if not graded:
        return str(_("没有勾的，计为“%(label)s”", label=unticked))
    said = _left_blank(form, graded)
    return (
        str(_("%(said)s；名单上没有勾的，计为“%(label)s”", said=said, label=unticked)) if unticked else said
    )


def _left_blank(form: BallotForm, graded: Sequence[Line]) -> str:
    """Return what becomes of a line left blank where grades are chosen."""
    match form.definition.rules.blank:
        case BlankRule.REQUIRE:
            return str(_("每一项评价都要填写"))
        case BlankRule.ALLOW:
            return str(_("可以留空，留空的不计入该项的百分比和得分"))
    # Scales whose abstentions have other names or count otherwise are not told apart.
    choices = {line.scale.abstain for line in graded if line.scale.abstain}
    if len(choices) != 1:
        return str(_("可以留空，留空的计为弃权"))
    (abstain,) = choices
    told: dict[Treat, str] = {
        Treat.EXCLUDE: _("可以留空，留空的计为“%(label)s”，不计入该项的百分比和得分", label=abstain.label),
        Treat.DENOMINATOR: _("可以留空，留空的计为“%(label)s”，算在该项百分比的总数里", label=abstain.label),
        Treat.ZERO: _(
            "可以留空，留空的计为“%(label)s”，算在该项百分比的总数里，按 0 分计分", label=abstain.label
        ),
    }
    return str(told[abstain.treat])


def _is_open(definition: Definition) -> bool:
    return definition.entry is EntryMode.OPEN


def _small(definition: Definition) -> str:
    least = definition.results.minimum_cell
    if _is_open(definition):
        return _small_open(definition.results.small_groups, least)
    found: dict[SmallGroups, str] = {
        SmallGroups.WITHHOLD: _("不足 %(least)s 人作答的，不公布票数。", least=least),
        SmallGroups.MERGE: _("不足 %(least)s 人作答的票种，与其他票种合并后才公布。", least=least),
        SmallGroups.SHOW: _("合计不足 %(least)s 人作答的，不公布票数。", least=least),
    }
    return found[definition.results.small_groups]


def _small_open(rule: SmallGroups, least: int) -> str:
    found: dict[SmallGroups, str] = {
        SmallGroups.WITHHOLD: _("不足 %(least)s 人作答的，不公布人数。", least=least),
        SmallGroups.MERGE: _("不足 %(least)s 人作答的人群，与其他人群合并后才公布。", least=least),
        SmallGroups.SHOW: _("合计不足 %(least)s 人作答的，不公布人数。", least=least),
    }
    return found[rule]


def _breakable(form: BallotForm) -> set[Spoiling]:
    rules = form.definition.rules
    graded = sum(not line.is_ticked for line in form.lines)
    never = set()
    if rules.blank is BlankRule.REQUIRE or form.has_ticked_list:
        never.add(Spoiling.ALL_BLANK)
    if graded < MIN_ALIKE:
        never.add(Spoiling.ALL_SAME)
    return set(rules.spoiled_if) - never if graded else set()


def _quotas(limits: Iterable[BallotLimit]) -> list[str]:
    """Return a sentence for each limit that can be exceeded; criteria with the same one share it."""
    alike: dict[tuple[str, int, int], list[str]] = {}
    for limit in limits:
        if limit.allowed < limit.of:
            alike.setdefault((limit.grade.label, limit.allowed, limit.of), []).append(limit.criterion.label)
    return [
        _quota(_("、").join(lines), {"grade": grade, "limit": allowed, "of": of}, each=len(lines) > 1)
        for (grade, allowed, of), lines in alike.items()
    ]


def _quota(line: str, numbers: dict[str, str | int], *, each: bool) -> str:
    said: str
    if each:
        said = _("%(line)s，各项“%(grade)s”分别最多评 %(limit)s 人（共 %(of)s 人）", line=line, **numbers)
    else:
        said = _("%(line)s“%(grade)s”最多评 %(limit)s 人（共 %(of)s 人）", line=line, **numbers)
    return f"{said}{_('。')}"


def _ticks(card: Card) -> list[str]:
    """Return how many may be ticked on a list, in a sentence."""
    said = _("最多勾 %(limit)s 人（共 %(of)s 人）")
    if card.section.write_in:
        said = _("最多推荐 %(limit)s 人（名单上共 %(of)s 人），名单上勾的和另写的合计")
    return [said % {"limit": limit.allowed, "of": limit.of} + _("。") for limit in card.limits]


def _unticked(form: BallotForm) -> list[str]:
    """Name what empty lines of a ballot's lists count as, each once."""
    found = (line.scale.grades[line.empty_position - 1].label for line in form.lines if line.is_ticked)
    return list(dict.fromkeys(found))


def _reasons(scale: Scale) -> list[str]:
    asked = [grade.label for grade in scale.grades if grade.reason_required]
    return [_("选“%(label)s”须写明理由", label=_("、").join(asked)) + _("。")] if asked else []
