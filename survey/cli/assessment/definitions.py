"""Commands that set an assessment up, change it and tell of it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey.cli.common import FilePath, by, emit, json_option

from . import keys, numbers, year
from .files import assessment_argument, faults_listed, read_file

if TYPE_CHECKING:
    from survey.domain.assessment.reports.file_rows import FileRow
    from survey.services.assessment.assessments import Assessment

targets_option = click.option("--targets", type=FilePath, help="The units' targets, CSV or Excel.")


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (*numbers.COMMANDS, *year.COMMANDS, *keys.COMMANDS):
        assessment.add_command(command)
    group.add_command(assessment)


@click.group()
def assessment() -> None:
    """Yearly assessments of units: targets, numbers, points, bands."""


@assessment.command()
@click.argument("file", type=FilePath)
@targets_option
@json_option
def check(file: Path, targets: Path | None, as_json: bool) -> None:
    """Check a definition file, and its targets, and list all faults."""
    from survey.domain.assessment.definition_reader import read_assessment
    from survey.domain.assessment.targets_reader import read_targets

    with faults_listed(as_json):
        data, rows = _brought(file, targets)
        definition = read_assessment(data)
        found = None if rows is None else read_targets(definition, rows)
    counted = "" if found is None else f", {len(found)} targets"
    emit(as_json, [], f"{file.name} has no fault: {definition.code}, {definition.digest}{counted}")


def _brought(file: Path, targets: Path | None) -> "tuple[Mapping[str, Any], Sequence[FileRow] | None]":
    from survey.documents.assessment.assessment_file import read_assessment_file
    from survey.documents.assessment.row_files import read_rows
    from survey.documents.assessment.setup.setup_reading import read_setup

    if file.suffix.lower() == ".xlsx":
        if targets is not None:
            raise click.UsageError("a set-up workbook holds its targets; leave --targets out")
        found = read_setup(read_file(file), file.name)
        return found.data, found.rows
    data = read_assessment_file(file)
    return data, None if targets is None else read_rows(targets.name, read_file(targets))


@assessment.command()
@click.argument("file", type=FilePath)
@targets_option
@json_option
def load(file: Path, targets: Path | None, as_json: bool) -> None:
    """Store an assessment and its targets as a draft, or replace its draft."""
    from survey.instance import ready_app
    from survey.services.assessment import assessments
    from survey.storage.database import transaction

    with ready_app(), faults_listed(as_json):
        data, rows = _brought(file, targets)
        with transaction(write=True) as session:
            loaded = assessments.load(session, data, rows, by())
    emit(as_json, _described(loaded), _loaded(loaded))


def _loaded(found: "Assessment") -> str:
    return f"{found.code} loaded as a draft: {found.definition.digest}, {len(found.targets)} targets"


def _described(found: "Assessment") -> dict[str, Any]:
    definition = found.definition
    return {
        "code": found.code,
        "title": definition.title,
        "office": definition.office,
        "year": definition.year,
        "stage": found.stage,
        "version": found.version,
        "definition": definition.digest,
        "digest": found.digest,
        "targets": len(found.targets),
        "units": [{"key": u.key, "label": u.label, "class": u.class_key} for u in definition.units],
        **{
            kind: [{"key": one.key, "label": one.label} for one in rows]
            for kind, rows in (
                ("classes", definition.classes),
                ("indicators", definition.indicators),
                ("components", definition.components),
                ("bands", definition.composite.bands),
            )
        },
    }


@assessment.command("list")
@json_option
def list_all(as_json: bool) -> None:
    """List the assessments and where each stands."""
    from survey.instance import ready_app
    from survey.services.assessment import assessments
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        found = assessments.list_assessments(session)
    names = ("code", "title", "office", "year", "stage", "version")
    lines = (f"{item.code}  {item.stage}  {item.title}" for item in found)
    emit(as_json, [{name: getattr(item, name) for name in names} for item in found], *lines)


@assessment.command()
@assessment_argument
@json_option
def show(assessment_code: str, as_json: bool) -> None:
    """Show where an assessment stands, what is on record, and what comes next."""
    from survey.instance import ready_app
    from survey.services.assessment.overview import overview
    from survey.services.assessment.views.gaps import waiting_line
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        told = overview(session, assessment_code)
        handed_in = waiting_line(session, told.assessment)
    value = _described(told.assessment) | told.as_json()
    value["missing"] += [handed_in] if handed_in else []
    emit(as_json, value, *_lines(value))


def _lines(value: Mapping[str, Any]) -> Iterator[str]:
    plain = ("code", "title", "office", "year", "stage", "version", "definition", "digest", "targets")
    yield from (f"{name}: {value[name]}" for name in plain)
    for name in ("classes", "units", "indicators", "components", "bands"):
        yield f"{name}: " + ", ".join(f"{one['key']} ({one['label']})" for one in value[name])
    for one in value["versions"][1:]:
        said = one["amendment"]
        yield f"amendment {one['version']}: from {said['since']} on, {said['reason']} ({said['document']})"
    for one in value["closed"]:
        yield f"closed: {one['period']}, bulletin {one['bulletin']}"
    for one in value["records"]:
        signed = f"signed by {' and '.join(one['signed'])}" if one["signed"] else "not signed"
        yield f"score record {one['number']}: {signed}, {one['digest']}"
    if value["decided"]:
        yield "decided: " + ", ".join(f"{unit} {band}" for unit, band in value["decided"].items())
    if value["published"]:
        yield f"published as {value['published']['as']}: {', '.join(value['published']['columns'])}"
    yield from (f"missing: {line}" for line in value["missing"])
    if value["next"]:
        yield f"next: {value['next']}"


@assessment.command()
@assessment_argument
@json_option
def issue(assessment_code: str, as_json: bool) -> None:
    """Freeze definition and targets; from here on only amendments change them."""
    from survey.instance import ready_app
    from survey.services.assessment import assessments
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        issued = assessments.issue(session, assessment_code, by())
    emit(
        as_json,
        _described(issued),
        f"{issued.code} is issued, {len(issued.targets)} targets; {issued.digest}",
    )


@assessment.command()
@assessment_argument
@click.argument("file", type=FilePath)
@targets_option
@click.option("--reason", required=True)
@click.option("--document", required=True, help="The document that decided it.")
@click.option("--approver", default="", help="Who approved it.")
@click.option("--from", "since", default="", help="From which period on; else from the first open one.")
@json_option
def amend(
    assessment_code: str,
    file: Path,
    targets: Path | None,
    reason: str,
    document: str,
    approver: str,
    since: str,
    as_json: bool,
) -> None:
    """Change definition and targets after they were issued; closed periods keep theirs."""
    from survey.instance import ready_app
    from survey.services.assessment import assessments
    from survey.storage.database import transaction

    why = assessments.Amendment(reason, document, approver, since)
    with ready_app(), faults_listed(as_json):
        data, rows = _brought(file, targets)
        with transaction(write=True) as session:
            amended = assessments.amend(session, assessment_code, data, rows, why, by())
            made = assessments.versions_of(session, amended)[-1].amendment
    holds = f" from {made.since} on" if made else ""
    emit(
        as_json,
        _described(amended),
        f"{amended.code} is amended: version {amended.version}{holds}; {amended.digest}",
    )
