"""The channels as ``sms.toml`` says, without what is secret; and a message over one of them, to try it."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.channels.sms.configuration import ADAPTERS, read_channels
from survey.channels.sms.ports import SmsChannel
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import BadChannels, ChannelFault
from survey.domain.sms.message_parts import PartPrice
from survey.services.sms import accounting
from survey.storage.database import transaction
from survey.storage.sms import client_rows
from survey.web.admin.blueprint import blueprint
from survey.web.context import settings
from survey.web.security import access
from survey.web.sms.counter import FILE, channels_file
from survey.web.sms.desk import sms_desk

from .sms_campaign import try_one
from .sms_forms import TryChannelForm, told_apart
from .sms_words import channel_fault


@dataclass(frozen=True)
class ShownChannel:
    """A channel as an owner sees it: nothing that lets anybody send, or bring replies in others' names."""

    name: str
    adapter: str
    rate: int
    price: PartPrice | None
    number: str
    address: str
    has_secret: bool
    limited: bool
    held: bool
    campaigns: tuple[Campaign, ...]
    sent: int
    receipts: int


@blueprint.get("/sms-channels")
@access(Permission.WATCH)
def sms_channels() -> ResponseReturnValue:
    """Show the channels in use, and what is wrong with the file as it stands now."""
    return _page()


@blueprint.post("/sms-channels/<channel_name>")
@access(Permission.WATCH)
def try_sms_channel(channel_name: str) -> ResponseReturnValue:
    """Send one message over a channel, to a number that is typed and kept nowhere."""
    channel = sms_desk().channels.get(channel_name)
    if channel is None:
        abort(404)
    form = TryChannelForm()
    if not form.validate_on_submit():
        return _page(form, channel_name), 422
    try_one(channel, form, form.text.data or "")
    return redirect(url_for("admin.sms_channels", _anchor=f"channel-{channel_name}"), 303)


def _page(form: TryChannelForm | None = None, sent: str = "") -> str:
    channels = sms_desk().channels
    with transaction() as session:
        shown = [_shown(session, channel) for channel in channels.values()]
    faults, written = _file()
    return render_template(
        "admin/sms/channels.html",
        channels=shown,
        faults=faults,
        channel_fault=channel_fault,
        changed=not faults and written != list(channels),
        file=FILE,
        adapters=", ".join(ADAPTERS),
        forms={name: told_apart(form if form and name == sent else _blank(), name) for name in channels},
    )


def _blank() -> TryChannelForm:
    return TryChannelForm(formdata=None, text=_("这是一条测试短信"))


def _file() -> tuple[tuple[ChannelFault, ...], list[str]]:
    """Read the file as it stands: its faults, or the names of its channels."""
    try:
        return (), list(read_channels(channels_file(settings().instance)))
    except BadChannels as error:
        return error.faults, []


def _shown(session: Session, channel: SmsChannel) -> ShownChannel:
    campaigns = _use(session, channel.name)
    numbers = [accounting.numbers_of(session, campaign) for campaign in campaigns]
    address = settings().base_url + url_for("sms.take", channel_name=channel.name)
    return ShownChannel(
        name=channel.name,
        adapter=_adapter(channel),
        rate=channel.rate,
        price=channel.price,
        number=getattr(channel, "number", ""),
        address=address,
        has_secret=hasattr(channel, "secret"),
        limited=bool(getattr(channel, "addresses", ())),
        held=hasattr(channel, "hold"),
        campaigns=tuple(campaigns),
        sent=sum(one.sent for one in numbers),
        receipts=sum(one.delivered + one.failed for one in numbers),
    )


def _use(session: Session, channel_name: str) -> list[Campaign]:
    """Return the campaigns over a channel whose lists are there still."""
    return [
        campaign
        for campaign in client_rows.campaigns_with_lists(session)
        if campaign.definition.by_sms and campaign.definition.by_sms.channel == channel_name
    ]


def _adapter(channel: SmsChannel) -> str:
    return type(channel).__name__.removesuffix("Channel").lower()
