"""The bands of a whole section on one page: a table to choose in, recorded at once or not at all."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.decisions.decisions import bands_of
from survey.domain.decisions.entries import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, TEXTS, BandQuota, EntryKind
from survey.domain.decisions.proposal import propose
from survey.domain.decisions.section_bands import SHARED, band_field, reason_field
from survey.domain.definition.campaign import Campaign, Definition
from survey.domain.definition.form import Section
from survey.domain.errors import BadDecision
from survey.services.results import decisions, publishing
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.decisions import FAULTS, HINTS, LABELS, PLACES
from survey.web.security import access


@blueprint.route("/c/<campaign_code>/section-decisions/<section>", methods=["GET", "POST"])
@access(Permission.DECIDE)
def decide_section(campaign_code: str, section: str) -> ResponseReturnValue:
    """Choose the bands of all ratees of a section, and put them on record."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        about = campaign.definition.section.get(section) or abort(404)
        decisions.require_recordable(campaign)
        shown = _table(session, campaign, about)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            with transaction(write=True) as session:
                recorded = decisions.record_bands(session, campaign_code, section, request.form, by())
        except BadDecision as error:
            faults = error.faults
        else:
            said = ngettext("已记录 %(num)d 人的等次。", "已记录 %(num)d 人的等次。", len(recorded))
            flash(said, "good")
            return redirect(url_for("admin.decisions_page", campaign_code=campaign_code), 303)
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
        typed=request.form,
        faults=_said(campaign.definition, faults),
        band_field=band_field,
        reason_field=reason_field,
        places=PLACES,
        **shown,
    )
    return page, 422 if faults else 200


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
        "rows": sorted(ratees, key=lambda ratee: -(scores[ratee.key].weighted or -1)),
        "scores": scores,
        "outcomes": {ratee.key: standing.outcome(ratee) for ratee in ratees},
        "proposals": proposals,
        "placed": [{row.ratee: row for row in proposal.rows} for proposal in proposals],
        "bands": bands_of(definition, section),
        "labels_of_bands": {band.key: band.label for band in definition.results.bands},
    }


def _said(definition: Definition, faults: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Map each field at fault to what it is called and what is wrong."""
    found = {}
    for name, why in faults.items():
        kind, _, key = name.partition(".")
        called = definition.ratee[key].name if key else str(LABELS[kind])
        most = MAX_TEXT_LENGTH if kind in TEXTS else MAX_NAME_LENGTH
        found[name] = called, str(FAULTS[why]) % {"most": most}
    return found
