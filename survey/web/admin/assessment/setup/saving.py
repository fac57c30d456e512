"""Saving a draft that was changed on a page: stored, or told beside the field what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.assessment.form.part_changes import places_elsewhere
from survey.documents.assessment.form.typed_rows import Places
from survey.documents.assessment.setup.setup_reading import SetupFile
from survey.domain.assessment.facts import Stage, Targets
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.errors import BadNumbers, CellFault, ChangedMeanwhile, InvalidDefinition, WrongStage
from survey.services.assessment import assessments, setting_up
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here
from survey.web.admin.assessment.setup_faults import ToldFault, told_cells
from survey.web.admin.current_actor import by

_TASKS: Mapping[object, object] = {
    CellFlaw.FOREIGN: _l("还有这项任务的目标。请先在“目标”里去掉这项任务，再改这里。"),
    CellFlaw.NO_POINTS: _l(
        "这项指标的各条细则都没有分值，这项任务却另填了分值。请先在“目标”里清空这项任务的分值，再改这里。"
    ),
}


@dataclass(frozen=True)
class FormRefusal:
    """Why nothing was saved: faults by field, those of what is not on the page, or another's change."""

    status: int = 200
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    elsewhere: tuple[ToldFault, ...] = ()

    @property
    def changed(self) -> bool:
        """Return whether somebody else changed the draft in the meantime."""
        return self.status == 409

    @property
    def number(self) -> int:
        """Return how many faults there are."""
        return sum(map(len, self.faults.values())) + len(self.elsewhere)


NOTHING = FormRefusal()


def draft_document() -> Mapping[str, Any]:
    """Return the definition of the draft that the page is about; whatever is issued has no such page."""
    if here().assessment.stage is not Stage.DRAFT:
        _leave()
    with transaction() as session:
        return assessments.document_of(session, here().assessment)


def save(data: Mapping[str, Any], targets: Targets, places: Places) -> FormRefusal | None:
    """Store a changed draft, or return why not; ``places`` are the fields by what they are in ``data``."""
    code, read = here().assessment.code, request.form.get("draft", "")
    if read != here().assessment.digest:
        return FormRefusal(409)
    try:
        with transaction(write=True) as session:
            setting_up.change_draft(session, code, data, targets, by(), read=read)
    except InvalidDefinition as refused:
        known = SetupFile(data, (), places_elsewhere(data) | places)
        return told([known.fault(fault) for fault in refused.faults], places)
    except BadNumbers as refused:
        return FormRefusal(422, elsewhere=tuple(_of_task(fault) for fault in refused.faults))
    except ChangedMeanwhile:
        return FormRefusal(409)
    except WrongStage:
        _leave()
    return None


def told(faults: list[CellFault], places: Places) -> FormRefusal:
    """Return faults in words: those of fields on this page beside them, the others with where they are."""
    names = {cell.place for cell in places.values()}
    beside: dict[str, list[str]] = {}
    elsewhere = []
    for one in told_cells(faults):
        if one.place in names:
            if one.words not in beside.setdefault(one.place, []):
                beside[one.place].append(one.words)
        else:
            elsewhere.append(one)
    return FormRefusal(422, beside, tuple(elsewhere))


def _of_task(fault: CellFault) -> ToldFault:
    """Return in words which task the changed draft would not go with, and why."""
    unit, _comma, indicator = fault.place.partition(", ")
    definition = here().definition
    place = f"{definition.unit_name(unit)} · {definition.indicator_name(indicator)}"
    words = _TASKS.get(fault.flaw) or told_cells([fault])[0].words
    return ToldFault(place, fault.value, str(words))


def _leave() -> None:
    flash(_("已经下达，不能再改草稿。要改目标的，走目标调整。"), "bad")
    abort(redirect(url_for("admin.assessment_draft", assessment_code=here().assessment.code), 303))
