"""What brings people to an open campaign: its link, the link's QR code as a picture, and the poster."""

import io
from dataclasses import dataclass

from flask import abort
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from survey.documents.export.files import LINK_PNG, LINK_SVG, POSTER
from survey.documents.layout import qr
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, EntryMode
from survey.domain.errors import WrongState
from survey.storage.database import transaction
from survey.web.addresses import public_address
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope
from survey.web.security import access

PRINT_MODULE = 24
"""Pixels a module: large enough for a printed notice of a hand's breadth."""


@dataclass(frozen=True)
class SurveyLink:
    """The address that everybody may open, and its QR code for a page."""

    address: str
    code: Markup


def survey_link(campaign: Campaign) -> SurveyLink | None:
    """Return what leads to an open campaign; ``None`` where voters need codes."""
    if campaign.definition.entry is not EntryMode.OPEN:
        return None
    address = entry_address(campaign)
    return SurveyLink(address, Markup(qr.svg(address)))  # noqa: S704 – drawn from numbers only


def entry_address(campaign: Campaign) -> str:
    """Return where voters begin: at the campaign's own link, or where they type their codes."""
    if campaign.definition.entry is EntryMode.OPEN:
        return public_address("voter.offer", campaign=campaign.code)
    return public_address("voter.entry")


@blueprint.get("/c/<campaign_code>/codes/poster")
@access(Permission.READ_CAMPAIGNS)
def poster(campaign_code: str) -> ResponseReturnValue:
    """Print the poster of an open campaign."""
    from survey.documents.layout.glyphs import filled
    from survey.documents.pdf.poster import poster_pdf, taking_part

    campaign = _open_to_all(campaign_code)
    definition, out = campaign.definition, io.BytesIO()
    poster_pdf(
        title=filled(definition.title),
        organiser=filled(definition.organiser),
        url=entry_address(campaign),
        period=taking_part(campaign.opens_at, campaign.closes_at, definition.time_zone),
        out=out,
    )
    return named_attachment(out.getvalue(), POSTER, title=definition.title, campaign_code=campaign_code)


@blueprint.get("/c/<campaign_code>/codes/link.<kind>")
@access(Permission.READ_CAMPAIGNS)
def link_picture(campaign_code: str, kind: str) -> ResponseReturnValue:
    """Give the QR code of an open campaign's link as a picture, for notices of one's own."""
    campaign = _open_to_all(campaign_code)
    address, named = (
        entry_address(campaign),
        {"title": campaign.definition.title, "campaign_code": campaign_code},
    )
    if kind == "png":
        return named_attachment(qr.png(address, module=PRINT_MODULE), LINK_PNG, **named)
    if kind == "svg":
        return named_attachment(qr.svg(address), LINK_SVG, **named)
    return abort(404)


def _open_to_all(campaign_code: str) -> Campaign:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    if campaign.definition.entry is not EntryMode.OPEN:
        raise WrongState(f"{campaign_code} is entered with codes, not by a poster or a link")
    return campaign
