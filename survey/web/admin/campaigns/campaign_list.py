"""The list of campaigns."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, State
from survey.domain.operations.paging import list_page
from survey.domain.operations.searching import folded, matches
from survey.services.campaigns import drafts
from survey.services.campaigns.drafts import Draft
from survey.services.campaigns.next_step import act_of
from survey.services.results import publishing
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import may
from survey.web.admin.scope import campaigns_in_scope, in_scope
from survey.web.admin.setup.fields.parts import written
from survey.web.admin.words.labels import STATES
from survey.web.admin.words.steps import title_of
from survey.web.security import access

FEW = 5
"""So many campaigns need no search."""


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


ORDERS: dict[str, tuple[LazyString, Callable[[Campaign], Any]]] = {
    "": (_l("最新的在前"), lambda _campaign: 0),
    "title": (_l("按名称"), lambda campaign: campaign.definition.title),
    "unit": (_l("按单位"), lambda campaign: (not unit_of(campaign), unit_of(campaign))),
    "year": (_l("按年度，新的在前"), lambda campaign: _years_ago(campaign.definition.year)),
    "state": (_l("按进度"), lambda campaign: list(State).index(campaign.state)),
}
"""The orders that the address may ask for, each with its name and what is compared."""


@blueprint.get("/")
@access(Permission.HOLD_SEATS)
def home() -> ResponseReturnValue:
    """List the campaigns of the unit, or those that are looked for, where each stands and what comes next.

    Who may see none is led to the assessments.
    """
    if not may(Permission.READ_CAMPAIGNS):
        return redirect(url_for("admin.list_assessments"), 303)
    sought = request.args.get("q", "").strip()
    order = request.args.get("sort", "")
    with transaction() as session:
        known = list(reversed(campaigns_in_scope(session)))
        waiting = [draft for draft in drafts.list_unfinished(session) if in_scope(draft.unit)]
        found = [campaign for campaign in known if matches(sought, *_words(campaign))]
        if order in ORDERS:
            found.sort(key=ORDERS[order][1])
        page, last, places = list_page(len(found), request.args.get("page", 1, type=int))
        rows = [_row(session, found[place]) for place in places]
    return render_template(
        "admin/campaigns/home.html",
        rows=rows,
        unfinished=[draft for draft in waiting if matches(sought, draft.code, *_draft_words(draft))]
        if page == 1
        else [],
        page=page,
        last=last,
        states=STATES,
        sought=sought,
        order=order,
        orders=ORDERS,
        many=len(known) + len(waiting) > FEW,
        unit_of=unit_of,
    )


def unit_of(campaign: Campaign) -> str:
    """Return which unit was evaluated, else whose campaign it is."""
    return campaign.definition.rated_unit or campaign.unit


def _words(campaign: Campaign) -> tuple[str, ...]:
    about = campaign.definition
    return campaign.code, about.title, about.organiser, about.rated_unit, about.year, campaign.unit


def _draft_words(draft: Draft) -> tuple[str, ...]:
    return tuple(map(written, (draft.document.get("campaign") or {}).values()))


def _years_ago(year: str) -> int:
    """Return what orders a year as somebody wrote it, the latest first and none last."""
    digits = re.search(r"\d{4}", folded(year))
    return -int(digits[0]) if digits else 0


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
