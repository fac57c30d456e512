"""Units that rate each other, set up from one matrix in Excel: brought whole or not at all."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.documents.definition.matrix_merge import matrix_of, merge_matrix
from survey.documents.definition.rating_matrix import (
    MAX_ISSUE,
    MAX_UNITS,
    BadMatrix,
    MatrixFlaw,
    RatingMatrix,
    read_matrix,
)
from survey.documents.export.files import RATING_MATRIX
from survey.documents.roster.cells import MAX_FILE
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import MAX_GROUPS
from survey.domain.errors import ChangedMeanwhile
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.setup.fields.options import rows_of
from survey.web.admin.setup.fields.parts import written
from survey.web.admin.words import roster as roster_words
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .pages import by, posted_version, refused
from .sheet import FORM_AROUND, SetupSheet, sheet, show

SHOWN = 200
SENTENCES = {
    MatrixFlaw.NO_HEADS: _l("没有找到表头：第一行要有“单位”和“票类”。请对照模板"),
    MatrixFlaw.NO_COLUMNS: _l("这一行只有表头，没有单位：请从“发票数”后面起，把同样的单位横着再写一遍"),
    MatrixFlaw.TOO_WIDE: _l("横着的单位太多，最多 %(most)s 个，请分成几次互评"),
    MatrixFlaw.TOO_MANY: _l("单位太多，最多 %(groups)s 个，请分成几次互评"),
    MatrixFlaw.HIDDEN: _l("被隐藏了，请取消隐藏并核对，不用的请删去"),
    MatrixFlaw.MERGED: _l("这些格是合并的，请取消合并，一格一个单位"),
    MatrixFlaw.FORMULA: _l("这一格是公式，请复制后“选择性粘贴—数值”"),
    MatrixFlaw.NO_POOL: _l("没有填票类，请填写，如：各市票"),
    MatrixFlaw.DOUBLE: _l("这个单位写了两次，请删去一个"),
    MatrixFlaw.NO_ROW: _l("左边没有叫这个名称的单位：请改成一样的写法，或加上一行"),
    MatrixFlaw.BAD_ISSUE: _l("发票数请填 1 到 %(issue)s 的整数，或空着（1 张）"),
    MatrixFlaw.BAD_MARK: _l("看不懂：不评的请填 ✕，要评的空着"),
    MatrixFlaw.ITSELF: _l("本单位不评本单位，请空着"),
    MatrixFlaw.NOBODY: _l("这一列全是 ✕，没有人评这个单位，请改正，或删去这一列"),
    MatrixFlaw.NO_FORM: _l("没有这张测评表，请先在“测评表”里添加，或改成已有的表名"),
}


@blueprint.get("/c/<campaign_code>/setup/mutual")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_mutual(campaign_code: str) -> ResponseReturnValue:
    """Ask for a matrix, and show the one that there is."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _page(found)


@blueprint.get("/c/<campaign_code>/setup/mutual.xlsx")
@access(Permission.READ_CAMPAIGNS)
@login_required
def download_matrix(campaign_code: str) -> ResponseReturnValue:
    """Hand out the matrix as it is, or one to fill in."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    from survey.documents.definition.matrix_workbook import matrix_workbook

    document = found.draft.document
    forms = [written(row.get("title")) for row in rows_of(document, "sections")]
    content = matrix_workbook(matrix_of(document), forms)
    return named_attachment(content, RATING_MATRIX, title=found.title, campaign_code=found.code)


@blueprint.post("/c/<campaign_code>/setup/mutual")
@largest_body(MAX_FILE + FORM_AROUND)
@access(Permission.SET_UP)
@login_required
def bring_matrix(campaign_code: str) -> ResponseReturnValue:
    """Make rater groups, pools and ratees of a matrix, whole or not at all."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "groups")
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(found, 422, missing=True)
    try:
        matrix = read_matrix(file.filename, file.read())
        document = merge_matrix(found.draft.document, matrix)
    except BadMatrix as bad:
        return _page(found, 422, faults=_said(bad), name=file.filename)
    try:
        with transaction(write=True) as session:
            drafts.save(session, campaign_code, document, posted_version(), by())
    except ChangedMeanwhile:
        flash(_("有人刚改过这个活动，没有导入。请看现在的样子，再传一次。"), "bad")
        return redirect(found.address("mutual"), 303)
    said = _(
        "已导入：%(units)s 个单位各一个票种，%(rated)s 个单位被评。"
        "请核对下面的矩阵；权重在“票种与权重”里填。",
        units=len(matrix.units),
        rated=len(matrix.excluded),
    )
    flash(said, "good")
    return redirect(found.address("mutual"), 303)


def _said(bad: BadMatrix) -> list[tuple[str, str, str]]:
    """Return each fault as its place, what stands there, and how to mend it."""
    if bad.unreadable:
        return [(roster_words.place(bad.unreadable), "", roster_words.sentence(bad.unreadable))]
    limits = {"most": MAX_UNITS, "issue": MAX_ISSUE, "groups": MAX_GROUPS}
    return [(_where(one.place), one.value, str(SENTENCES[one.flaw]) % limits) for one in bad.faults]


def _where(place: str) -> str:
    """Return a place as people look for it: a cell as Excel names it, or the number of a row."""
    return _("第 %(number)s 行", number=place) if place.isdigit() else place


def _page(
    found: SetupSheet,
    status: int = 200,
    *,
    faults: list[tuple[str, str, str]] | None = None,
    name: str = "",
    missing: bool = False,
) -> Response:
    matrix: RatingMatrix | None = matrix_of(found.draft.document)
    return show(
        "mutual",
        found,
        "groups",
        status,
        matrix=matrix,
        faults=faults or [],
        name=name,
        missing=missing,
        most=SHOWN,
        has_forms=bool(rows_of(found.draft.document, "sections")),
    )
