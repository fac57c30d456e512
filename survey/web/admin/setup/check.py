"""What is missing before a campaign can be armed, and throwing a draft away."""

from collections.abc import Iterator, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.documents.fonts import missing_glyphs
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Definition, EntryMode
from survey.domain.definition.reader import read_definition
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .pages import by, refused
from .sheet import ChecklistLine, SetupSheet, sheet, show


@blueprint.get("/c/<campaign_code>/setup/check")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_check(campaign_code: str) -> ResponseReturnValue:
    """Show everything that is wrong or missing, each with the place where it is mended."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _page(found)


@blueprint.post("/c/<campaign_code>/setup/delete")
@access(Permission.SET_UP)
@login_required
def delete_draft(campaign_code: str) -> ResponseReturnValue:
    """Throw a draft away, after its code was typed."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "check")
    if request.form.get("typed", "").strip() != campaign_code:
        return _page(found, 422)
    with transaction(write=True) as session:
        drafts.delete(session, campaign_code, by())
    flash(_("已删除 %(code)s。", code=campaign_code), "good")
    return redirect(url_for("admin.home"), 303)


def _page(found: SetupSheet, status: int = 200) -> Response:
    definition = None if found.wrongs else read_definition(found.draft.document)
    return show(
        "check",
        found,
        "check",
        status,
        groups=definition.groups if definition else (),
        needs=_needs(found, definition) if definition else (),
        typed=request.form.get("typed", ""),
    )


def _needs(found: SetupSheet, definition: Definition) -> Sequence[ChecklistLine]:
    """List what arming and what follows it will ask for."""
    ratees, questions = len(definition.ratees), len(definition.questions)
    lines = max((len(lines) for lines in definition.lines_of.values()), default=0)
    needs = [
        ChecklistLine(
            "done",
            _(
                "测评内容完整：%(ratees)s 个测评对象，%(questions)s 个问题，一张票最多 %(lines)s 项评价",
                ratees=ratees,
                questions=questions,
                lines=lines,
            ),
        )
    ]
    unsaid = [group.label for group in definition.groups if group.issue is None]
    if unsaid and definition.entry is EntryMode.CODES:
        text = _("%(groups)s 没有填发票数，打印投票码时再填也可以", groups="、".join(unsaid))
        needs.append(ChecklistLine("hint", text, found.address("groups")))
    idle = [group.label for group in definition.groups if not definition.lines_of[group.key]]
    if idle and ratees:
        text = _("%(groups)s 没有要评的对象", groups="、".join(idle))
        needs.append(ChecklistLine("hint", text, found.address("matrix")))
    needs += found.doubts
    unprintable = missing_glyphs(_printed(definition))
    if unprintable:
        named = " ".join(unprintable)
        text = _("%(characters)s 印不到投票码纸条和 PDF 表格上，请换一种写法", characters=named)
        needs.append(ChecklistLine("hint", text, found.address("basics")))
    if definition.closes_at is None:
        needs.append(ChecklistLine("hint", _("没有填结束时间，由您手动结束投票"), found.address("basics")))
    return needs


def _printed(definition: Definition) -> Iterator[str]:
    """List what slips and official tables print of a definition."""
    yield from (definition.title, definition.organiser)
    yield from (group.label for group in definition.groups)
    for scale in definition.scales:
        yield from (grade.label for grade in scale.grades)
    yield from (rate.label for rate in definition.rates)
    for section in definition.sections:
        yield from (section.title, *(criterion.label for criterion in section.criteria))
    for ratee in definition.ratees:
        yield from (ratee.name, ratee.post, ratee.unit)
    for question in definition.questions:
        yield from (question.label, *(option.label for option in question.options))
