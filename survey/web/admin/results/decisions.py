"""What a committee decided beside a count: one page for all of it, one for each entry to be written."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.decisions.decisions import Decisions, bands_of, cap_notes, subject_of
from survey.domain.decisions.entries import (
    MAX_NAME_LENGTH,
    MAX_TEXT_LENGTH,
    OF_SECTIONS,
    TEXTS,
    BandQuota,
    EntryKind,
    fields_of,
)
from survey.domain.decisions.proposal import Proposal, ProposedPlace, best_first, propose
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.form import Section
from survey.domain.errors import BadDecision
from survey.domain.operations.paging import list_page
from survey.domain.results.result_view import Screen
from survey.domain.results.subjects import score_bands
from survey.services.results import decisions, publishing
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.current_actor import by, may
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.decisions import (
    FAULTS,
    HINTS,
    KINDS,
    LABELS,
    LISTED_LABELS,
    LISTED_TITLES,
    PLACES,
    TITLES,
    ranked_by,
)
from survey.web.admin.words.times import moment
from survey.web.security import access

from .counted_page import counted_page
from .long_tables import Looked

ENTRIES = 200
"""Entries of a page, the latest first."""


@blueprint.get("/c/<campaign_code>/decisions")
@access(Permission.READ_CAMPAIGNS)
def decisions_page(campaign_code: str) -> ResponseReturnValue:
    """Show what was decided on every section, beside its ranking, and all entries in order."""
    return counted_page(campaign_code, "admin/results/decisions.html", _page)


@blueprint.route("/c/<campaign_code>/decisions/<kind>/<subject>", methods=["GET", "POST"])
@access(Permission.DECIDE)
def decide(campaign_code: str, kind: str, subject: str) -> ResponseReturnValue:
    """Write one entry on a section or a ratee, and put it on record."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        chosen = EntryKind(kind) if kind in list(EntryKind) else abort(404)
        about = subject_of(campaign.definition, chosen, subject)
        shown = _form(session, campaign, chosen, about)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            with transaction(write=True) as session:
                entry = decisions.record(session, campaign_code, chosen, subject, request.form, by())
        except BadDecision as error:
            faults = error.faults
        else:
            flash(_("已记录，第 %(number)s 项。", number=entry.number), "good")
            return redirect(url_for("admin.decisions_page", campaign_code=campaign_code), 303)
    return _entry_page(shown, chosen, request.form, faults)


@blueprint.route("/c/<campaign_code>/decisions/take-back/<int:place>", methods=["GET", "POST"])
@access(Permission.DECIDE)
def take_back_decision(campaign_code: str, place: int) -> ResponseReturnValue:
    """Write why an earlier entry no longer stands, and put that on record."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        found = decisions.decisions_of(session, campaign)
        entry = decisions.standing_entry(found, place)
        about = subject_of(campaign.definition, entry.kind, entry.subject)
        shown = _form(session, campaign, EntryKind.TAKEN_BACK, about) | {"earlier": entry}
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            with transaction(write=True) as session:
                decisions.take_back(session, campaign_code, place, request.form.get("reason", ""), by())
        except BadDecision as error:
            faults = error.faults
        else:
            flash(_("第 %(number)s 项已撤回，原来的记录仍然保留。", number=place), "good")
            return redirect(url_for("admin.decisions_page", campaign_code=campaign_code), 303)
    return _entry_page(shown, EntryKind.TAKEN_BACK, request.form, faults)


def _entry_page(
    shown: dict[str, Any], kind: EntryKind, typed: Any, faults: dict[str, str]
) -> ResponseReturnValue:
    said = {name: str(FAULTS[why]) % {"most": _most(name), **shown["limits"]} for name, why in faults.items()}
    listed = "section" in shown and shown["section"].is_ticked
    page = render_template(
        "admin/results/decision.html",
        kind=kind,
        title=(LISTED_TITLES if listed else TITLES)[kind],
        fields=[name for name in fields_of(kind) if name != "entry"],
        labels=LISTED_LABELS if listed else LABELS,
        hints={name: str(text) % {} for name, text in HINTS.items()},
        long=TEXTS,
        most=_most,
        typed=typed,
        faults=said,
        **shown,
    )
    return page, 422 if faults else 200


def _most(name: str) -> int:
    return MAX_TEXT_LENGTH if name in TEXTS else MAX_NAME_LENGTH


def _form(session: Session, campaign: Campaign, kind: EntryKind, about: Any) -> dict[str, Any]:
    """Return what stands on the page of an entry; refused as the entry itself would be."""
    decisions.require_recordable(campaign)
    definition = campaign.definition
    section = about if isinstance(about, Section) else definition.section[about.section]
    found = decisions.decisions_of(session, campaign)
    caps = found.caps(section.key)
    _campaign, results, _digest = publishing.results(session, campaign.code)
    standing = next((one for one in results.ratees if one.ratee == about.key), None)
    if kind in OF_SECTIONS:
        standing = None
    return {
        "campaign": campaign,
        "path": path_of(campaign.code),
        "about": about,
        "name": about.title if isinstance(about, Section) else about.name,
        "section": section,
        "bands": bands_of(definition, section),
        "standing": standing,
        "ranked_by": ranked_by(definition, section),
        "labels_of_bands": {band.key: band.label for band in score_bands(definition, section)},
        "outcome": None if kind in OF_SECTIONS or isinstance(about, Section) else found.outcome(about),
        "caps": caps,
        "caps_path": url_for(
            "admin.decide", campaign_code=campaign.code, kind=EntryKind.CAPS, subject=section.key
        ),
        "limits": {"each": caps.each if caps else ""},
    }


def _page(session: Session, campaign: Campaign, screen: Screen) -> dict[str, Any]:
    found = decisions.decisions_of(session, campaign)
    sections = [s for s in campaign.definition.sections if campaign.definition.ratees_of(s)]
    looked = Looked.read(campaign.definition)
    parts = [_section(found, screen, section) for section in sections]
    rows = [looked.found(part["rows"]) for part in parts]
    page = looked.page([len(one) for one in rows])
    entries = list_page(len(found.entries), request.args.get("entries", 1, type=int), ENTRIES)
    return {
        "looked": looked,
        "page": page,
        "sections": [
            part | {"rows": [one[place] for place in places]}
            for part, one, places in zip(parts, rows, page.parts, strict=True)
            if places or not looked.is_long
        ],
        "entries": [found.entries[-1 - place] for place in entries.places],
        "entries_page": entries,
        "may_decide": may(Permission.DECIDE) and decisions.may_be_recorded(campaign),
        "signed": decisions.may_be_recorded(campaign),
        "kinds": KINDS,
        "fields_of": fields_of,
        "labels": LABELS,
        "places": PLACES,
        "names": _names(campaign),
        "moment": lambda at: moment(at, campaign.definition.time_zone),
    }


def _section(standing: Decisions, screen: Screen, section: Section) -> dict[str, Any]:
    proposals = [
        (entry, _proposal(screen, section, entry.content))
        for entry in standing.holding(EntryKind.QUOTA, section.key)
        if isinstance(entry.content, BandQuota)
    ]
    ranking = screen.ranking(section)
    return {
        "section": section,
        "rows": sorted(ranking.rows, key=lambda row: best_first(row.ranked_by)),
        "ranked_by": ranked_by(screen.definition, section),
        "place_label": ranking.place_label,
        "has_bands": ranking.has_bands,
        "proposals": proposals,
        "placed": [{row.ratee: row for row in proposal.rows} for _entry, proposal in proposals],
        "decided": {
            proposal.band: standing.number_decided(section, proposal.band) for _entry, proposal in proposals
        },
        "caps": cap_notes(standing, section),
        "tied": ProposedPlace.TIED,
    }


def _proposal(screen: Screen, section: Section, quota: BandQuota) -> Proposal:
    return propose(screen.definition, section, quota.band, quota.limit, screen.results.ratees)


def _names(campaign: Campaign) -> dict[tuple[bool, str], str]:
    """Map sections (true) and ratees (false) to what they are called."""
    definition = campaign.definition
    return {(True, section.key): section.title for section in definition.sections} | {
        (False, ratee.key): ratee.name for ratee in definition.ratees
    }
