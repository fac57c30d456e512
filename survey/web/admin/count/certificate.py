"""The certificate of a count, and the report on it, as documents to be signed."""

import io
from zoneinfo import ZoneInfo

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from survey.documents.export.files import CERTIFICATE, REPORT
from survey.documents.layout.signer_words import account_lines, change_line, teller_lines
from survey.domain.accounts.roles import Permission
from survey.domain.count.certificate import PARTS
from survey.domain.errors import WrongState
from survey.services.count import certificate
from survey.services.operations.beside import beside
from survey.services.results import publishing, reporting
from survey.storage.database import transaction
from survey.web.addresses import public_address
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.results.downloads import large_file
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.times import zone_name
from survey.web.security import access


@blueprint.get("/c/<campaign_code>/certificate")
@access(Permission.READ_CAMPAIGNS)
def certificate_page(campaign_code: str) -> ResponseReturnValue:
    """Show what is certified of a count, and the documents that say it."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        if campaign.state not in publishing.COUNTED:
            return render_template(
                "admin/count/certificate_early.html", campaign=campaign, path=path_of(campaign_code)
            ), 409
        about = certificate.gather(session, campaign)
    return render_template(
        "admin/count/certificate.html",
        campaign=campaign,
        about=about,
        path=path_of(campaign_code),
        parts=PARTS,
        signed=campaign.state in publishing.SIGNED,
        check_address=check_address(campaign_code),
        tz=ZoneInfo(about.time_zone),
        account_lines=lambda stood: account_lines(stood, about.time_zone, gettext),
        teller_lines=lambda teller: teller_lines(teller, about.time_zone, gettext),
        account_made=lambda made: change_line(made, about.time_zone, gettext),
        zone=zone_name(about.time_zone, about.counted_at),
    )


@blueprint.get("/c/<campaign_code>/certificate.pdf")
@access(Permission.READ_CAMPAIGNS)
def certificate_file(campaign_code: str) -> ResponseReturnValue:
    """Give the certificate of a signed count as PDF; there is none before."""
    from survey.documents.pdf.certificate import certificate_pdf

    with transaction() as session:
        campaign_in_scope(session, campaign_code)
        try:
            about = certificate.certified(session, campaign_code)
        except WrongState:
            abort(404)
    out = io.BytesIO()
    certificate_pdf(about, check_address(campaign_code), out)
    return named_attachment(out.getvalue(), CERTIFICATE, title=about.title, campaign_code=campaign_code)


@blueprint.get("/c/<campaign_code>/report.docx")
@access(Permission.READ_CAMPAIGNS)
def report_file(campaign_code: str) -> ResponseReturnValue:
    """Give the report on a counted campaign as a Word document, made from the office's template."""
    if large := large_file(campaign_code, "report.docx"):
        return large
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        if campaign.state not in publishing.COUNTED:
            abort(404)
        situated = reporting.situated(session, campaign_code)
    content = beside(situated.as_word)
    return named_attachment(content, REPORT, title=campaign.definition.title, campaign_code=campaign_code)


def check_address(campaign_code: str) -> str:
    """Return where everybody can compare papers with a count."""
    return public_address("public.check_page", campaign_code=campaign_code)
