"""Published outcomes of assessments: the columns that were chosen and nothing else, as a page and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, json, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.totals.publication_columns import COLUMN_WORDS, TOTAL, column_label
from survey.domain.definition.campaign import Publication
from survey.domain.errors import UnknownAssessment
from survey.services.assessment import publishing
from survey.services.assessment.publishing import OpenEdition, PublishedPage
from survey.storage.database import transaction
from survey.web.addresses import public_address
from survey.web.context import settings, vault
from survey.web.languages import language
from survey.web.security import PUBLIC, access

from . import kept, links
from .blueprint import blueprint

_HTML, _JSON = "text/html; charset=utf-8", "application/json"


@dataclass(frozen=True)
class _Given:
    """What this request may read, and the query that its links carry on."""

    found: OpenEdition
    asked: dict[str, str]

    @property
    def key(self) -> tuple[object, ...]:
        """Return what an answer is made of, but for its language and format.

        Dates stand in it since a backup that is put back can give a number a second time.
        """
        editions = (self.found.edition, *self.found.before)
        dates = tuple((one.published_at, one.withdrawn_at) for one in editions)
        return "outcome", self.found.assessment.code, self.found.edition.number, dates


@blueprint.get("/a/<assessment_code>")
@access(PUBLIC)
def outcome_page(assessment_code: str) -> ResponseReturnValue:
    """Show what is published of an assessment."""
    with transaction() as session:
        given = _open(session, assessment_code)

        def make() -> tuple[bytes, str]:
            page = publishing.published_page(session, given.found)
            return outcome_html(given.found, page, given.asked).encode(), _HTML

        return kept.respond(kept.kept().get((*given.key, language(), "html"), make))


@blueprint.get("/a/<assessment_code>.json")
@access(PUBLIC)
def outcome_data(assessment_code: str) -> ResponseReturnValue:
    """Give what is published of an assessment as JSON."""
    with transaction() as session:
        given = _open(session, assessment_code)

        def make() -> tuple[bytes, str]:
            page = publishing.published_page(session, given.found)
            return json.dumps(_data(given.found, page), ensure_ascii=False).encode(), _JSON

        return kept.respond(kept.kept().get((*given.key, "json"), make))


def _open(session: Session, assessment_code: str) -> _Given:
    """Return what this request may read; what is not published is as good as none."""
    try:
        found = publishing.open_edition(session, assessment_code)
    except UnknownAssessment:
        abort(404)
    if found is None:
        abort(404)
    if found.edition.level is not Publication.LINK:
        return _Given(found, {})
    token, key = request.args.get(links.FIELD, ""), vault().link_key
    if not links.opens_outcome(assessment_code, found.withdrawals, token, key):
        abort(404)
    # As it is written here: the same signature can be spelt in several ways.
    asked = links.outcome_link(assessment_code, found.withdrawals, key).partition(f"?{links.FIELD}=")[2]
    return _Given(found, {links.FIELD: asked})


def outcome_html(found: OpenEdition, page: PublishedPage, asked: Mapping[str, str]) -> str:
    """Write the page that readers of an edition are given; ``asked`` is the query that its links carry on."""
    definition, edition = page.definition, found.edition
    zone = ZoneInfo(definition.time_zone)

    def moment(when: Any) -> str:
        return str(format_datetime(when.astimezone(zone), _("y 年 M 月 d 日 HH:mm"), rebase=False))

    about: dict[str, Any] = {"assessment_code": found.assessment.code}
    data: dict[str, Any] = {**about, **asked}
    return render_template(
        "public/outcome.html",
        definition=definition,
        edition=edition,
        record=page.record,
        classes=page.classes,
        columns=named_columns(definition, edition.columns),
        moment=moment,
        before=found.before,
        corrects=found.corrects,
        path=url_for("public.outcome_page", **about),
        data=url_for("public.outcome_data", **data),
        asked=asked,
    )


def named_columns(definition: AssessmentDefinition, columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return columns, each with what it is called in the reader's language."""
    return [
        (one, str(_(COLUMN_WORDS[one])) if one in COLUMN_WORDS else column_label(definition, one))
        for one in columns
    ]


def outcome_address(found: OpenEdition) -> str:
    """Return the whole address under which an edition is read, with its link where it has one."""
    code = found.assessment.code
    if found.edition.level is Publication.LINK:
        return settings().base_url + links.outcome_link(code, found.withdrawals, vault().link_key)
    return public_address("public.outcome_page", assessment_code=code)


def _data(found: OpenEdition, page: PublishedPage) -> dict[str, Any]:
    definition, edition = page.definition, found.edition
    has_total = TOTAL in edition.columns
    return {
        "format": 1,
        "assessment": found.assessment.code,
        "title": definition.title,
        "office": definition.office,
        "year": definition.year,
        "edition": edition.number,
        "published_at": edition.published_at.astimezone(UTC).isoformat(),
        "note": edition.note,
        "corrects": found.corrects.number if found.corrects else None,
        "record": {"number": page.record.number, "digest": page.record.digest},
        "columns": [{"column": one, "label": column_label(definition, one)} for one in edition.columns],
        "classes": [
            {
                "class": one.key,
                "label": one.label,
                "units": [
                    {"unit": unit.key, "label": unit.label, **unit.values}
                    | ({"parts": unit.parts, "of_parts": unit.of_parts} if has_total else {})
                    for unit in one.units
                ],
            }
            for one in page.classes
        ],
    }
