"""The ballot as voters will see it, in the frame of a phone, for each rater group."""

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, Custody, Definition
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidDefinition, UnknownCampaign
from survey.services.campaigns import statement_files
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope
from survey.web.security import FRAMING_POLICY, SPECIMEN_POLICY, access
from survey.web.voter.specimen import specimen

from .sheet import SetupSheet, sheet


@blueprint.get("/c/<campaign_code>/preview")
@access(Permission.READ_CAMPAIGNS)
@login_required
def preview(campaign_code: str) -> ResponseReturnValue:
    """Show the frame, and the rater groups to choose from."""
    found, definition = _definition(campaign_code)
    if definition is None:
        return render_template("admin/setup/preview.html", sheet=found, definition=None), 409
    group = _group(definition)
    page = render_template("admin/setup/preview.html", sheet=found, definition=definition, group=group)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMING_POLICY
    return answer


@blueprint.get("/c/<campaign_code>/preview/ballot")
@access(Permission.READ_CAMPAIGNS)
@login_required
def preview_ballot(campaign_code: str) -> ResponseReturnValue:
    """Show the ballot that stands in the frame; it can be filled in and sent nowhere."""
    _found, definition = _definition(campaign_code)
    if definition is None:
        abort(404)
    with transaction() as session:
        files, texts = statement_files.read(session, campaign_code)
    page = specimen(definition, _group(definition), _custody(campaign_code), _("预览"), files, texts)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = SPECIMEN_POLICY
    return answer


def _definition(campaign_code: str) -> tuple[SetupSheet, Definition | None]:
    """Return a draft's definition as it was saved last, nothing while it has faults."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    try:
        return found, read_definition(found.draft.document)
    except InvalidDefinition:
        return found, None


def _group(definition: Definition) -> str:
    asked = request.args.get("group", definition.raters[0].key)
    if asked not in definition.rater:
        abort(404)
    return asked


def _custody(campaign_code: str) -> Custody:
    """Return who keeps the key, as the ballot says it; before arming the usual way."""
    campaign: Campaign | None
    try:
        with transaction() as session:
            campaign = campaign_in_scope(session, campaign_code)
    except UnknownCampaign:
        campaign = None
    return (campaign.custody if campaign else None) or Custody.SERVER
