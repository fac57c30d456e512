"""Analyses of units: saved, submitted, and the points proposed in them taken over by the office, once."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.analysis import (
    AnalysisVersion,
    UnitAnalysis,
    analysis_of,
    entered_parts,
    read_analysis,
)
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import EnteredValue, Stage
from survey.domain.assessment.reports.number_text import read_number, write_number
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import ChangedMeanwhile, UnknownUnit, UnknownYearRecord
from survey.services.assessment import taking
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_entry_rows
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

from .year_records import put_on_record, records_of

ANALYSING = (Stage.RUNNING, Stage.EXAMINING, Stage.SCORED)
"""The stages in which an analysis is written: a later finding may change it until bands are named."""


def analyses(session: Session, assessment: Assessment) -> dict[str, UnitAnalysis]:
    """Return the analysis of every unit, as defined, with all its versions."""
    found: dict[str, list[YearRecord]] = {}
    for one in records_of(session, assessment, YearRecordKind.ANALYSIS):
        found.setdefault(one.about, []).append(one)
    return {one.key: analysis_of(one.key, found.get(one.key, ())) for one in assessment.definition.units}


def save_analysis(
    session: Session,
    assessment_code: str,
    unit: str,
    typed: Mapping[str, str],
    seen: int,
    by: By,
    *,
    submit: bool,
) -> AnalysisVersion:
    """Append a version of a unit's analysis, as a draft or submitted; the same one again is on record once.

    ``seen`` is the number of the version that was on the form, 0 where there was none. Raises ``WrongStage``,
    ``BadYearRecord`` by field, ``UnknownUnit``, and ``ChangedMeanwhile`` where another one came since.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *ANALYSING, to="analyse units of")
    if unit not in assessment.definition.unit:
        raise UnknownUnit(unit)
    content = read_analysis(assessment.definition, typed, submitted=submit)
    records = records_of(session, assessment, YearRecordKind.ANALYSIS, about=unit)
    if not records or records[-1].content != content:
        if (records[-1].number if records else 0) != seen:
            raise ChangedMeanwhile(assessment_code)
        records.append(put_on_record(session, assessment, YearRecordKind.ANALYSIS, unit, content, by))
    return analysis_of(unit, records).versions[-1]


def taken_over(session: Session, assessment: Assessment) -> dict[str, dict[str, EnteredValue]]:
    """Return the typed-in values that hold, by unit and component."""
    found: dict[str, dict[str, EnteredValue]] = {}
    for one in assessment_entry_rows.acts_of(session, assessment):
        if isinstance(one.act, EnteredValue) and not one.taken_back:
            found.setdefault(one.act.unit, {})[one.act.component] = one.act
    return found


def is_taken_over(version: AnalysisVersion, values: Mapping[str, EnteredValue]) -> bool:
    """Return whether all points that a version proposes hold as typed-in values that name it."""
    return all(
        key in values
        and values[key].document == version.document
        and values[key].value == read_number(points)
        for key, points in version.points.items()
    )


def take_points_over(session: Session, assessment_code: str, unit: str, seen: int, by: By) -> int:
    """Make the points proposed in a unit's submitted analysis typed-in values; return how many are new.

    Values that came of an earlier version are taken back; twice is once. Raises ``WrongStage``,
    ``UnknownYearRecord`` where nothing is proposed, ``ChangedMeanwhile`` where ``seen`` is not the version
    submitted last, and ``BadNumbers`` where another document's value holds, or the points were taken back.
    """
    assessment = locked_assessment(session, assessment_code)
    records = records_of(session, assessment, YearRecordKind.ANALYSIS, about=unit)
    found = analysis_of(unit, records)
    version = found.submitted
    if version is None or not version.points:
        raise UnknownYearRecord(f"no points are proposed for {unit} of {assessment_code}")
    if version.number != seen:
        raise ChangedMeanwhile(assessment_code)
    values = taken_over(session, assessment).get(unit, {})
    if is_taken_over(version, values):
        return 0
    entered = {one.key for one in entered_parts(assessment.definition)}
    earlier = {one.document for one in found.versions} - {version.document}
    rows = [
        _row(one, taken_back=True)
        for one in values.values()
        if one.document in earlier and one.component in version.points
    ]
    rows += [
        {"unit": unit, "component": key, "value": Decimal(points), "document": version.document}
        for key, points in version.points.items()
        if key in entered
    ]
    taking.take_acts(session, assessment_code, {"entered": rows}, by)
    return len(version.points)


def _row(value: EnteredValue, *, taken_back: bool) -> dict[str, object]:
    return {
        "unit": value.unit,
        "component": value.component,
        "value": Decimal(write_number(value.value)),
        "document": value.document,
        "taken_back": taken_back,
    }


def not_submitted(found: Iterable[UnitAnalysis]) -> list[str]:
    """Return the units whose analysis is not submitted."""
    return [one.unit for one in found if one.submitted is None]
