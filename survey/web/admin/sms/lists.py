"""The list of a campaign by text message, taken whole or not at all; and numbers that want no message."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.documents.clients.client_template import client_list_template
from survey.documents.export.files import CLIENT_LIST
from survey.documents.roster.cells import MAX_FILE
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadClientList, BadFile, SmsKeyLost, SmsPlaceTaken, WrongState
from survey.services.sms import accounting, client_lists
from survey.services.sms.client_lists import ListTaken
from survey.storage.database import transaction
from survey.storage.sms import client_rows
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.setup.sheet import FORM_AROUND
from survey.web.security import access
from survey.web.server.bodies import largest_body
from survey.web.sms.counter import secrets_here

from . import sms_words as say
from .sms_campaign import sms_campaign, sms_page, typed_number
from .sms_forms import REPLACE, ListForm, NumberForm

SHOWN_ROWS = 200


@blueprint.get("/c/<campaign_code>/sms")
@access(Permission.READ_CAMPAIGNS)
def sms_list(campaign_code: str) -> ResponseReturnValue:
    """Show how many numbers were taken, and ask for more; none of them is shown."""
    with transaction() as session:
        return _page(session, sms_campaign(session, campaign_code))


@blueprint.get("/c/<campaign_code>/sms/list.xlsx")
@access(Permission.READ_CAMPAIGNS)
def download_sms_list(campaign_code: str) -> ResponseReturnValue:
    """Hand out the file to fill in."""
    with transaction() as session:
        definition = sms_campaign(session, campaign_code).definition
    content = client_list_template(
        [group.label for group in definition.groups], [ratee.name for ratee in definition.ratees]
    )
    return named_attachment(content, CLIENT_LIST, title=definition.title, campaign_code=campaign_code)


@blueprint.post("/c/<campaign_code>/sms")
@access(Permission.RUN)
@largest_body(MAX_FILE + FORM_AROUND)
def take_sms_list(campaign_code: str) -> ResponseReturnValue:
    """Take a list, whole or not at all."""
    with transaction() as session:
        campaign = sms_campaign(session, campaign_code)
    form = ListForm()
    if not form.validate_on_submit():
        return _again(campaign, 422, form=form)
    try:
        taken = _take(campaign, form)
    except BadClientList as error:
        return _again(campaign, 422, form=form, faults=error.faults, sent=form.file.data.filename or "")
    except (SmsPlaceTaken, SmsKeyLost, BadFile, WrongState) as error:
        return _again(campaign, 409, form=form, refusal=_refusal(error))
    said = _(
        "已导入 %(number)s 个号码，拒收短信的 %(left_out)s 个没有列入。",
        number=taken.taken,
        left_out=taken.left_out,
    )
    flash(said + _("请把校验值 %(value)s 记入会议记录。", value=taken.check_value), "good")
    return redirect(url_for("admin.sms_list", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/sms/opt-out")
@access(Permission.RUN)
def opt_out_by_hand(campaign_code: str) -> ResponseReturnValue:
    """Note that a number wants no message: its digest alone."""
    with transaction() as session:
        campaign = sms_campaign(session, campaign_code)
    form = NumberForm()
    if not form.validate_on_submit():
        return _again(campaign, 422, opt_out=form)
    with transaction(write=True) as session:
        new = client_lists.opt_out(session, secrets_here(), typed_number(form), by())
    flash(_("已登记，这个号码不会再收到短信。") if new else _("这个号码早已登记拒收，没有变化。"), "good")
    return redirect(url_for("admin.sms_list", campaign_code=campaign_code), 303)


def _take(campaign: Campaign, form: ListForm) -> ListTaken:
    file = form.file.data
    with transaction(write=True) as session:
        return client_lists.take(
            session,
            secrets_here(),
            campaign.code,
            file.filename or "",
            file.read(),
            by(),
            replacing=form.mode.data == REPLACE,
        )


def _refusal(error: Exception) -> str:
    match error:
        case SmsPlaceTaken(other=other):
            return str(
                _(
                    "活动 %(other)s 用的是同一条通道、同一个扩展码，回复会分不清。请先结束它，或另填扩展码。",
                    other=other,
                )
            )
        case SmsKeyLost() | BadFile():
            return str(_("服务器上没有本活动的短信钥匙，名单读不出来。请系统管理员查看钥匙文件夹。"))
    return str(_("现在不能导入名单：只能在规则冻结以后、投票开始以前。请看下面的最新情况。"))


def _again(campaign: Campaign, status: int, **shown: object) -> ResponseReturnValue:
    with transaction() as session:
        return _page(session, campaign, **shown), status


def _page(session: Session, campaign: Campaign, **shown: object) -> str:
    definition = campaign.definition
    numbers = client_rows.numbers_by_subject(session, campaign)
    fresh = {"form": ListForm(formdata=None), "opt_out": NumberForm(formdata=None)}
    return sms_page(
        "list",
        campaign,
        numbers=numbers,
        listed=sum(numbers.values()),
        by_ratee=[
            (ratee.name, [numbers.get((group.key, ratee.key), 0) for group in definition.groups])
            for ratee in definition.ratees
        ],
        totals=[
            sum(number for (group, _ratee), number in numbers.items() if group == one.key)
            for one in definition.groups
        ],
        left_out=accounting.numbers_of(session, campaign).left_out,
        takes=campaign.state is State.ARMED,
        erased=not numbers and campaign.state not in (State.DRAFT, State.ARMED, State.OPEN),
        say=say,
        shown_rows=SHOWN_ROWS,
        **(fresh | shown),
    )
