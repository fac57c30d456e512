"""Publishing results: to whom, which tables; seen beforehand exactly as readers will see it."""

import io

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from survey.documents.export.files import LINK_SLIPS, LINKS
from survey.documents.export.link_list import Linked, write_link_list
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.form import Ratee
from survey.domain.errors import WrongState
from survey.domain.publication.edition import Edition
from survey.domain.results.subjects import name_label
from survey.services.results import editions, publishing
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.times import moment
from survey.web.context import now, settings, vault
from survey.web.public import links, pages
from survey.web.public.pages import PageAddress
from survey.web.security import FRAMING_POLICY, SPECIMEN_POLICY, access

from .published import address_of
from .publishing_form import PublishForm


@blueprint.get("/c/<campaign_code>/publish")
@access(Permission.PUBLISH)
def publishing_page(campaign_code: str) -> ResponseReturnValue:
    """Show what is published, and choose what will be; back from the preview, with what was chosen there."""
    with transaction() as session:
        return _page(session, campaign_code)


@blueprint.get("/c/<campaign_code>/publish/preview")
@access(Permission.PUBLISH)
def publishing_preview(campaign_code: str) -> ResponseReturnValue:
    """Show what was chosen as readers will see it, before it is published."""
    with transaction() as session:
        campaign = _publishable(session, campaign_code)
        form = _form(session, campaign, request.args)
        if not form.validate():
            return _page(session, campaign_code, form)
        edition = publishing.edition_of(session, campaign, form.chosen(), now())
        may_tell = publishing.may_tell(session, campaign, edition)
    answer = make_response(
        render_template(
            "admin/results/publish_preview.html",
            campaign=campaign,
            path=path_of(campaign_code),
            form=form,
            given=_given(request.args),
            asked=request.query_string.decode("ascii", "ignore"),
            of=_ratee(campaign),
            may_tell=may_tell,
            until=moment(edition.personal.until, campaign.definition.time_zone) if edition.personal else "",
        )
    )
    answer.headers["Content-Security-Policy"] = FRAMING_POLICY
    return answer


@blueprint.get("/c/<campaign_code>/publish/specimen/<which>")
@access(Permission.PUBLISH)
def publishing_specimen(campaign_code: str, which: str) -> ResponseReturnValue:
    """Show the page that stands in the frame of the preview."""
    with transaction() as session:
        campaign = _publishable(session, campaign_code)
        form = _form(session, campaign, request.args)
        if not form.validate():
            abort(404)
        edition = publishing.edition_of(session, campaign, form.chosen(), now())
        text = _specimen(session, campaign, edition, which)
    answer = make_response(text)
    answer.headers["Content-Security-Policy"] = SPECIMEN_POLICY
    return answer


@blueprint.post("/c/<campaign_code>/publish")
@access(Permission.PUBLISH)
def publish(campaign_code: str) -> ResponseReturnValue:
    """Publish what was chosen."""
    with transaction(write=True) as session:
        campaign = _publishable(session, campaign_code)
        form = _form(session, campaign, request.form)
        if not form.validate():
            return _page(session, campaign_code, form)
        publishing.publish_edition(session, campaign_code, form.chosen(), by())
    flash(_("结果已公布。"), "good")
    return redirect(url_for("admin.publishing_page", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/publish/withdraw")
@access(Permission.PUBLISH)
def withdraw_results(campaign_code: str) -> ResponseReturnValue:
    """Withdraw what was published."""
    with transaction(write=True) as session:
        _publishable(session, campaign_code)
        publishing.withdraw(session, campaign_code, by())
    flash(_("结果已撤回，现在没有人能打开。"), "good")
    return redirect(url_for("admin.publishing_page", campaign_code=campaign_code), 303)


@blueprint.get("/c/<campaign_code>/publish/links")
@access(Permission.PUBLISH)
def person_links(campaign_code: str) -> ResponseReturnValue:
    """List the link of every person."""
    campaign, edition, found = _links(campaign_code)
    return render_template(
        "admin/results/publish_links.html",
        campaign=campaign,
        path=path_of(campaign_code),
        links=found,
        name_label=_name_label(campaign),
        until=_until(campaign, edition),
    )


@blueprint.get("/c/<campaign_code>/publish/links.csv")
@access(Permission.PUBLISH)
def person_links_file(campaign_code: str) -> ResponseReturnValue:
    """Hand the links of all persons out as a table."""
    campaign, edition, found = _links(campaign_code)
    return named_attachment(
        write_link_list(found, _until(campaign, edition), _name_label(campaign)),
        LINKS,
        title=campaign.definition.title,
        campaign_code=campaign_code,
    )


@blueprint.get("/c/<campaign_code>/publish/links.pdf")
@access(Permission.PUBLISH)
def person_link_slips(campaign_code: str) -> ResponseReturnValue:
    """Hand the links of all persons out as slips with QR codes, to be printed and cut."""
    from survey.documents.pdf.link_slips import link_slips_pdf

    campaign, edition, found = _links(campaign_code)
    title, out = campaign.definition.title, io.BytesIO()
    link_slips_pdf(found, title=title, until=_until(campaign, edition), out=out)
    return named_attachment(out.getvalue(), LINK_SLIPS, title=title, campaign_code=campaign_code)


def _publishable(session: Session, campaign_code: str) -> Campaign:
    campaign = campaign_in_scope(session, campaign_code)
    publishing.require_publishable(campaign)
    return campaign


def _form(session: Session, campaign: Campaign, given: MultiDict[str, str] | None = None) -> PublishForm:
    known = publishing.editions(session, campaign)
    decided = publishing.last_decision(session, campaign) > 0
    return PublishForm(campaign.definition, known, now(), given, decided=decided)


def _page(session: Session, campaign_code: str, form: PublishForm | None = None) -> ResponseReturnValue:
    """Show the page; again, with what was typed, after a fault."""
    campaign = campaign_in_scope(session, campaign_code)
    try:
        publishing.require_publishable(campaign)
    except WrongState:
        return render_template(
            "admin/results/publish_early.html", campaign=campaign, path=path_of(campaign_code)
        ), 409
    known = publishing.editions(session, campaign)
    zone = campaign.definition.time_zone
    page = render_template(
        "admin/results/publish.html",
        campaign=campaign,
        path=path_of(campaign_code),
        form=form or _form(session, campaign, request.args or None),
        edition=publishing.in_force(campaign, known),
        known=[
            (one, *(when and moment(when, zone) for when in (one.published_at, one.withdrawn_at)))
            for one in known[::-1]
        ],
        address=address_of(campaign, known),
        now=now(),
    )
    return page, 422 if form else 200


def _given(args: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in args.items(multi=True) if name != "of"]


def _ratee(campaign: Campaign) -> Ratee:
    """Return whose page the preview shows, the first one where none is asked for."""
    asked = request.args.get("of", campaign.definition.ratees[0].key)
    return campaign.definition.ratee.get(asked) or abort(404)


def _specimen(session: Session, campaign: Campaign, edition: Edition, which: str) -> str:
    known = publishing.editions(session, campaign)
    place = PageAddress("public.page", "public.data", {"campaign_code": campaign.code})
    if which == "page" and edition.choice:
        texts = editions.released_texts(session, campaign, edition.choice)
        given = editions.page(session, campaign, edition, edition.choice, texts)
        return pages.results_page(campaign, edition, known[::-1], given, place, choice=edition.choice)
    if which != "person" or edition.personal is None:
        abort(404)
    own = editions.person_page(session, campaign, edition, edition.personal, _ratee(campaign))
    return pages.person_page(campaign, edition, own, place, personal=edition.personal)


def _links(campaign_code: str) -> tuple[Campaign, Edition, list[Linked]]:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        edition = publishing.current_edition(session, campaign)
    if edition is None or edition.personal is None:
        abort(404)
    key, base = vault().link_key, settings().base_url
    return (
        campaign,
        edition,
        [
            Linked(
                one.name, one.post, one.unit, base + links.person_link(campaign_code, one.key, edition, key)
            )
            for one in campaign.definition.ratees
        ],
    )


def _name_label(campaign: Campaign) -> str:
    return name_label(campaign.definition, *campaign.definition.sections)


def _until(campaign: Campaign, edition: Edition) -> str:
    return moment(edition.personal.until, campaign.definition.time_zone) if edition.personal else ""
