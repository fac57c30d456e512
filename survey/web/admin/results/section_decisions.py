"""The bands of a whole section on one page: a table to choose in, recorded at once or not at all."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from survey.documents.export.band_table import SCORE, BandLine, read_band_table, write_band_table
from survey.documents.export.files import BANDS
from survey.documents.roster.cells import MAX_FILE, UnreadableRoster
from survey.domain.accounts.roles import Permission
from survey.domain.decisions.decisions import bands_of
from survey.domain.decisions.entries import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, TEXTS, BandQuota, EntryKind
from survey.domain.decisions.proposal import best_first, propose
from survey.domain.decisions.section_bands import SHARED, band_field, reason_field
from survey.domain.definition.campaign import Campaign, Definition
from survey.domain.definition.form import Section
from survey.domain.errors import BadDecision
from survey.domain.results.official_words import share_name
from survey.domain.results.subjects import name_label, score_bands
from survey.services.results import decisions, publishing
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words import roster as roster_words
from survey.web.admin.words.decisions import FAULTS, HINTS, LABELS, LIST_FAULTS, PLACES, ranked_by
from survey.web.security import access
from survey.web.server.bodies import largest_body

FORM_AROUND = 256 * 1024
"""What the form brings beside a file: a reason of 500 characters for each of 150 persons."""

Found = tuple[Campaign, Section, dict[str, Any]]
"""A campaign, one of its sections, and what the page shows of its ratees."""


@blueprint.get("/c/<campaign_code>/section-decisions/<section>")
@access(Permission.DECIDE)
def section_decisions(campaign_code: str, section: str) -> ResponseReturnValue:
    """Show the ratees of a section as they are ranked, to choose their bands."""
    return _page(_found(campaign_code, section))


@blueprint.post("/c/<campaign_code>/section-decisions/<section>")
@largest_body(MAX_FILE + FORM_AROUND)
@access(Permission.DECIDE)
def decide_section(campaign_code: str, section: str) -> ResponseReturnValue:
    """Put the bands chosen on record, or fill the form in from a table that was sent."""
    if request.form.get("act") == "read":
        return _filled_in(campaign_code, section)
    try:
        with transaction(write=True) as session:
            campaign_in_scope(session, campaign_code)
            recorded = decisions.record_bands(session, campaign_code, section, request.form, by())
    except BadDecision as error:
        return _page(_found(campaign_code, section), 422, faults=error.faults)
    flash(ngettext("已记录 %(num)d 人的等次。", "已记录 %(num)d 人的等次。", len(recorded)), "good")
    return redirect(url_for("admin.decisions_page", campaign_code=campaign_code), 303)


@blueprint.get("/c/<campaign_code>/section-decisions/<section>.xlsx")
@access(Permission.DECIDE)
def band_table(campaign_code: str, section: str) -> ResponseReturnValue:
    """Hand the table out as a workbook, to be filled in at the committee's meeting."""
    campaign, about, shown = _found(campaign_code, section)
    lines = [
        BandLine(
            ratee.key,
            ratee.name,
            ratee.place,
            shown["scores"][ratee.key].ranked_by,
            shown["labels_of_bands"].get(shown["scores"][ratee.key].band, ""),
            tuple(str(PLACES[placed[ratee.key].place]) for placed in shown["placed"]),
            shown["outcomes"][ratee.key].band,
        )
        for ratee in shown["rows"]
    ]
    quotas = [proposal.band for proposal in shown["proposals"]]
    title = campaign.definition.title
    headed = (shown["name_label"], f"{shown['share']}(%)" if about.is_ticked else SCORE)
    content = write_band_table(lines, quotas, shown["bands"], *headed)
    return named_attachment(content, BANDS, title=title, about=about.title, campaign_code=campaign_code)


def _filled_in(campaign_code: str, section: str) -> ResponseReturnValue:
    """Show the form with the bands of a table in it; nothing is recorded yet."""
    found = _found(campaign_code, section)
    _campaign, _about, shown = found
    names = {ratee.key: ratee.name for ratee in shown["rows"]}
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(found, 422, refused=[str(_("请选择文件"))])
    try:
        read = read_band_table(sent.read(), sent.filename, names, shown["bands"])
    except UnreadableRoster as unreadable:
        return _page(found, 422, refused=[roster_words.sentence(unreadable.fault)])
    if read.faults:
        said = [str(LIST_FAULTS[why]) % {"row": row, "value": value} for why, row, value in read.faults]
        return _page(found, 422, refused=said)
    typed = {name: request.form.get(name, "") for name in SHARED}
    for key, one in read.chosen.items():
        typed |= {band_field(key): one.band, reason_field(key): one.reason}
    return _page(found, typed=typed, filled=len(read.chosen))


def _found(campaign_code: str, section: str) -> Found:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        about = campaign.definition.section.get(section) or abort(404)
        decisions.require_recordable(campaign)
        return campaign, about, _table(session, campaign, about)


def _page(
    found: Found,
    status: int = 200,
    *,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    **more: Any,
) -> ResponseReturnValue:
    campaign, about, shown = found
    page = render_template(
        "admin/results/section_decisions.html",
        campaign=campaign,
        path=path_of(campaign.code),
        section=about,
        shared=SHARED,
        long=TEXTS,
        most=lambda name: MAX_TEXT_LENGTH if name in TEXTS else MAX_NAME_LENGTH,
        labels=LABELS,
        hints=HINTS,
        typed=request.form if typed is None else typed,
        faults=_said(campaign.definition, faults or {}),
        band_field=band_field,
        reason_field=reason_field,
        places=PLACES,
        **shown,
        **more,
    )
    return page, status


def _table(session: Session, campaign: Campaign, section: Section) -> dict[str, Any]:
    """Return the rows as they are ranked, with what stands for each and what the quotas propose."""
    standing = decisions.decisions_of(session, campaign)
    _campaign, results, _digest = publishing.results(session, campaign.code)
    definition = campaign.definition
    scores = {one.ratee: one for one in results.ratees}
    quotas = [
        entry.content
        for entry in standing.holding(EntryKind.QUOTA, section.key)
        if isinstance(entry.content, BandQuota)
    ]
    proposals = [propose(definition, section, one.band, one.limit, results.ratees) for one in quotas]
    ratees = definition.ratees_of(section)
    return {
        "rows": sorted(ratees, key=lambda ratee: best_first(scores[ratee.key].ranked_by)),
        "ranked_by": ranked_by(definition, section),
        "share": share_name(results, section),
        "scores": scores,
        "outcomes": {ratee.key: standing.outcome(ratee) for ratee in ratees},
        "proposals": proposals,
        "placed": [{row.ratee: row for row in proposal.rows} for proposal in proposals],
        "bands": bands_of(definition, section),
        "name_label": name_label(definition, section),
        "labels_of_bands": {band.key: band.label for band in score_bands(definition, section)},
    }


def _said(definition: Definition, faults: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Map each field at fault to what it is called and what is wrong."""
    found = {}
    for name, why in faults.items():
        kind, _, key = name.partition(".")
        called = definition.ratee[key].name if key else str(LABELS[kind])
        most = MAX_TEXT_LENGTH if kind in TEXTS else MAX_NAME_LENGTH
        found[name] = called, str(FAULTS[why]) % {"most": most}
    return found
