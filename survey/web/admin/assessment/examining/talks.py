"""Talks with people of each unit: how many of which kind, who wrote notes, who read them, who may."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey.domain.assessment.examining.talks import OTHER, OTHERS, PERSON_WORDS, PersonKind, read_count
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatAct, units_within
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, UnknownYearRecord
from survey.services.assessment.assessments import TAKING
from survey.services.assessment.examining import notes_readers, sealing, talk_counts, talk_notes
from survey.services.assessment.examining.notes_readers import NOBODY
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.context import settings

FAULTS: Mapping[str, object] = {
    "not-number": _l("请填整数，最多四位，没有就空着。"),
    "too-long": _l("类别最多 30 个字。"),
    OTHER: _l("请写明其他人员是哪一类，不写姓名。"),
    OTHERS: _l("请填其他人员的人数。"),
    PersonKind.LEADERS: _l("请至少填一类人员的人数。"),
}


@blueprint.get("/a/<assessment_code>/talks")
@seat_access(SeatAct.SEE_TALKS)
def talks(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show each unit's talks that one's seats reach, and who may read notes beside the groups."""
    return _all()


@blueprint.post("/a/<assessment_code>/talks/reader")
@seat_access(SeatAct.GIVE_SEATS)
def name_notes_reader(assessment_code: str) -> ResponseReturnValue:
    """Name the one account that reads talk notes beside the groups, or nobody."""
    chosen = request.form.get("account", -1, type=row_number)
    try:
        with transaction(write=True) as session:
            named = notes_readers.name_reader(session, assessment_code, chosen, by())
    except BadYearRecord:
        return _all(422, _("请在有查阅人席位的账号里选一个。"))
    name = named.content["name"]
    if name:
        flash(_("已指定 %(name)s 查阅谈话记录，以前指定的不再能看。", name=name), "good")
    else:
        flash(_("除考核组外，没有人能看谈话记录。"), "good")
    return redirect(url_for("admin.talks", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/talks/<unit_key>")
@seat_access(SeatAct.SEE_TALKS)
def talks_of_unit(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show the talks in a unit: how many persons, which notes there are, who read them."""
    return _of_unit(unit_key)


@blueprint.post("/a/<assessment_code>/talks/<unit_key>")
@seat_access(SeatAct.HOLD_TALKS)
def count_talks(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Put on record how many of which kind were talked with."""
    seen = request.form.get("seen", 0, type=row_number)
    try:
        count = read_count(request.form)
        with transaction(write=True) as session:
            talk_counts.count_talks(session, assessment_code, unit_key, count, by(), seen=seen)
    except BadYearRecord as refused:
        return _of_unit(unit_key, 422, refused.faults)
    except ChangedMeanwhile:
        return _of_unit(unit_key, 409, changed=True)
    flash(_("已记录，共谈话 %(number)s 人。", number=count.total), "good")
    return redirect(url_for("admin.talks_of_unit", assessment_code=assessment_code, unit_key=unit_key), 303)


def _all(status: int = 200, wrong: str = "") -> ResponseReturnValue:
    assessment, definition = here().assessment, here().definition
    with transaction() as session:
        counts = talk_counts.counts(session, assessment)
        notes = talk_notes.all_notes(session, assessment)
        readings = talk_notes.readings(session, assessment)
        named = notes_readers.named_readers(session, assessment)
        reader = notes_readers.named_reader(session, assessment)
        offered = notes_readers.offered_readers(session, assessment)
        lost = sealing.is_lost(session, settings().keys, assessment)
        stated = sealing.statements_of_loss(session, assessment)
        shown = [
            definition.unit[unit]
            for unit in units_within(here().seats, SeatAct.SEE_TALKS, definition)
            if _is_shown(unit) or (reader is not None and reader.id == current_user.account.id)
        ]
    page = render_template(
        "admin/assessment/examining_talks.html",
        assessment=assessment,
        units=shown,
        counts=counts,
        notes=lambda unit: [one for one in notes if one.unit == unit],
        readings=lambda unit: [one for one in readings if one.unit == unit],
        named=named,
        reader=reader,
        offered=offered,
        nobody=NOBODY,
        takes=assessment.stage in TAKING,
        lost=lost,
        stated=stated,
        wrong=wrong,
        day=here().moment,
    )
    return page, status


def _is_shown(unit: str) -> bool:
    """Return whether a unit's talks are shown without being named for it: to its group, and to the office."""
    return may_here(SeatAct.HOLD_TALKS, unit) or may_here(SeatAct.GIVE_SEATS)


def _of_unit(
    unit: str, status: int = 200, faults: Mapping[str, str] | None = None, *, changed: bool = False
) -> ResponseReturnValue:
    assessment = here().assessment
    with transaction() as session:
        reads = talk_notes.may_read(session, assessment, current_user.account, unit)
        if not (reads or _is_shown(unit)):
            raise UnknownYearRecord(f"talks of {unit} are not shown to {current_user.account.name}")
        record, count = talk_counts.counts(session, assessment).get(unit, (None, None))
        notes = talk_notes.notes_of(session, assessment, unit)
        readings = [one for one in talk_notes.readings(session, assessment) if one.unit == unit]
        reader = notes_readers.named_reader(session, assessment)
        lost = sealing.is_lost(session, settings().keys, assessment)
        stated = sealing.statements_of_loss(session, assessment)
    held: dict[str, object] = {kind.value: number for kind, number in count.persons.items()} if count else {}
    held |= {OTHER: count.other, OTHERS: count.others or ""} if count else {}
    page = render_template(
        "admin/assessment/examining_talks_of_unit.html",
        assessment=assessment,
        unit=here().definition.unit[unit],
        record=record,
        count=count,
        seen=request.form.get("seen", 0, type=row_number) if faults else record.number if record else 0,
        typed=request.form if faults or changed else held,
        kinds=PERSON_WORDS,
        faults={field: FAULTS.get(why) or FAULTS[field] for field, why in (faults or {}).items()},
        changed=changed,
        notes=notes,
        readings=readings,
        reader=reader,
        reads=reads,
        takes=assessment.stage in TAKING,
        is_closed=assessment.stage is Stage.CLOSED,
        lost=lost,
        stated=stated,
        day=here().moment,
    )
    return page, status
