"""The paper protocol: every act on a campaign with its check value, to be printed and signed by hand."""

from zoneinfo import ZoneInfo

from flask import render_template
from flask.typing import ResponseReturnValue

from survey.domain.accounts.roles import Permission
from survey.domain.count.certificate import hands_of
from survey.domain.errors import BrokenLog
from survey.services.audit import audit, protocol
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.protocol import described, named
from survey.web.admin.words.times import zone_name
from survey.web.context import now
from survey.web.security import access


@blueprint.get("/c/<campaign_code>/protocol")
@access(Permission.READ_CAMPAIGNS)
def protocol_page(campaign_code: str) -> ResponseReturnValue:
    """Print the acts of the procedure in order, with lines for signatures; drafting has no place on paper."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        done = protocol.acts(session, campaign_code)
        try:
            audit.verify(session)
            holds = True
        except BrokenLog:
            holds = False
    zone = ZoneInfo(campaign.definition.time_zone)
    rows = [
        {
            "act": act,
            "at": act.at.astimezone(zone),
            "what": what,
            "facts": described(act, campaign.definition),
        }
        for act in done
        if (what := named(act.act))
    ]
    return render_template(
        "admin/operations/protocol.html",
        campaign=campaign,
        rows=rows,
        holds=holds,
        hands=hands_of(campaign.definition.signatures),
        printed=now().astimezone(zone),
        zone=zone_name(zone.key, now()),
    )
