"""Opening the box and counting: at once with the server's key, or after the holders brought their shares.

The key is put together and used within one request; nothing of it is kept. With the count ends the ceremony.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.audit.acts import Act
from survey.domain.count.discrepancies import Discrepancy, DiscrepancyKind
from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.errors import BadShare
from survey.services.audit import protocol
from survey.services.campaigns import procedure
from survey.services.count import counting
from survey.services.custody import key_files, share_collection
from survey.services.custody.ceremonies import COUNT, RECOUNT
from survey.services.custody.share_collection import ShareCollection
from survey.services.results.publishing import COUNTED
from survey.services.sms.accounting import told_numbers
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.custody import ceremonies
from survey.web.admin.custody.brought_share import brought_share, to_be_mended
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.discrepancies import not_kept, told
from survey.web.admin.words.shares import sentence
from survey.web.context import now, settings
from survey.web.security import access

_OPEN = DiscrepancyKind.NAMES_OPEN
"""Stands against signing, and is no number that does not add up."""


@blueprint.get("/c/<campaign_code>/count")
@access(Permission.READ_CAMPAIGNS)
def count_page(campaign_code: str) -> ResponseReturnValue:
    """Show what is about to happen, or how the ballots add up."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        done = protocol.acts(session, campaign_code)
        counted = _counted(session, campaign) if campaign.state in COUNTED else {}
    return render_template(
        "admin/count/count.html",
        campaign=campaign,
        armed=protocol.last(done, Act.ARM),
        act=protocol.last(done, Act.COUNT, Act.RECOUNT),
        **counted,
    )


def _counted(session: Session, campaign: Campaign) -> dict[str, object]:
    standing = counting.standing(session, campaign)
    return {
        "accounting": standing.count.accounting,
        "sms": told_numbers(session, campaign),
        "digest": standing.digest,
        "findings": [told(one, campaign.definition) for one in standing.findings if one.kind is not _OPEN],
        "open_names": any(one.kind is _OPEN for one in standing.findings),
        "not_kept": not_kept(standing.left_out, campaign.definition),
    }


@blueprint.post("/c/<campaign_code>/count")
@access(Permission.COUNT)
def count(campaign_code: str) -> ResponseReturnValue:
    """Open the box and count; once counted, count again and compare."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    counting.require_countable(campaign)
    if campaign.custody is Custody.SERVER:
        seed = key_files.seed_of(campaign, settings().keys, ())
    else:
        if _counted_just_now(campaign):
            return _to_count(campaign_code)
        gathered = _carried(campaign)
        try:
            seed = share_collection.seed_of(gathered)
        except BadShare as error:
            return _shares(campaign, gathered, refusal=sentence(error))
    done = procedure.count(campaign_code, seed, by())
    ceremonies.end(_act(campaign), campaign_code)
    if done.recount:
        same = Discrepancy(DiscrepancyKind.RECOUNT) not in done.findings
        flash(
            _("重新计票的结果与原计票完全一致。")
            if same
            else _("重新计票的结果与原计票不一致，不能签字确认。"),
            "good" if same else "bad",
        )
    return _to_count(campaign_code)


def _act(campaign: Campaign) -> str:
    """Return which ceremony it is: the one of the count ends with the count."""
    return COUNT if campaign.state is State.CLOSED else RECOUNT


def _counted_just_now(campaign: Campaign) -> bool:
    """Return whether the last form was sent a second time, after it led to the first count."""
    counted = campaign.state is State.COUNTED and ceremonies.is_done(COUNT, campaign.code)
    if counted:
        ceremonies.leave()
    return counted


def _to_count(campaign_code: str) -> ResponseReturnValue:
    return redirect(url_for("admin.count_page", campaign_code=campaign_code), 303)


@blueprint.get("/c/<campaign_code>/count/shares")
@access(Permission.COUNT)
def shares_page(campaign_code: str) -> ResponseReturnValue:
    """Lead back an address that was opened by itself."""
    with transaction() as session:
        campaign_in_scope(session, campaign_code)
    return _to_count(campaign_code)


@blueprint.post("/c/<campaign_code>/count/stop")
@access(Permission.COUNT)
def stop_counting(campaign_code: str) -> ResponseReturnValue:
    """Break off bringing shares: those brought can be read from no page any more."""
    with transaction() as session:
        campaign_in_scope(session, campaign_code)
    return ceremonies.broken_off(campaign_code)


@blueprint.post("/c/<campaign_code>/count/shares")
@access(Permission.COUNT)
def bring_shares(campaign_code: str) -> ResponseReturnValue:
    """Take one more share, give one back, or begin without any."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    if "carried" not in request.form:
        gathered = share_collection.begin(campaign, now())
        ceremonies.begin(_act(campaign), campaign_code, gathered.until)
        return _shares(campaign, gathered)
    gathered = _carried(campaign)
    if "out" in request.form:
        return _shares(campaign, share_collection.take_out(gathered, request.form.get("out", 0, int)))
    try:
        return _shares(campaign, share_collection.add(gathered, campaign, brought_share()))
    except BadShare as error:
        return _shares(campaign, gathered, refusal=sentence(error), typed=to_be_mended(error))


def _carried(campaign: Campaign) -> ShareCollection:
    gathered = share_collection.read_collection(ceremonies.unwrap(_act(campaign), campaign.code))
    share_collection.require_fresh(gathered, campaign, now())
    counting.require_countable(campaign)
    return gathered


def _shares(
    campaign: Campaign, gathered: ShareCollection, refusal: str | None = None, typed: str = ""
) -> ResponseReturnValue:
    with transaction() as session:
        armed = protocol.last(protocol.acts(session, campaign.code), Act.ARM)
    return render_template(
        "admin/count/count_shares.html",
        campaign=campaign,
        gathered=gathered,
        facts=armed.facts if armed else {},
        carried=ceremonies.wrap(_act(campaign), campaign.code, gathered.as_bytes()),
        refusal=refusal,
        typed=typed,
    ), 422 if refusal else 200
