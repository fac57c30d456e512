"""Commands of the year: templates out, numbers in, periods closed, how units stand."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.cli.common import FilePath, by, emit, json_option, note, warn, write_file

from .brought_files import KINDS, bring, odd_of
from .files import (
    RESULT_FORMATS,
    assessment_argument,
    faults_listed,
    json_bytes,
    require_ending,
    require_used,
    warn_of,
)

if TYPE_CHECKING:
    from survey.services.assessment.taking import FileTaken

    from .brought_files import BroughtFile

PAPERS = ("bulletin", "warnings", "verification")
PERIOD_PAPERS = ("bulletin", "warnings", "verification")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}|[A-Za-z][\w+-]*", re.ASCII)
"""Where a warning stands: a cell, or the key of a row that a report lacks."""


@click.command()
@assessment_argument
@click.option("--unit", help="A unit's tasks of a period.")
@click.option("--indicator", help="One indicator of all units, for its lead department.")
@click.option("--period", required=True)
@click.option("--out", "target", required=True, type=FilePath)
def template(
    assessment_code: str, unit: str | None, indicator: str | None, period: str, target: Path
) -> None:
    """Write an Excel template in which a unit, or a lead department, fills in its numbers."""
    from survey.instance import ready_app
    from survey.services.assessment.reports.report_forms import report_template
    from survey.storage.database import transaction

    if (unit is None) == (indicator is None):
        raise click.UsageError("Give either '--unit' or '--indicator'.")
    require_ending(target, "xlsx")
    with ready_app(), transaction() as session:
        content = report_template(
            session, assessment_code, period, unit=unit or "", indicator=indicator or ""
        )
    write_file(target, content)
    click.echo(f"template of {unit or indicator} for {period}: {target}")


@click.command()
@assessment_argument
@click.argument("file", type=FilePath)
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the file holds; else its heads tell.")
@click.option("--submit", is_flag=True, help="Values are handed in, for the office to accept (default).")
@click.option("--accept", is_flag=True, help="Values are taken over by the office.")
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    help="Why a report's numbers that look wrong are right: TEXT for all, or G6=TEXT for one cell. "
    "TEXT also says why rows of an older file, whose place others took since, are to hold again.",
)
@json_option
def take(
    assessment_code: str,
    file: Path,
    kind: str | None,
    submit: bool,
    accept: bool,
    reasons: tuple[str, ...],
    as_json: bool,
) -> None:
    """Put a file of numbers, findings, points or entries on record, whole or not at all."""
    from survey.instance import ready_app
    from survey.services.results.drawing import rarely_collecting

    if submit and accept:
        raise click.UsageError("Give '--submit' or '--accept', not both.")
    with ready_app(), rarely_collecting(), faults_listed(as_json, refused="nothing was taken"):
        brought = bring(file, kind)
        kind = brought.kind
        if kind != "values" and (submit or accept):
            raise click.UsageError(f"'--submit' and '--accept' go with values, not with {kind}.")
        if reasons and kind == "entries":
            raise click.UsageError("'--reason' goes with numbers and points; entries have their own.")
        odd = odd_of(assessment_code, brought, accept=accept)
        taken = _taken(assessment_code, brought, accept=accept, reasons=_by_place(reasons))
    if brought.guessed:
        note(f"{file.name} is taken as {kind}, by its heads")
    warn_of(odd if taken.added else [])
    _told(taken)
    said = {"values": "accepted" if accept else "handed in"}.get(kind, "put on record")
    lines = [f"{file.name}: {taken.added} rows {said}, {taken.known} were there already"]
    if taken.corrected:
        shown = (
            "the next bulletin shows them as corrected"
            if taken.bulletin_ahead
            else "no bulletin follows the last one, the next score record counts those of the last period"
        )
        lines.append(f"{taken.corrected} are of closed periods: {shown}")
    if kind == "values" and not accept and taken.added:
        lines.append(f"take them over with: minping assessment take {assessment_code} {file} --accept")
    names = ("added", "known", "corrected")
    value = {"assessment": assessment_code, "kind": kind} | {name: getattr(taken, name) for name in names}
    value["superseded"] = list(taken.superseded)
    emit(as_json, value, *lines)


def _by_place(reasons: Sequence[str]) -> dict[str, str]:
    from survey.services.assessment.reports.report_forms import ALL

    found = {}
    for reason in reasons:
        place, is_one, said = reason.partition("=")
        if is_one and _CELL.fullmatch(place.strip()):
            found[place.strip()] = said
        else:
            found[ALL] = reason
    return found


def _told(taken: "FileTaken") -> None:
    """Name on standard error rows of an older file, numbers without evidence, and reasons for no cell."""
    from survey.services.assessment.reports.report_forms import ReportTaken

    for older in taken.superseded:
        warn(f"left out: {older}")
    if taken.superseded:
        warn("these rows are of an older file; --reason TEXT makes them hold again")
    if isinstance(taken, ReportTaken):
        for fault in taken.missing_evidence:
            note(str(fault))
        for fault in taken.idle_reasons:
            warn(str(fault))


def _taken(
    assessment_code: str, brought: "BroughtFile", *, accept: bool, reasons: Mapping[str, str]
) -> "FileTaken":
    from survey.services.assessment import taking
    from survey.services.assessment.reports import entry_files, report_forms
    from survey.storage.database import transaction

    why = reasons.get(report_forms.ALL, "")
    kind, rows = brought.kind, brought.rows
    if brought.data is not None:
        with transaction(write=True) as session:
            return taking.take_acts(session, assessment_code, brought.data, by())
    if brought.report is not None:
        for line in brought.report.left_out:
            note(str(line))
        with transaction(write=True) as session:
            return report_forms.take_report(
                session, assessment_code, brought.report, by(), accept=accept, reasons=reasons
            )
    with transaction(write=True) as session:
        if kind == "entries":
            return entry_files.take_entry_rows(session, assessment_code, rows, by())
        if kind == "verified":
            return taking.take_findings(session, assessment_code, rows, by(), why)
        if kind == "sheets":
            return taking.take_points(session, assessment_code, rows, by(), why)
        return taking.take_numbers(session, assessment_code, rows, by(), accept=accept, reason=why)


@click.command()
@assessment_argument
@click.argument("period")
@json_option
def close(assessment_code: str, period: str, as_json: bool) -> None:
    """Freeze the numbers of a period, and of earlier ones that are open; each gets a bulletin's number."""
    from survey.instance import ready_app
    from survey.services.assessment.closing import close_period
    from survey.services.assessment.views.gaps import gaps_of_periods
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        closed = close_period(session, assessment_code, period, by())
        missing = gaps_of_periods(session, assessment_code, [one.period for one in closed])
    for line in missing:
        warn(line)
    value = [
        {"period": one.period, "bulletin": one.bulletin, "version": one.version, "numbers": one.digest}
        for one in closed
    ]
    lines = (f"{one.period} is closed, bulletin {one.bulletin}; numbers {one.digest}" for one in closed)
    emit(as_json, {"assessment": assessment_code, "closed": value}, *lines)


@click.command()
@assessment_argument
@click.argument("period")
@click.option("--format", "kind", required=True, type=click.Choice(RESULT_FORMATS))
@click.option("--paper", type=click.Choice(PERIOD_PAPERS), default=PERIOD_PAPERS[0], show_default=True)
@click.option("--out", "target", required=True, type=FilePath)
def standing(assessment_code: str, period: str, kind: str, paper: str, target: Path) -> None:
    """Write how all units stand at the end of a period: as JSON, or one of the period's papers."""
    from survey.documents.assessment.papers.papers import PaperKind, write
    from survey.instance import ready_app
    from survey.services.assessment import reporting
    from survey.services.results.drawing import rarely_collecting
    from survey.storage.database import transaction

    require_ending(target, kind)
    require_used("--paper", used=kind != "json")
    with ready_app(), rarely_collecting(), transaction() as session:
        if kind == "json":
            content = json_bytes(reporting.standing_value(session, assessment_code, period))
        else:
            found = reporting.period_paper(session, assessment_code, period)
            content = write(PaperKind(paper), kind, found.material, found.template)
    write_file(target, content)
    click.echo(f"standing of {assessment_code} at {period}: {target}")


COMMANDS = (template, take, close, standing)
