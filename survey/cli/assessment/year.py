"""Commands of the year's end: scored, signed, decided, published, and written into files."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.cli.common import FilePath, by, emit, json_option, note, warn, write_file
from survey.cli.proofs import proven

from .files import RESULT_FORMATS, assessment_argument, json_bytes, require_ending, require_used

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from survey.services.assessment.publishing import OpenEdition
    from survey.services.assessment.reporting import PrintablePaper

PAPERS = ("summary", "score-sheets", "proposal", "feedback", "mending", "commitments")
_WITH_DAY = ("feedback", "mending")
"""The papers that say until when something is to be mended."""
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@assessment_argument
@click.option("--reason", default="", help="Why it is scored again; the earlier record stays.")
@json_option
def score(assessment_code: str, reason: str, as_json: bool) -> None:
    """Put the year's result on record, with everything that it rests on."""
    from survey.instance import ready_app
    from survey.services.assessment import closing, score_records
    from survey.services.assessment.views import gaps
    from survey.services.results.drawing import rarely_collecting
    from survey.storage.database import transaction

    with ready_app(), rarely_collecting(), transaction(write=True) as session:
        closed = closing.close_year(session, assessment_code, by())
        record = score_records.score_year(session, assessment_code, by(), reason)
    for one in closed:
        note(f"{one.period} was open and is closed now, bulletin {one.bulletin}")
    for line in gaps.gaps_of_record(record):
        warn(line)
    emit(
        as_json,
        {"assessment": assessment_code, "record": record.number, "digest": record.digest},
        f"{assessment_code} is scored: score record {record.number}, {record.digest}",
    )


@click.command("sign")
@assessment_argument
@click.option("--teller", required=True)
@click.option("--scrutineer", required=True)
@click.option("--passwords-stdin", is_flag=True, help="Read the passwords from standard input, one a line.")
@json_option
def sign_record(
    assessment_code: str, teller: str, scrutineer: str, passwords_stdin: bool, as_json: bool
) -> None:
    """Sign the score record made last: two accounts with their passwords."""
    from survey.instance import ready_app
    from survey.services.assessment import signing
    from survey.storage.database import transaction

    with ready_app():
        with transaction() as session:
            record = signing.require_signable(session, assessment_code)
        if not passwords_stdin:
            note(f"to be signed: score record {record.number} of {assessment_code}, {record.digest}")
        first = proven(teller, f"teller {teller}", passwords_stdin)
        second = proven(scrutineer, f"scrutineer {scrutineer}", passwords_stdin)
        with transaction(write=True) as session:
            value = signing.sign(session, assessment_code, first, second, by(), seen=record.digest)
    emit(
        as_json,
        {"assessment": assessment_code, "record": record.number, "digest": record.digest, "check": value},
        f"score record {record.number} of {assessment_code} is signed; check value {value}",
    )


@click.command()
@assessment_argument
@click.option("--format", "kind", required=True, type=click.Choice(RESULT_FORMATS))
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True)
@click.option("--mend-by", type=_DAY, help="Until when units are to mend what they missed.")
@click.option("--out", "target", required=True, type=FilePath)
def results(assessment_code: str, kind: str, paper: str, mend_by: datetime | None, target: Path) -> None:
    """Write the year's result into a file: as JSON, or one of the office's papers."""
    from survey.documents.assessment.papers.papers import PaperKind, write
    from survey.instance import ready_app
    from survey.services.assessment import reporting
    from survey.services.results.drawing import rarely_collecting
    from survey.storage.database import transaction

    require_ending(target, kind)
    require_used("--paper", used=kind != "json")
    require_used("--mend-by", used=kind != "json" and paper in _WITH_DAY)
    with ready_app(), rarely_collecting(), transaction() as session:
        if kind == "json":
            content = json_bytes(reporting.results_value(session, assessment_code))
        else:
            if paper == PaperKind.COMMITMENTS:
                found = reporting.commitments_paper(session, assessment_code)
            else:
                until = mend_by.date() if mend_by else None
                found = reporting.year_paper(session, assessment_code, until)
                _require_within(until, found.material.definition.year)
                found = _with_what_was_told(session, paper, found)
            content = write(PaperKind(paper), kind, found.material, found.template)
    write_file(target, content)
    click.echo(f"results of {assessment_code}: {target}")


def _with_what_was_told(session: "Session", paper: str, found: "PrintablePaper") -> "PrintablePaper":
    """Put in what the office wrote: letters that were sent, tasks that were set."""
    from survey.services.assessment.telling import letters, mending

    if paper == "feedback":
        return letters.with_letters(session, found)
    told = mending.with_tasks(session, found, None, by().at) if paper == "mending" else found
    return told if told.material.tasks else found


def _require_within(until: date | None, year: int) -> None:
    from survey.domain.errors import MinpingError

    if until and until.year < year:
        raise MinpingError(f"--mend-by {until} lies before {year}, the assessed year")


@click.command()
@assessment_argument
@click.option("--unit", required=True)
@click.option("--band", required=True)
@click.option("--committee", required=True)
@click.option("--on", "day", required=True, type=_DAY, metavar="DAY")
@click.option("--reason", required=True)
@json_option
def decide(
    assessment_code: str, unit: str, band: str, committee: str, day: datetime, reason: str, as_json: bool
) -> None:
    """Put on record which band a committee decided for a unit, beside the sum."""
    from survey.instance import ready_app
    from survey.services.assessment import assessments, deciding
    from survey.services.assessment.views import decision_remarks
    from survey.storage.database import transaction

    with ready_app(), _in_sentences(assessment_code), transaction(write=True) as session:
        before = decision_remarks.decision_before(session, assessment_code, unit)
        decision = deciding.decide(
            session,
            assessment_code,
            unit,
            band,
            committee=committee,
            on=day.date(),
            reason=reason,
            by=by(),
        )
        stage = assessments.current(session, assessment_code).stage
        remarks = decision_remarks.remarks_on(session, assessment_code, decision, before)
    for remark in remarks:
        warn(remark)
    done = "is on record already" if decision == before else "decided"
    emit(
        as_json,
        {
            "assessment": assessment_code,
            "unit": unit,
            "band": band,
            "record": decision.record,
            "stage": stage,
        },
        f"{unit}: {band}, {done} beside score record {decision.record}; {assessment_code} is {stage}",
    )


@click.command()
@assessment_argument
@click.option("--as", "level", required=True, type=click.Choice(["public", "link", "withdrawn"]))
@click.option(
    "--columns",
    multiple=True,
    help="What is shown, by commas: total, rank, band, bonus, deduction, a component's key.",
)
@click.option("--note", default="", help="A sentence for readers above the table.")
@click.option(
    "--yes",
    is_flag=True,
    help="Do not ask where something came since, or readers can work out what is left out.",
)
@json_option
def publish(
    assessment_code: str, level: str, columns: tuple[str, ...], note: str, yes: bool, as_json: bool
) -> None:
    """Publish columns of the signed result, to all or to holders of a link, or withdraw what is published."""
    from survey.config import read_settings
    from survey.domain.definition.campaign import Publication
    from survey.instance import ready_app
    from survey.services.assessment import publishing
    from survey.storage.database import transaction

    require_used("--columns", used=level != "withdrawn")
    settings = read_settings()
    named = [name.strip() for name in ",".join(columns).split(",") if name.strip()]
    chosen = Publication(level)
    withdrawn = chosen is Publication.WITHDRAWN
    with ready_app(settings):
        if not withdrawn:
            _ask_what_is_wrong(assessment_code, named, ask=not yes and _is_at_terminal())
        with transaction(write=True) as session:
            edition = publishing.publish(session, assessment_code, chosen, named, by(), note)
            found = publishing.open_edition(session, assessment_code)
        path = _link(found) if found and chosen is Publication.LINK else f"/a/{assessment_code}"
    shown, follow = _keys(edition.columns), _keys(edition.follow)
    for column in [] if withdrawn else follow:
        warn(f"readers can work out {column} from what is published")
    emit(
        as_json,
        {
            "assessment": assessment_code,
            "as": level,
            "edition": edition.number,
            "columns": shown,
            "follow": follow,
            "address": None if withdrawn else f"{settings.base_url}{path}",
        },
        f"{assessment_code} is {'withdrawn' if withdrawn else f'published: {settings.base_url}{path}'}",
    )


def _link(found: "OpenEdition") -> str:
    from survey.web.context import vault
    from survey.web.public.links import outcome_link

    return outcome_link(found.assessment.code, found.withdrawals, vault().link_key)


def _keys(columns: Sequence[str]) -> list[str]:
    """Return columns as they are named on the command line."""
    from survey.domain.assessment.totals.publication_columns import COMPONENT

    return [column.removeprefix(COMPONENT) for column in columns]


def _ask_what_is_wrong(assessment_code: str, named: Sequence[str], *, ask: bool) -> None:
    """Show what came after the record, and ask before readers are shown what tells a column left out."""
    from survey.services.assessment import publishing
    from survey.storage.database import transaction

    with transaction() as session:
        follow = publishing.what_follows(session, assessment_code, named)
        came = publishing.came_since_signing(session, assessment_code)
    if came:
        warn(f"{came}; next: minping assessment score {assessment_code} --reason TEXT")
    if came and ask:
        click.confirm("publish all the same?", abort=True, err=True)
    if follow and ask:
        said = ", ".join(_keys(follow))
        click.confirm(f"readers can then work out {said}; publish all the same?", abort=True, err=True)


def _is_at_terminal() -> bool:
    return sys.stdin.isatty()


_WRONG = {
    "missing": "is empty",
    "too-early": "lies before the assessed year",
    "too-long": "is too long",
    "control": "holds a sign that cannot be printed",
    "no-band": "is no band of this assessment",
    "not-day": "is no day",
    "future": "lies too far ahead",
}
_OPTIONS = {"decided_on": "--on"}


@contextmanager
def _in_sentences(assessment_code: str) -> Iterator[None]:
    """Name in one line the options of a decision that are wrong, and the bands that there are."""
    from survey.domain.errors import BadDecision, MinpingError

    try:
        yield
    except BadDecision as error:
        said = [f"{_OPTIONS.get(name, f'--{name}')} {_WRONG[why]}" for name, why in error.faults.items()]
        if "no-band" in error.faults.values():
            said.append(f"the bands are {', '.join(_bands(assessment_code))}")
        raise MinpingError(f"nothing was put on record: {'; '.join(said)}") from error


def _bands(assessment_code: str) -> Sequence[str]:
    from survey.services.assessment import assessments
    from survey.storage.database import transaction

    with transaction() as session:
        return list(assessments.current(session, assessment_code).definition.band)


COMMANDS = (score, sign_record, results, decide, publish)
