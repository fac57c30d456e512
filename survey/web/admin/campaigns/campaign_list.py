"""The list of campaigns."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, State
from survey.services.campaigns import drafts
from survey.services.campaigns.next_step import act_of
from survey.services.results import publishing
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaigns_in_scope, in_scope
from survey.web.admin.words.labels import STATES
from survey.web.admin.words.steps import title_of
from survey.web.security import access


@dataclass(frozen=True)
class ListedCampaign:
    """A campaign in the list; ``returned`` and ``of`` are ``None`` where nobody can have voted yet."""

    campaign: Campaign
    returned: int | None
    of: int | None
    next: str

    @property
    def published(self) -> bool:
        """Return whether its results can be read."""
        return self.campaign.is_published

    @property
    def counted(self) -> bool:
        """Return whether there are results to look at."""
        return self.campaign.state in publishing.COUNTED


@blueprint.get("/")
@access(Permission.READ_CAMPAIGNS)
def home() -> ResponseReturnValue:
    """List the campaigns of the unit, where each stands and what comes next, the newest first."""
    with transaction() as session:
        rows = [_row(session, campaign) for campaign in reversed(campaigns_in_scope(session))]
        unfinished = [draft for draft in drafts.list_unfinished(session) if in_scope(draft.unit)]
    return render_template("admin/campaigns/home.html", rows=rows, unfinished=unfinished, states=STATES)


def _row(session: Session, campaign: Campaign) -> ListedCampaign:
    returned, of, issued = None, None, 0
    if campaign.state in publishing.COUNTED:
        total = publishing.accounting(session, campaign).total
        returned, of = total.returned, total.issued - total.voided
    elif campaign.state is not State.DRAFT:
        shown = shown_turnout(session, campaign).total
        issued = shown.issued
        if campaign.state is not State.ARMED:
            returned, of = shown.returned, shown.valid
    return ListedCampaign(campaign, returned, of, title_of(act_of(campaign, issued), campaign.definition))
