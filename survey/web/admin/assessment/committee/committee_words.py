"""Gaps, changes, quotas, ties and remarks of a year's outcome, in words."""

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.committee.band_places import BandPlaces, BandTie
from survey.domain.assessment.committee.evidence_changes import EvidenceChange, EvidenceKind
from survey.domain.assessment.committee.record_gaps import RecordGaps
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.examining.year_steps import STEP_WORDS, YearStep
from survey.domain.assessment.facts import Lacking
from survey.domain.assessment.scoring.number_words import percentage
from survey.domain.assessment.totals.band_decisions import BandRemark, RemarkKind
from survey.web.admin.assessment.views.shown_numbers import number, period_name

NAMED = 12
"""So many units or numbers are named in a sentence; how many there are is said in any case."""
LACKING: dict[Lacking, object] = {
    Lacking.WITHHELD: _l("样本过小，不予显示"),
    Lacking.NOT_CERTIFIED: _l("没有签字确认的计票结果"),
    Lacking.NOT_REPORTED: _l("没有录入"),
    Lacking.NO_SCORERS: _l("没有人评分"),
}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def unit_names(definition: AssessmentDefinition, units: Sequence[str]) -> str:
    """Name units; many of them by the first ones and how many there are."""
    return _listed([definition.unit_name(key) for key in units])


def _listed(labels: Sequence[str]) -> str:
    named = _("、").join(labels[:NAMED])
    if len(labels) > NAMED:
        return _("%(named)s 等 %(number)s 个", named=named, number=len(labels))
    return named


def _some(definition: AssessmentDefinition, units: Sequence[str]) -> str:
    return _("全部单位") if len(units) == len(definition.units) else unit_names(definition, units)


def task_names(definition: AssessmentDefinition, tasks: Iterable[tuple[str, str]]) -> str:
    """Name tasks by unit and indicator; many of them by the first ones and how many there are."""
    return _listed([f"{definition.unit_name(unit)} {definition.indicator_name(key)}" for unit, key in tasks])


def gap_words(definition: AssessmentDefinition, gaps: RecordGaps) -> list[str]:
    """Return what an outcome goes without, a sentence for each."""
    said = []
    if gaps.tasks:
        said.append(
            _(
                "%(number)s 项任务年终没有审核通过的数，计 0 分：%(named)s。",
                number=len(gaps.tasks),
                named=task_names(definition, gaps.tasks),
            )
        )
    for (component, why), units in gaps.parts.items():
        said.append(
            _(
                "“%(part)s”没有值（%(why)s）：%(units)s。",
                part=definition.component[component].label,
                why=str(LACKING[why]) if why else _("没有数据"),
                units=_some(definition, units),
            )
        )
    if gaps.withheld:
        said.append(_("暂不计总分：%(units)s。", units=unit_names(definition, gaps.withheld)))
    if gaps.fewer:
        said.append(_("总分缺了组成部分：%(units)s。", units=unit_names(definition, gaps.fewer)))
    return said


def step_words(definition: AssessmentDefinition, step: YearStep, units: Sequence[str]) -> str:
    """Return which step of the year's end is not on record of which units."""
    return _("%(step)s还没有记录：%(units)s。", step=_(STEP_WORDS[step]), units=_some(definition, units))


def change_words(definition: AssessmentDefinition, change: EvidenceChange) -> str:
    """Return one thing that came since a record was made, as "unit: what, before → now"."""
    unit = definition.unit_name(change.unit)
    about = _about(definition, change)
    if change.kind is EvidenceKind.SHEET:
        return _("%(unit)s：%(about)s 的评分有变化", unit=unit, about=about)
    if change.before is None and change.now is None:
        return _("%(unit)s：%(about)s 有变化", unit=unit, about=about)
    before, now = number(change.before), number(change.now)
    return _("%(unit)s：%(about)s，%(before)s → %(now)s", unit=unit, about=about, before=before, now=now)


def _about(definition: AssessmentDefinition, change: EvidenceChange) -> str:
    named: dict[EvidenceKind, Mapping[str, object]] = {
        EvidenceKind.NUMBER: definition.indicator,
        EvidenceKind.FINDING: definition.indicator,
        EvidenceKind.SHEET: definition.sheet,
        EvidenceKind.COUNT: definition.component,
        EvidenceKind.ENTRY: {**definition.band, **definition.component, **definition.item},
    }
    found = named[change.kind].get(change.about)
    label = str(getattr(found, "label", "") or getattr(found, "title", "") or change.about)
    return f"{label} {period_name(change.period)}" if change.period else label


def place_words(places: BandPlaces) -> str:
    """Return how many may have a band, by which rule, and how many are proposed for it."""
    quota = places.band.quota
    values: dict[str, object] = {
        "band": places.band.label,
        "units": places.units,
        "seats": places.seats,
        "used": places.proposed,
    }
    if quota is None:
        return _("%(band)s：不限名额；已用 %(used)s 个", **values)
    if isinstance(quota, int):
        return _("%(band)s：不超过 %(seats)s 个；已用 %(used)s 个", **values)
    values["share"] = percentage(quota)
    return _("%(band)s：不超过本类 %(units)s 个单位的 %(share)s，即 %(seats)s 个；已用 %(used)s 个", **values)


def tie_words(tie: BandTie) -> str:
    """Return who stands equal across a border, and that the committee decides."""
    return _(
        "%(units)s 同为 %(total)s 分，并列第 %(rank)s 名，“%(band)s”只剩 %(left)s 个名额，由委员会定。",
        units=_("、").join(one.label for one in tie.units),
        total=tie.total,
        rank=tie.rank,
        band=tie.band.label,
        left=tie.left,
    )


def remark_words(definition: AssessmentDefinition, remark: BandRemark) -> str:
    """Return what a decided band goes beyond."""
    band = definition.band[remark.band].label
    match remark.kind:
        case RemarkKind.VETO:
            against = definition.band[remark.against].label if remark.against in definition.band else "—"
            return _("有一票否决，规定等次为“%(against)s”，不是“%(band)s”。", against=against, band=band)
        case RemarkKind.BINDING:
            return _(
                "约束性指标未完成（%(missed)s），规则最高到“%(against)s”，不是“%(band)s”。",
                missed=_("、").join(definition.indicator[key].label for key in remark.missed),
                against=definition.band[remark.against].label,
                band=band,
            )
        case RemarkKind.NO_TOTAL:
            return _("没有总分。")
        case RemarkKind.PLACES:
            return _(
                "%(about)s“%(band)s”的名额是 %(seats)s 个，这样就定了 %(decided)s 个。",
                about=next(one.label for one in definition.classes if one.key == remark.about),
                band=band,
                seats=remark.seats,
                decided=remark.decided,
            )
