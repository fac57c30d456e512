"""Names that are not on a list to tick: two people say, each alone, whom the wordings mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.documents.layout.signer_words import hand_words
from survey.domain.accounts.roles import Permission
from survey.domain.ballot.written_names import MAX_NAME_LENGTH
from survey.domain.decisions.written_names import MAX_POST_LENGTH, stamp
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import BadName, CannotTakePart
from survey.domain.operations.paging import list_page
from survey.domain.results.official_words import names_table
from survey.domain.results.table import Table
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.count import name_tellers, teller_acts, written_names
from survey.services.count.written_names import NameDesk, NameItem, NameState
from survey.services.results import publishing
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.times import moment
from survey.web.security import access

_REFUSALS = {
    "full": _l("已有三人认定，不能再增加。其中有人长期不能来认定的，可以请系统管理员解除。"),
    "used-up": _l("先后已有五人认定。再要增加，请能登录服务器的人准许。"),
    "sent-away": _l("您解除、停用或重设过认定人，自己不再承担认定。"),
}
_FAULTS = {
    "empty": _l("请填写姓名；认不出是谁的，选“不计票”。"),
    "too-long": _l("太长了：姓名最多 %(name)s 个字，单位和职务最多 %(post)s 个字。"),
    "unreadable": _l("有看不见的字符，请删去后重新输入。"),
    "on-list": _l("这个人在名单上，只计打勾的票，请选“不计票”；是同名的另一人，请写明单位和职务。"),
    "changed": _l("打开本页以后，您在别处改过这一条的认定。现在显示的是新的认定，请再看一遍。"),
    "unknown": _l("没有这种写法了，请刷新页面。"),
}
PERSON, NOBODY = "person", "nobody"
PAGE_WORDINGS = 50
"""So many wordings are sent at a time: each has four fields, and a request has a limit."""


@dataclass(frozen=True)
class TypedName:
    """What stands in the fields of one wording: which of the two was pressed, name and post."""

    pressed: str = ""
    name: str = ""
    post: str = ""


@blueprint.get("/c/<campaign_code>/names")
@access(Permission.JOIN_NAMES)
def names(campaign_code: str) -> ResponseReturnValue:
    """Show the wordings to whoever decides on them, and who does; to others whether any is open."""
    return _page(campaign_code)


@blueprint.post("/c/<campaign_code>/names/part")
@access(Permission.JOIN_NAMES)
def decide_names(campaign_code: str) -> ResponseReturnValue:
    """Take part in deciding on the wordings."""
    try:
        with transaction(write=True) as session:
            campaign_in_scope(session, campaign_code)
            name_tellers.take_part(session, campaign_code, current_user.account, by())
    except CannotTakePart as error:
        return _page(campaign_code, refusal=str(_REFUSALS[error.why])), 409
    return redirect(url_for("admin.names", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/names")
@access(Permission.JOIN_NAMES)
def choose_names(campaign_code: str) -> ResponseReturnValue:
    """Note whom the wordings mean for which something was pressed."""
    typed = {
        key.removeprefix("choice."): _typed(key.removeprefix("choice."))
        for key in request.form
        if key.startswith("choice.")
    }
    chosen = {
        key: None if one.pressed == NOBODY else (one.name, one.post)
        for key, one in typed.items()
        if one.pressed in (PERSON, NOBODY)
    }
    try:
        with transaction(write=True) as session:
            campaign_in_scope(session, campaign_code)
            number = written_names.choose(
                session, campaign_code, current_user.account, chosen, by(), _loaded(chosen)
            )
    except BadName as error:
        said = str(_FAULTS[error.why]) % {"name": MAX_NAME_LENGTH, "post": MAX_POST_LENGTH}
        if error.why == "changed":
            typed.pop(error.key)
        return _page(campaign_code, typed, {error.key: said}), 422
    if number:
        flash(_("已记下 %(number)s 种写法的认定。", number=number), "good")
    else:
        flash(_("没有新的认定，什么都没有改变。"), "warn")
    return redirect(url_for("admin.names", campaign_code=campaign_code, page=_page_asked()), 303)


def _page_asked() -> int | None:
    return request.args.get("page", type=int)


def _loaded(keys: Iterable[str]) -> dict[str, str]:
    """Return the stamps of the choices that stood on the page as it was loaded."""
    return {key: request.form[f"loaded.{key}"] for key in keys if f"loaded.{key}" in request.form}


def _typed(key: str) -> TypedName:
    form = request.form
    return TypedName(form[f"choice.{key}"], form.get(f"name.{key}", ""), form.get(f"post.{key}", ""))


def _page(
    campaign_code: str,
    typed: Mapping[str, TypedName] | None = None,
    faults: Mapping[str, str] | None = None,
    refusal: str | None = None,
) -> str:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        account = current_user.account
        desk = written_names.desk(session, campaign_code, account.name)
        who = _who(session, campaign, account)
        tables = _tables(session, campaign, account)
    parts = _parts(desk)
    ordered = [item for _head, items in parts for item in items]
    page, last, places = list_page(len(ordered), _page_asked() or 1, PAGE_WORDINGS)
    shown = [ordered[place] for place in places]
    # What was decided meanwhile may have moved a wording to another page: its fault is shown all the same.
    shown += [item for item in ordered if item.written.key in (faults or {}) and item not in shown]
    here = {item.written.key for item in shown}
    filled = {item.written.key: _filled(item) for item in shown} | dict(typed or {})
    return render_template(
        "admin/count/names.html",
        campaign=campaign,
        desk=desk,
        **who,
        tables=tables,
        when=lambda at: moment(at, campaign.definition.time_zone),
        parts=[
            (head, len(items), [item for item in items if item.written.key in here]) for head, items in parts
        ],
        page=page,
        last=last,
        stamp=stamp,
        filled=filled,
        faults=faults or {},
        refusal=refusal,
        refusals=_REFUSALS,
        longest={"name": MAX_NAME_LENGTH, "post": MAX_POST_LENGTH},
    )


def _who(session: Session, campaign: Campaign, account: Account) -> dict[str, Any]:
    """Return what the page says of those who decide: who holds a place, and what was done to them."""
    done = teller_acts.read(session, campaign)
    places = name_tellers.places(session, campaign, done)
    freed = name_tellers.releasable(session, campaign, account)
    return {
        "places": places,
        "done": done,
        "disabled": [name for name in places.tellers if accounts.named(session, name).disabled],
        "sent_away": name_tellers.sent_away(session, campaign, account.name, done),
        "releasable": {name: accounts.named(session, name).id for name in freed},
        "hand": lambda act: hand_words(act, gettext),
    }


def _tables(session: Session, campaign: Campaign, account: Account) -> list[tuple[str, Table]]:
    """Return the tables of names to be signed, each with its list's title, for whoever may see them."""
    found = written_names.to_sign(session, campaign, account)
    if found is None:
        return []
    results = replace(publishing.results(session, campaign.code)[1], names=found)
    tables = [(section.title, names_table(results, section)) for section in campaign.definition.sections]
    return [(title, table) for title, table in tables if table is not None]


def _filled(item: NameItem) -> TypedName:
    """Return what the fields of a wording begin with: one's own choice, else what stands before a space."""
    if item.mine is not None:
        return TypedName(PERSON if item.mine.name else NOBODY, item.mine.name, item.mine.post)
    name, _space, post = item.written.wording.partition(" ")
    return TypedName("", name, post)


def _parts(desk: NameDesk) -> list[tuple[str, list[NameItem]]]:
    """Group the wordings as they are worked through: what one has to do first, what is settled last."""
    heads = {
        NameState.SPLIT: _("两人认定不一致，请再看一遍"),
        NameState.MINE: _("等您认定"),
        NameState.OTHERS: _("您已认定，等另一人"),
        NameState.SETTLED: _("已经认定"),
    }
    found = [(head, [item for item in desk.items if item.state is state]) for state, head in heads.items()]
    return [(head, items) for head, items in found if items]
