"""The audit log: readable, filtered, exported, checked."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.documents.export.files import LOG_LINES, LOG_TABLE, NamedFile
from survey.documents.export.log_files import LogLine, csv_lines, json_lines
from survey.domain.accounts.roles import Permission
from survey.domain.assessment.seats import SeatAct, may_act
from survey.domain.errors import BrokenLog
from survey.services.assessment import seating
from survey.services.assessment.assessments import logged_as
from survey.services.audit import audit, audit_log
from survey.services.audit.audit_log import Wanted
from survey.services.campaigns import correcting, drafts
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import may
from survey.web.admin.scope import campaigns_in_scope, in_scope
from survey.web.admin.words.act_names import name
from survey.web.admin.words.audit_log import ZONE, sentence, shown
from survey.web.security import access

FILTERS = ("campaign", "act", "actor", "since", "until")


@blueprint.get("/log")
@access(Permission.READ_LOG)
def log() -> ResponseReturnValue:
    """Show a page of the acts that are asked for."""
    filters = _filters()
    with transaction() as session:
        wanted = _wanted(session, filters)
        found = audit_log.read_page(session, wanted, request.args.get("page", 1, int))
        campaigns = _campaigns(session)
    return render_template(
        "admin/operations/log.html",
        found=found,
        filters=filters,
        campaigns=campaigns,
        name=name,
        sentence=sentence,
        shown=shown,
        check_value=audit.check_value,
        here=url_for("admin.log", **filters),
        sees_all=may(Permission.REACH_EVERY_UNIT),
    )


@blueprint.get("/log.csv")
@access(Permission.READ_LOG)
def log_csv() -> ResponseReturnValue:
    """Hand the acts that are asked for out as a table."""
    return _file(LOG_TABLE, csv_lines)


@blueprint.get("/log.jsonl")
@access(Permission.READ_LOG)
def log_jsonl() -> ResponseReturnValue:
    """Hand the acts that are asked for out as lines of JSON."""
    return _file(LOG_LINES, json_lines)


@blueprint.get("/log/check")
@access(Permission.READ_LOG)
def check_log() -> ResponseReturnValue:
    """Check the chain of the whole log; the answer to htmx is the sentence alone."""
    number, value, broken = 0, "", False
    try:
        with transaction() as session:
            number, value = audit.verify(session)
            correcting.verify(session)
    except BrokenLog:
        broken = True
    part = "HX-Request" in request.headers
    template = "admin/operations/_log_check.html" if part else "admin/operations/log_check.html"
    return render_template(template, number=number, value=value, broken=broken)


def _file(file: NamedFile, write: Callable[[Iterable[LogLine]], Iterable[bytes]]) -> ResponseReturnValue:
    with transaction() as session:
        acts = list(audit_log.read_all(session, _wanted(session, _filters())))
    return named_attachment(b"".join(write(_lines(acts))), file)


def _filters() -> dict[str, Any]:
    return {key: value for key in FILTERS if (value := request.args.get(key, "").strip())}


def _wanted(session: Session, filters: dict[str, Any]) -> Wanted:
    return Wanted(
        among=_reach(session),
        campaign=filters.get("campaign"),
        act=filters.get("act"),
        actor=filters.get("actor"),
        since=_day(filters.get("since", "")),
        before=_day(filters.get("until", ""), later=1),
    )


def _reach(session: Session) -> frozenset[str] | None:
    """Return whose acts may be seen: campaigns of one's own unit, assessments of which one is the office.

    ``None`` for an owner, who sees everything.
    """
    if may(Permission.REACH_EVERY_UNIT):
        return None
    codes = {campaign.code for campaign in campaigns_in_scope(session)}
    codes |= {draft.code for draft in drafts.list_unfinished(session) if in_scope(draft.unit)}
    assessments = {
        logged_as(one.listed.code)
        for one in seating.open_assessments(session, current_user.account)
        if may_act(one.seats, SeatAct.READ_ACTS)
    }
    return audit_log.with_trials(session, codes) | assessments


def _campaigns(session: Session) -> dict[str, str]:
    return {campaign.code: campaign.definition.title for campaign in campaigns_in_scope(session)}


def _day(text: str, later: int = 0) -> datetime | None:
    """Return the beginning of a day, or of one some days later; ``None`` beyond what UTC can write."""
    try:
        begun = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZONE)
        return (begun + timedelta(days=later)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _lines(acts: list[audit_log.ParsedEntry]) -> Iterator[LogLine]:
    for entry, facts in acts:
        yield LogLine(
            entry.number,
            entry.at,
            shown(entry.at),
            entry.actor,
            entry.campaign,
            entry.act,
            name(entry.act),
            sentence(entry.act, facts),
            entry.detail,
            entry.previous,
            entry.hash,
        )
