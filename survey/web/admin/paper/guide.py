"""What the office has to know about ballots on paper: a page to be printed."""

from flask import render_template
from flask.typing import ResponseReturnValue

from survey.domain.accounts.roles import Permission
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .paper_page import paper_campaign


@blueprint.get("/c/<campaign_code>/paper/guide")
@access(Permission.READ_CAMPAIGNS)
def paper_guide(campaign_code: str) -> ResponseReturnValue:
    """Show how voting on paper is done, step by step."""
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
    return render_template("admin/paper/guide.html", campaign=campaign, rules=campaign.definition.paper)
