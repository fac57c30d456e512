"""Commands of the year's end: scored, signed, decided, published, and written into files."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.cli.common import FilePath, by, emit, json_option, note, warn, write_file
from survey.cli.proofs import proven

from .files import RESULT_FORMATS, assessment_argument, json_bytes

if TYPE_CHECKING:
    from survey.services.assessment.publishing import OpenEdition

PAPERS = ("summary", "score-sheets", "proposal", "feedback", "mending", "commitments")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@assessment_argument
@click.option("--reason", default="", help="Why it is scored again; the earlier record stays.")
@json_option
def score(assessment_code: str, reason: str, as_json: bool) -> None:
    """Put the year's result on record, with everything that it rests on."""
    from survey.instance import ready_app
    from survey.services.assessment import closing, score_records
    from survey.services.results.drawing import rarely_collecting
    from survey.storage.database import transaction

    with ready_app(), rarely_collecting(), transaction(write=True) as session:
        closed = closing.close_year(session, assessment_code, by())
        record = score_records.score_year(session, assessment_code, by(), reason)
    for one in closed:
        note(f"{one.period} was open and is closed now, bulletin {one.bulletin}")
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
            signing.require_signable(session, assessment_code)
        first = proven(teller, f"teller {teller}", passwords_stdin)
        second = proven(scrutineer, f"scrutineer {scrutineer}", passwords_stdin)
        with transaction(write=True) as session:
            value = signing.sign(session, assessment_code, first, second, by())
    emit(
        as_json,
        {"assessment": assessment_code, "check": value},
        f"the score record of {assessment_code} is signed; check value {value}",
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

    with ready_app(), rarely_collecting(), transaction() as session:
        if kind == "json":
            content = json_bytes(reporting.results_value(session, assessment_code))
        else:
            if paper == PaperKind.COMMITMENTS:
                found = reporting.commitments_paper(session, assessment_code)
            else:
                until = mend_by.date() if mend_by else None
                found = reporting.year_paper(session, assessment_code, until)
            content = write(PaperKind(paper), kind, found.material, found.template)
    write_file(target, content)
    click.echo(f"results of {assessment_code}: {target}")


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
    from survey.storage.database import transaction

    with ready_app(), _in_sentences(), transaction(write=True) as session:
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
    emit(
        as_json,
        {
            "assessment": assessment_code,
            "unit": unit,
            "band": band,
            "record": decision.record,
            "stage": stage,
        },
        f"{unit}: {band}, decided beside score record {decision.record}; {assessment_code} is {stage}",
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
@click.option("--yes", is_flag=True, help="Do not ask where readers can work out what is left out.")
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

    settings = read_settings()
    named = [name.strip() for name in ",".join(columns).split(",") if name.strip()]
    chosen = Publication(level)
    withdrawn = chosen is Publication.WITHDRAWN
    with ready_app(settings):
        if not (yes or withdrawn):
            _ask_what_follows(assessment_code, named)
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


def _ask_what_follows(assessment_code: str, named: Sequence[str]) -> None:
    """Ask who sits at a terminal before readers are shown what tells a column that is left out."""
    from survey.services.assessment import publishing
    from survey.storage.database import transaction

    with transaction() as session:
        follow = publishing.what_follows(session, assessment_code, named)
    if follow and _is_at_terminal():
        said = ", ".join(_keys(follow))
        click.confirm(f"readers can then work out {said}; publish all the same?", abort=True, err=True)


def _is_at_terminal() -> bool:
    return sys.stdin.isatty()


_WRONG = {
    "missing": "is empty",
    "too-long": "is too long",
    "control": "holds a sign that cannot be printed",
    "no-band": "is no band of this assessment",
    "not-day": "is no day",
    "future": "lies too far ahead",
}
_OPTIONS = {"decided_on": "--on"}


@contextmanager
def _in_sentences() -> Iterator[None]:
    """Name in one line the options of a decision that are wrong."""
    from survey.domain.errors import BadDecision, MinpingError

    try:
        yield
    except BadDecision as error:
        said = (f"{_OPTIONS.get(name, f'--{name}')} {_WRONG[why]}" for name, why in error.faults.items())
        raise MinpingError(f"nothing was put on record: {'; '.join(said)}") from error


COMMANDS = (score, sign_record, results, decide, publish)
