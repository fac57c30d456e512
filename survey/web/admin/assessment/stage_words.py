"""Where an assessment stands, in words: its stages, what is missing, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.examining.year_steps import STEP_WORDS, YearStep
from survey.domain.assessment.facts import Stage
from survey.services.assessment.overview import NAMED, MissingKind, MissingThing

STAGES: dict[Stage, object] = {
    Stage.DRAFT: _l("起草"),
    Stage.ISSUED: _l("已下达"),
    Stage.RUNNING: _l("实施中"),
    Stage.EXAMINING: _l("年终考核"),
    Stage.SCORED: _l("已计分"),
    Stage.DECIDED: _l("已定等次"),
    Stage.CLOSED: _l("已办结"),
}
_PHASES = (
    (_l("准备阶段"), (Stage.DRAFT, Stage.ISSUED)),
    (_l("实施阶段"), (Stage.RUNNING, Stage.EXAMINING)),
    (_l("结果评定阶段"), (Stage.SCORED, Stage.DECIDED, Stage.CLOSED)),
)
NEXT_STEPS: dict[Stage, object] = {
    Stage.DRAFT: _l("填好目标，下达各单位"),
    Stage.ISSUED: _l("收第一期数据"),
    Stage.RUNNING: _l("审核本期数据，结账，出通报"),
    Stage.EXAMINING: _l("查访核验，然后计分"),
    Stage.SCORED: _l("报委员会定等次，记录会议决定"),
    Stage.DECIDED: _l("公布结果，发反馈意见"),
    Stage.CLOSED: _l("已全部办完"),
}
_SCORE_ANEW = _l("重新计分")
_SIGN = _l("请两人给计分结果签字")
_PAGES_AHEAD: dict[Stage, str] = {
    Stage.DRAFT: "admin.assessment_draft",
    Stage.ISSUED: "admin.report_waiting",
    Stage.RUNNING: "admin.periods",
    Stage.EXAMINING: "admin.year_end_steps",
    Stage.DECIDED: "admin.letters",
}
"""The page on which the next step is taken, where it does not hang on what is missing."""


def next_words(stage: Stage, missing: Iterable[MissingThing]) -> str:
    """Return the next step: what the result lacks goes before what its stage leads to."""
    kinds = _lacking(stage, missing)
    if MissingKind.RECORD in kinds:
        return str(_SCORE_ANEW)
    return str(_SIGN if stage is Stage.SCORED and MissingKind.SIGNATURES in kinds else NEXT_STEPS[stage])


def next_page(stage: Stage, missing: Iterable[MissingThing]) -> str:
    """Return the page, by its endpoint, on which the next step is taken; empty where nothing follows."""
    kinds = _lacking(stage, missing)
    if MissingKind.RECORD in kinds:
        return "admin.scoring_page"
    if stage is Stage.SCORED:
        signed = MissingKind.SIGNATURES not in kinds
        return "admin.deciding_page" if signed else "admin.score_records_page"
    return _PAGES_AHEAD.get(stage, "")


def _lacking(stage: Stage, missing: Iterable[MissingThing]) -> set[MissingKind]:
    """Return what is lacking by kind; a closed assessment is never made anew."""
    return set() if stage is Stage.CLOSED else {one.kind for one in missing}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


@dataclass(frozen=True)
class ShownPhase:
    """One of the three phases: its stages in words, and whether it is done, now or ahead."""

    word: str
    stages: str
    place: str


def phases(stage: Stage) -> list[ShownPhase]:
    """Return the phases of a year, and in which of them a stage lies."""
    order = list(Stage)
    shown = []
    for word, stages in _PHASES:
        ahead = "" if order.index(stages[0]) > order.index(stage) else "done"
        place = "now" if stage in stages else ahead
        said = str(STAGES[stage]) if place == "now" else " · ".join(str(STAGES[one]) for one in stages)
        shown.append(ShownPhase(str(word), said, place))
    return shown


def missing_words(definition: AssessmentDefinition, missing: MissingThing) -> str:
    """Return what the next step waits for, by name and number."""
    named = _("、").join(_named(definition, name) for name in missing.names[:NAMED])
    if len(missing.names) > NAMED:
        named = _("%(named)s 等", named=named)
    match missing.kind:
        case MissingKind.TARGETS:
            return _("年度目标还没有填，一项也没有。")
        case MissingKind.NUMBERS:
            return _(
                "%(period)s 还有 %(number)s 个数没有审核通过：%(named)s。",
                period=missing.about,
                number=len(missing.names),
                named=named,
            )
        case MissingKind.COUNT:
            part = definition.component[missing.about].label
            return _(
                "“%(part)s”要用的测评活动 %(code)s 还没有签字确认的计票结果。",
                part=part,
                code=missing.names[0][0],
            )
        case MissingKind.RECORD:
            return _(
                "第 %(number)s 号计分结果之后又有新的数据、评分、加减分或计票结果，请重新计分。",
                number=missing.about,
            )
        case MissingKind.SIGNATURES:
            return _("第 %(number)s 号计分结果还没有签字。", number=missing.about)
        case MissingKind.BANDS:
            return _("还有 %(number)s 个单位没有定等次：%(named)s。", number=len(missing.names), named=named)
        case MissingKind.STEP:
            return _(
                "%(step)s还有 %(number)s 个单位没有记录：%(named)s（不影响计分）。",
                step=_(STEP_WORDS[YearStep(missing.about)]),
                number=len(missing.names),
                named=named,
            )


def _named(definition: AssessmentDefinition, name: tuple[str, ...]) -> str:
    """Name a unit, or a unit's indicator; what is neither stands as its key."""
    unit, *rest = name
    labels = [definition.unit_name(unit)]
    labels += [definition.indicator_name(key) for key in rest]
    return " ".join(labels)
