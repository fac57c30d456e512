"""Destroying the sealed ballots and their key."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.domain.accounts.roles import Permission
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, Custody, State
from survey.services.audit import protocol
from survey.services.audit.protocol import LoggedAct
from survey.services.campaigns import procedure
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import settings
from survey.web.security import access

MAX_NAME_LENGTH = 40
MAX_NAMES = 20


@blueprint.get("/c/<campaign_code>/shred")
@access(Permission.READ_CAMPAIGNS)
def shred_page(campaign_code: str) -> ResponseReturnValue:
    """Show what will be destroyed, what was, or that the destruction was interrupted."""
    campaign, done = _found(campaign_code)
    return _page(campaign, done)


@blueprint.post("/c/<campaign_code>/shred")
@access(Permission.SHRED)
def shred(campaign_code: str) -> ResponseReturnValue:
    """Destroy ballots, codes and key, or go on where that was interrupted."""
    campaign, done = _found(campaign_code)
    names = _names(request.form.get("confirmed", ""))
    if campaign.state is not State.SHREDDING:
        wrong = request.form.get("typed", "").strip() != campaign_code
        missing = not names and _is_outside(campaign, done)
        if wrong or missing or len(names) > MAX_NAMES:
            return _page(campaign, done, wrong=wrong, missing=not wrong, status=422)
    procedure.shred(campaign_code, settings().keys, by(), names)
    return redirect(url_for("admin.shred_page", campaign_code=campaign_code), 303)


def _found(campaign_code: str) -> tuple[Campaign, list[LoggedAct]]:
    with transaction() as session:
        return campaign_in_scope(session, campaign_code), protocol.current(
            protocol.acts(session, campaign_code)
        )


def _names(typed: str) -> list[str]:
    """Read one name a line."""
    lines = (" ".join(line.split())[:MAX_NAME_LENGTH] for line in typed.splitlines())
    return list(dict.fromkeys(line for line in lines if line and line.isprintable()))


def _is_outside(campaign: Campaign, acts: list[LoggedAct]) -> bool:
    """Return whether the key, or a part of it, lies anywhere else than on this server."""
    return campaign.custody is Custody.SCRUTINEERS or protocol.last(acts, Act.EXPORT_KEY) is not None


def _page(
    campaign: Campaign,
    acts: list[LoggedAct],
    *,
    wrong: bool = False,
    missing: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    return render_template(
        "admin/count/shred.html",
        campaign=campaign,
        armed=protocol.last(acts, Act.ARM),
        outside=_is_outside(campaign, acts),
        exported=sum(act.act == Act.EXPORT_KEY for act in acts),
        begun=protocol.last(acts, Act.SHREDDING),
        ended=protocol.last(acts, Act.SHRED),
        wrong=wrong,
        missing=missing,
        typed=request.form.get("typed", ""),
        confirmed=request.form.get("confirmed", ""),
    ), status
