"""Beginning a campaign: from a template, a definition file, a former campaign, or empty."""

from collections.abc import Iterator

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from survey.documents.definition.definition_file import MAX_FILE
from survey.documents.definition.form_library import FormTemplate, library
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import EntryMode
from survey.domain.errors import CampaignExists, InvalidDefinition
from survey.services.campaigns import drafts
from survey.services.campaigns.drafts import Document
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.scope import campaigns_in_scope, in_scope
from survey.web.admin.words.definition_faults import wrongs_of
from survey.web.context import now
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .definition import uploaded_definition
from .pages import by
from .sheet import FORM_AROUND, sheet

EMPTY = "empty"


_SHORT = Length(max=200)


class NamingForm(OfficeForm):
    """What every campaign has of its own."""

    title = StringField(_l("活动名称"), validators=[InputRequired(_l("请填写活动名称")), Length(max=200)])
    organiser = StringField(_l("主办单位"), validators=[InputRequired(_l("请填写主办单位")), Length(max=200)])
    rated_unit = StringField(_l("被评单位"), validators=[_SHORT])
    year = StringField(_l("年度"), validators=[_SHORT])
    code = StringField(
        _l("活动代号"),
        validators=[
            InputRequired(_l("请填写活动代号")),
            Length(max=60, message=_l("活动代号不超过 60 个字符")),
            Regexp(r"[a-z0-9-]+\Z", message=_l("只用小写字母、数字和 -，如 zhen-2026")),
        ],
    )


@blueprint.get("/new")
@access(Permission.SET_UP)
@login_required
def new() -> ResponseReturnValue:
    """Show the templates and the other ways to begin."""
    return _choice()


@blueprint.post("/new")
@largest_body(MAX_FILE + FORM_AROUND)
@access(Permission.SET_UP)
@login_required
def new_from_file() -> ResponseReturnValue:
    """Begin with a definition file."""
    try:
        document = uploaded_definition()
        with transaction(write=True) as session:
            draft = drafts.create(session, document, current_user.account.unit, by())
    except InvalidDefinition as refusal:
        wrongs = wrongs_of({}, refusal.faults)
        return _choice(422, pairs=list(zip(wrongs, refusal.faults, strict=True)))
    except CampaignExists:
        return _choice(422, taken=str(document["campaign"]["code"]))
    return redirect(url_for("admin.setup_check", campaign_code=draft.code), 303)


@blueprint.route("/new/<source>/<name>", methods=["GET", "POST"])
@access(Permission.SET_UP)
@login_required
def name_new(source: str, name: str) -> ResponseReturnValue:
    """Ask for name, organiser and code, then begin."""
    with transaction() as session:
        title, document = _source(session, source, name)
        suggested = drafts.free_code(session, f"{_stem(source, name)}-{now():%Y}")
    form = NamingForm(data=_suggested(document, source, title) | {"code": suggested})
    if form.validate_on_submit():
        try:
            return _begun(document, form, source)
        except CampaignExists:
            form.code.errors = [*form.code.errors, _("已经有这个代号的活动，请换一个")]
    status = 422 if form.errors else 200
    return render_template("admin/setup/name.html", form=form, title=title, source=source), status


def _begun(document: Document, form: NamingForm, source: str) -> ResponseReturnValue:
    made = drafts.copied(document, form.code.data or "")
    made["campaign"] |= {"title": form.title.data.strip(), "organiser": form.organiser.data.strip()}
    for key in ("rated_unit", "year"):
        said = (form[key].data or "").strip()
        made["campaign"].pop(key, None)
        made["campaign"] |= {key: said} if said else {}
    with transaction(write=True) as session:
        drafts.create(session, made, current_user.account.unit, by())
    # What a template asks for besides was just said; the numbers of slips differ from unit to unit.
    first = "groups" if source == "form" and made["campaign"].get("entry") != EntryMode.OPEN else "basics"
    return redirect(url_for("admin.setup_subject", campaign_code=form.code.data, subject=first), 303)


def _source(session: Session, source: str, name: str) -> tuple[str, Document]:
    """Return what a campaign begins from: its title and its document."""
    if source == "form":
        for template in library():
            if template.key == name:
                return template.title, template.data
    elif source == "copy":
        found = sheet(session, name)
        return found.title, found.draft.document
    elif source == EMPTY:
        return str(_("空白")), drafts.empty("")
    return abort(404)


def _stem(source: str, name: str) -> str:
    return {"copy": name.rstrip("0123456789").rstrip("-") or name, EMPTY: "ceping"}.get(source, name)


def _suggested(document: Document, source: str, title: str) -> dict[str, str]:
    campaign = document.get("campaign", {})
    named = str(campaign.get("title") or "")
    if source == "form" and named.startswith("年度"):  # a template cannot know the year
        named = f"{now().year}{named}"
    if not named and source != EMPTY:
        named = _("%(year)s年度%(title)s", year=now().year, title=title)
    organiser = campaign.get("organiser") or current_user.account.unit
    year = _("%(year)s年度", year=now().year) if source != EMPTY else ""
    return {
        "title": named,
        "organiser": organiser,
        "rated_unit": campaign.get("rated_unit", ""),
        "year": year,
    }


def _former(session: Session) -> Iterator[tuple[str, str]]:
    seen = set()
    for campaign in reversed(campaigns_in_scope(session)):
        if campaign.trial_of is None:
            seen.add(campaign.code)
            yield campaign.code, campaign.definition.title
    for draft in drafts.list_unfinished(session):
        if in_scope(draft.unit) and draft.code not in seen:
            yield draft.code, str(draft.document.get("campaign", {}).get("title") or draft.code)


def _choice(status: int = 200, pairs: object = (), taken: str = "") -> ResponseReturnValue:
    with transaction() as session:
        former = list(_former(session))
    templates: list[FormTemplate] = library()
    page = render_template(
        "admin/setup/new.html", templates=templates, former=former, pairs=pairs, taken=taken
    )
    return page, status
