"""Visits in words: how far one has come, why a number is worth looking at, what is wrong with a form."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from survey.domain.assessment.visits.visit_suggestions import SuggestionKind
from survey.domain.assessment.visits.visits import VisitState
from survey.domain.errors import VisitMoved
from survey.services.assessment.reports.evidence_files import MAX_FILES
from survey.services.assessment.visits.visits import MOST_DAYS
from survey.web.admin.assessment.examining.record_words import FAULT_WORDS

STATES: dict[VisitState, tuple[object, str]] = {
    VisitState.PLANNED: (_l("待查访"), ""),
    VisitState.FOUND: (_l("已查访，未送单位"), "on"),
    VisitState.SENT: (_l("待单位说明"), ""),
    VisitState.ANSWERED: (_l("单位已说明"), "on"),
    VisitState.STANDING: (_l("核验成立"), "good"),
    VisitState.TAKEN_BACK: (_l("核验撤回"), "bad"),
}
"""The word for each state, and the kind of its chip."""

REASONS: dict[SuggestionKind, object] = {
    SuggestionKind.BEHIND: _l("落后计划两成以上"),
    SuggestionKind.AHEAD: _l("超过计划两成以上"),
    SuggestionKind.TEN_TIMES: _l("与计划相差十倍以上"),
    SuggestionKind.CORRECTED: _l("更正过"),
    SuggestionKind.NO_NUMBER: _l("没有报数"),
}
"""Why a number is worth looking at."""

_FAULTS = {
    ("found", "missing"): _l("请填写核验数；与填报一致的，请勾选“与填报一致”。"),
    ("found", "not-number"): _l("这不是一个数。没有填报数的，不能勾选“与填报一致”，请填写核验数。"),
    ("found", "unknown"): _l("填的核验数与填报数不同，又勾选了“与填报一致”。请只留一样。"),
    ("found", "changed"): _l("您打开以后，填报数变了，现在的在上面。请核对以后再保存。"),
    ("why", "missing"): _l("请写明核验情况：看了什么、怎样核对、为什么有差异。"),
    ("text", "missing"): _l("不认可核验数的，请写明理由。"),
    ("agrees", "missing"): _l("请选择是否认可核验数。"),
    ("reason", "missing"): _l("请写明理由。"),
    ("ruling", "too-early"): _l("单位还在说明期限内，也没有说明。请等单位说明，或期满后再办。"),
    ("indicators", "missing"): _l("请选出要查访的指标。"),
    ("indicators", "unknown"): _l("单位没有其中的指标。请重新选。"),
    ("group", "missing"): _l("请选择由谁查访。"),
    ("group", "unknown"): _l("这个账号不是本单位的考核组。请重新选。"),
    ("day", "not-day"): _l("请填写考核年度或下一年的日期。"),
    ("days", "not-number"): _l("请填写 1 到 %(number)s 的天数。", number=MOST_DAYS),
}
UNFIT_PHOTO = {
    "empty": _l("文件是空的。"),
    "large": _l("照片超过 20 MB。请把相机的照片尺寸调小后再拍。"),
    "format": _l("不是 JPEG 或 PNG 照片。"),
    "damaged": _l("照片已损坏，请重新拍。"),
    "many": _l("一次核验最多附 %(number)s 张照片。", number=MAX_FILES),
    "removed": _l("您一天之内传了又移除的文件太多，现在不能再传。请明天再传，已有的附件不受影响。"),
}
"""Why a photo is not taken; whatever else it is, it is no photo."""


def fault_sentence(field: str, why: str) -> Any:
    """Return the sentence on what is wrong with a field, in the language of whoever reads it."""
    return _FAULTS.get((field, why)) or FAULT_WORDS[why]


def put_faults(form: FlaskForm, faults: Mapping[str, str]) -> list[str]:
    """Put faults to the fields of a form that they are about; return the sentences of those without one."""
    rest = []
    for name, why in faults.items():
        if name in form:
            form[name].errors = [fault_sentence(name, why)]
        else:
            rest.append(str(fault_sentence(name, why)))
    return rest


def moved_words(moved: VisitMoved) -> str:
    """Return the sentence on who was first."""
    if moved.by:
        return str(_("“%(name)s”刚才已经办过这项核验，您填的没有保存。请看过再办。", name=moved.by))
    return str(_("这项核验刚才有变动，您填的没有保存。请看过再办。"))
