"""Word templates of an office: what ships, its own, and what is wrong with one that it brings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import Session

from survey.documents.export.files import (
    OWN_REPORT_TEMPLATE,
    OWN_TABLES_TEMPLATE,
    REPORT_TEMPLATE,
    TABLES_TEMPLATE,
)
from survey.documents.word.faults import TemplateFault
from survey.documents.word.package import MAX_FILE
from survey.documents.word.placeholders import PLACEHOLDERS, Placeholder, Shape, Template
from survey.domain.accounts.roles import Permission
from survey.services.accounts import accounts
from survey.services.campaigns.campaigns import list_campaigns
from survey.services.results import word_templates
from survey.services.results.word_templates import BadTemplate
from survey.storage.database import transaction
from survey.storage.template_rows import WordTemplate
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by, may
from survey.web.admin.scope import in_scope
from survey.web.admin.words import word_templates as word_templates_words
from survey.web.security import access
from survey.web.server.bodies import largest_body

FORM_AROUND = 64 * 1024
_SHIPPED = {Template.REPORT: REPORT_TEMPLATE, Template.TABLES: TABLES_TEMPLATE}
_OWN = {Template.REPORT: OWN_REPORT_TEMPLATE, Template.TABLES: OWN_TABLES_TEMPLATE}


@dataclass(frozen=True)
class ShownPlaceholder:
    """One placeholder on the page: its full name, how it is written, and what it stands for."""

    name: str
    written: str
    meaning: str


@blueprint.get("/templates")
@access(Permission.CHANGE_TEMPLATES)
def templates_page() -> ResponseReturnValue:
    """Show what documents are made from, and what a template may say."""
    return _page(_unit())


@blueprint.get("/templates/<kind>.docx")
@access(Permission.CHANGE_TEMPLATES)
def template_file(kind: str) -> ResponseReturnValue:
    """Give the template that ships."""
    from survey.documents.word.render import shipped

    chosen = _kind(kind)
    return named_attachment(shipped(chosen), _SHIPPED[chosen])


@blueprint.get("/templates/<kind>/own.docx")
@access(Permission.CHANGE_TEMPLATES)
def own_template_file(kind: str) -> ResponseReturnValue:
    """Give a unit's own template."""
    with transaction() as session:
        chosen = _kind(kind)
        found = word_templates.own(session, _unit(), chosen) or abort(404)
    return named_attachment(found.content, _OWN[chosen])


@blueprint.post("/templates/<kind>")
@largest_body(MAX_FILE + FORM_AROUND)
@access(Permission.CHANGE_TEMPLATES)
@login_required
def take_template(kind: str) -> ResponseReturnValue:
    """Check a template and keep it, or say what is wrong with it."""
    chosen, unit = _kind(kind), _unit()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(unit, 422, at=chosen, missing=True)
    content = sent.read()
    try:
        word_templates.check(chosen, content)
    except BadTemplate as refused:
        return _page(unit, 422, at=chosen, faults=refused.faults, name=sent.filename)
    with transaction(write=True) as session:
        word_templates.put(session, unit, chosen, sent.filename, content, by())
    flash(_("已采用新模板，以后下载的文件都用它。"), "good")
    return _back(unit)


@blueprint.post("/templates/<kind>/remove")
@access(Permission.CHANGE_TEMPLATES)
@login_required
def remove_template(kind: str) -> ResponseReturnValue:
    """Go back to the template that ships."""
    chosen, unit = _kind(kind), _unit()
    with transaction(write=True) as session:
        gone = word_templates.remove(session, unit, chosen, by())
    if gone:
        flash(_("已撤下本单位的模板，改用自带模板。"), "good")
    return _back(unit)


def _kind(kind: str) -> Template:
    if kind not in list(Template):
        abort(404)
    return Template(kind)


def _unit() -> str:
    """Return whose templates these are: one's own unit's, or the one that an owner names."""
    unit = str(request.values.get("unit", current_user.account.unit))
    if not in_scope(unit):
        abort(404)
    return unit


def _back(unit: str) -> ResponseReturnValue:
    named = unit if unit != current_user.account.unit else None
    return redirect(url_for("admin.templates_page", unit=named), 303)


def _units(session: Session) -> list[str]:
    """List the units that an owner may choose from; others have one only."""
    if not may(Permission.REACH_EVERY_UNIT):
        return [current_user.account.unit]
    units = {campaign.unit for campaign in list_campaigns(session)}
    return sorted(units | {account.unit for account in accounts.list_accounts(session)})


def _page(
    unit: str,
    status: int = 200,
    *,
    at: Template | None = None,
    faults: Sequence[TemplateFault] = (),
    name: str = "",
    missing: bool = False,
) -> ResponseReturnValue:
    with transaction() as session:
        own: dict[Template, WordTemplate | None] = {
            kind: word_templates.own(session, unit, kind) for kind in Template
        }
        units = _units(session)
    return render_template(
        "admin/results/word_templates.html",
        unit=unit,
        units=units if len(units) > 1 else [],
        own=own,
        names=word_templates_words.NAMES,
        about=word_templates_words.ABOUT,
        placeholders={kind: list(_listed(PLACEHOLDERS[kind])) for kind in Template},
        at=at,
        faults=faults,
        name=name,
        missing=missing,
        say=word_templates_words,
        largest=MAX_FILE // 1024 // 1024,
    ), status


def _listed(among: Sequence[Placeholder], above: str = "", item: str = "") -> Iterator[ShownPlaceholder]:
    """List placeholders and their parts, each as it is written in a template."""
    for one in among:
        name = f"{above}.{one.name}" if above else one.name
        value = f"{item}.{one.name}" if item else one.name
        yield ShownPlaceholder(name, _written(one, value), one.meaning)
        if one.parts:
            yield from _listed(one.parts, name, value if one.shape is Shape.ONE else _item(one.name))


def _item(name: str) -> str:
    """Return the name that examples give to one of several."""
    return f"一{name[-1]}" if name else ""


def _written(placeholder: Placeholder, value: str) -> str:
    if placeholder.shape is Shape.TEXT:
        return f"{{{{ {value} }}}}"
    if placeholder.shape is Shape.BLOCK:
        return f"{{{{p {value} }}}}"
    if placeholder.shape is Shape.ONE:
        return ""
    target = _item(placeholder.name) if placeholder.shape is Shape.MANY else "一条"
    return f"{{%p for {target} in {value} %}} … {{%p endfor %}}"
