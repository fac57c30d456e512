"""The text that clients will get, its parts and its cost; and one to whoever prepares it, first."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import SelectChoice

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.sms.message_parts import ALONE, JOINED, read_price
from survey.services.sms import preview
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .sms_campaign import channel_of, sms_campaign, sms_page, try_one
from .sms_forms import TryTextForm


@blueprint.get("/c/<campaign_code>/sms/text")
@access(Permission.READ_CAMPAIGNS)
def sms_text(campaign_code: str) -> ResponseReturnValue:
    """Show each invitation with its parts, and the cost at the channel's price or one that is typed."""
    with transaction() as session:
        return _page(session, sms_campaign(session, campaign_code))


@blueprint.post("/c/<campaign_code>/sms/text")
@access(Permission.RUN)
def try_sms_text(campaign_code: str) -> ResponseReturnValue:
    """Send one invitation to a number that is typed, and kept nowhere."""
    with transaction() as session:
        campaign = sms_campaign(session, campaign_code)
        shown = preview.invitations(session, campaign)
    channel = channel_of(campaign)
    form = _form(shown, TryTextForm())
    if channel is None or not form.validate_on_submit():
        with transaction() as session:
            return _page(session, campaign, form), 422
    try_one(channel, form, shown[int(form.ratee.data)].text, campaign)
    return redirect(url_for("admin.sms_text", campaign_code=campaign_code), 303)


def _form(shown: list[preview.ShownInvitation], form: TryTextForm) -> TryTextForm:
    form.ratee.choices = [SelectChoice(str(at), one.name) for at, one in enumerate(shown)]
    return form


def _page(session: Session, campaign: Campaign, form: TryTextForm | None = None) -> str:
    shown = preview.invitations(session, campaign)
    typed = request.args.get("price", "").strip()
    channel = channel_of(campaign)
    set_up = channel.price if channel else None
    price = read_price(typed) if typed or set_up is None else set_up.amount
    return sms_page(
        "text",
        campaign,
        shown=shown,
        clients=sum(one.clients for one in shown),
        paid=sum(one.paid for one in shown),
        alone=ALONE,
        joined=JOINED,
        price=typed or (set_up and set_up.amount) or "",
        price_wrong=bool(typed) and price is None,
        set_up=set_up,
        currency=set_up.currency if set_up else _("元"),
        cost=preview.cost(shown, price) if price is not None else None,
        form=form or _form(shown, TryTextForm(formdata=None)),
    )
