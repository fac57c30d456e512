"""What is missing before a campaign can be armed, and throwing a draft away."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.documents.layout import definition_glyphs
from survey.documents.layout.definition_glyphs import GlyphWarning
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Definition, EntryMode
from survey.domain.definition.form import Group, Ratee
from survey.domain.definition.loose_ends import (
    TooFewRaters,
    rating_themselves,
    too_few_raters,
    unused_sections,
)
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import SmallGroups
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .pages import by, refused
from .sheet import ChecklistLine, SetupSheet, sheet, show

_NAMED = 5
"""So many units are named where many are meant."""

_PAGES = {
    "groups": "groups",
    "scales": "scales",
    "rates": "scales",
    "sections": "sections",
    "ratees": "ratees",
    "questions": "questions",
}
"""Where what stands in a table of the definition is written."""


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
        groups=definition.raters if definition else (),
        needs=_needs(found, definition) if definition else (),
        typed=request.form.get("typed", ""),
    )


def _needs(found: SetupSheet, definition: Definition) -> Sequence[ChecklistLine]:
    """List what arming and what follows it will ask for."""
    ratees, questions = len(definition.ratees), len(definition.questions)
    lines = max(len(definition.lines_of[group.key]) for group in definition.raters)
    if ratees:
        text = _(
            "测评内容完整：%(ratees)s 个测评对象，%(questions)s 个问题，一张票最多 %(lines)s 项评价",
            ratees=ratees,
            questions=questions,
            lines=lines,
        )
        needs = [ChecklistLine("done", text), *_unused(found, definition)]
    else:
        text = _(
            "还没有测评对象，只有 %(questions)s 个问题；要评的班子、干部或服务，请先填上", questions=questions
        )
        needs = [ChecklistLine("hint", text, found.address("ratees"))]
    unsaid = [group.label for group in definition.raters if group.issue is None]
    if unsaid and definition.entry is EntryMode.CODES:
        text = _("%(groups)s 没有填发票数，打印投票码时再填也可以", groups="、".join(unsaid))
        needs.append(ChecklistLine("hint", text, found.address("groups")))
    idle = [group.label for group in definition.raters if not definition.lines_of[group.key]]
    if idle and ratees:
        text = _("%(groups)s 没有要评的对象", groups="、".join(idle))
        needs.append(ChecklistLine("hint", text, found.address("matrix")))
    needs += [_too_few(found, definition, few) for few in too_few_raters(definition)]
    needs += _themselves(found, rating_themselves(definition))
    needs += found.doubts
    open_to_all = definition.entry is EntryMode.OPEN
    needs += [
        _unprintable(found, one, open_to_all=open_to_all)
        for one in definition_glyphs.find_warnings(definition)
    ]
    if definition.closes_at is None and not definition.turns:
        needs.append(ChecklistLine("hint", _("没有填结束时间，由您手动结束投票"), found.address("basics")))
    return needs


def _unused(found: SetupSheet, definition: Definition) -> list[ChecklistLine]:
    """Return a line for each form that no ratee uses."""
    return [
        ChecklistLine(
            "hint",
            _("测评表“%(form)s”没有对象用，投票人看不到：请给它填对象，或删去", form=section.title),
            found.address("sections"),
        )
        for section in unused_sections(definition)
    ]


def _too_few(found: SetupSheet, definition: Definition, few: TooFewRaters) -> ChecklistLine:
    """Return the line that says of whom a pool's row is never shown, or tells how a few rated."""
    who = {
        "pool": few.pool.label,
        "ratee": few.ratees[0].name,
        "number": len(few.ratees),
        "raters": few.raters,
        "least": definition.results.minimum_cell,
    }
    if definition.results.small_groups is SmallGroups.SHOW:
        text = _(
            "“%(pool)s”里能评“%(ratee)s”等 %(number)s 个对象的至多 %(raters)s 人，少于 %(least)s 人；"
            "“计票规则”里选的是照样公布，别人能看出他们怎样评：请改为不单独公布，或把单位少的票类合并",
            **who,
        )
    else:
        text = _(
            "“%(pool)s”里能评“%(ratee)s”等 %(number)s 个对象的至多 %(raters)s 人，少于 %(least)s 人，"
            "这一行不会单独公布：请把单位少的票类合并，或在“计票规则”里改",
            **who,
        )
    return ChecklistLine("hint", text, found.address("groups"))


def _themselves(found: SetupSheet, own: Sequence[tuple[Group, Ratee]]) -> list[ChecklistLine]:
    """Return the line that names units of a pool that may rate themselves."""
    if not own:
        return []
    named = "、".join(unit.label for unit, _ratee in own[:_NAMED]) + ("等" if len(own) > _NAMED else "")
    text = _(
        "互评的 %(units)s 评得到自己（共 %(number)s 个）：自己不评自己的，请在“谁评谁”里去掉",
        units=named,
        number=len(own),
    )
    return [ChecklistLine("hint", text, found.address("matrix"))]


def _unprintable(found: SetupSheet, warning: GlyphWarning, *, open_to_all: bool) -> ChecklistLine:
    """Return the line that says which characters of a text the PDF's font lacks, and whose text it is."""
    of_another = warning.ratee not in ("", warning.text)
    if open_to_all:
        said = _l(
            "“%(where)s”（%(codes)s）：%(characters)s 印不到海报和 PDF 表格上，"
            "到时以“〓”代替，表下加注；能换写法的请现在换"
        )
    else:
        said = _l(
            "“%(where)s”（%(codes)s）：%(characters)s 印不到票条和 PDF 表格上，"
            "到时以“〓”代替，表下加注；能换写法的请现在换"
        )
    text = str(said) % {
        "where": f"{warning.ratee}：{warning.text}" if of_another else warning.text,
        "codes": warning.code_points,
        "characters": " ".join(warning.characters),
    }
    table = warning.path.partition("[")[0]
    return ChecklistLine("hint", text, found.address(_PAGES.get(table, "basics")))
