"""The parts of a draft as pages beside each other: what each is called, what it holds, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l

from survey.documents.assessment.form.form_parts import PARTS
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.targets_reader import require_targets
from survey.domain.errors import BadNumbers
from survey.services.assessment.assessments import Assessment

BASICS_KEY, TARGETS_KEY = "basics", "targets"
TITLES: Mapping[str, object] = {
    BASICS_KEY: _l("基本设置"),
    "classes": _l("类别划分"),
    "units": _l("单位名单"),
    "departments": _l("牵头部门"),
    "indicators": _l("指标和细则"),
    TARGETS_KEY: _l("年度目标"),
    "items": _l("加减分项目"),
    "sheets": _l("评分表"),
    "components": _l("总分组成"),
    "bands": _l("等次和名额"),
}
"""The parts in the order in which one fills them in."""
ONE: Mapping[str, object] = {
    "classes": _l("类别"),
    "units": _l("单位"),
    "departments": _l("部门"),
    "indicators": _l("指标"),
    "items": _l("加减分项"),
    "sheets": _l("评分表"),
    "components": _l("组成部分"),
    "bands": _l("等次"),
}
"""What one row of a part is called."""
LEADS: Mapping[str, object] = {
    "classes": _l("同类的单位一起排名、共用名额。"),
    "units": _l("被考核的单位。单位多的，可以整列粘贴。"),
    "departments": _l("为指标牵头、自己不被考核的部门。没有的就空着；被考核单位牵头的，不用在这里再填。"),
    "indicators": _l("要填报的数，或要评的分；每项至少一条计分细则。"),
    "items": _l("平时给谁加分、扣分的名目。没有的就空着。"),
    "sheets": _l("请人实名打分的表。没有的就空着。"),
    "components": _l("总分由哪几部分合成，各占多大权重。"),
    "bands": _l("从高到低。没有等次的就空着。"),
}
LINE: Mapping[str, object] = {"indicators": _l("计分细则"), "sheets": _l("评分项目")}
"""What a row of the list within a row is called."""


@dataclass(frozen=True)
class SetupStep:
    """A part as the navigation shows it: how many rows it has, and how many places are still open."""

    key: str
    title: object
    path: str
    count: int | None
    missing: int


def setup_steps(assessment: Assessment) -> list[SetupStep]:
    """List the parts of a draft."""
    definition = assessment.definition
    counts: dict[str, int] = {
        key: len(definition.composite.bands if key == "bands" else getattr(definition, key)) for key in PARTS
    }
    counts[TARGETS_KEY] = len(assessment.targets)
    return [
        SetupStep(
            key,
            title,
            path_of(assessment.code, key),
            counts.get(key),
            len(lacking_tasks(assessment)) + len(taskless(assessment)) if key == TARGETS_KEY else 0,
        )
        for key, title in TITLES.items()
    ]


def path_of(assessment_code: str, key: str) -> str:
    """Return the address of a part."""
    if key == TARGETS_KEY:
        return url_for("admin.setup_targets", assessment_code=assessment_code)
    return url_for("admin.setup_part", assessment_code=assessment_code, setup_part=key)


def path_after(assessment_code: str, key: str) -> str:
    """Return the address of the part that follows; after the last one comes the draft's own page."""
    keys = list(TITLES)
    place = keys.index(key) + 1
    if place == len(keys):
        return url_for("admin.assessment_draft", assessment_code=assessment_code)
    return path_of(assessment_code, keys[place])


def lacking_tasks(assessment: Assessment) -> frozenset[tuple[str, str]]:
    """Return the tasks that lack what they are scored by."""
    try:
        require_targets(assessment.definition, assessment.targets)
    except BadNumbers as refused:
        places = [fault.place.partition(", ") for fault in refused.faults]
        return frozenset((unit, indicator) for unit, _comma, indicator in places)
    return frozenset()


def taskless(assessment: Assessment) -> list[str]:
    """List the keys of the indicators that no unit has a task of."""
    given = {indicator for _unit, indicator in assessment.targets}
    definition: AssessmentDefinition = assessment.definition
    return [one.key for one in definition.indicators if one.key not in given]
