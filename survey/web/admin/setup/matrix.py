"""Who rates whom: one row a ratee, one column a rater group."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.domain.accounts.roles import Permission
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.setup.fields.options import rows_of
from survey.web.admin.setup.fields.subjects import MATRIX, RATERS
from survey.web.security import access

from .pages import ONWARD, refused, saved
from .sheet import SetupSheet, leaf_of, sheet, show


@blueprint.get("/c/<campaign_code>/setup/matrix")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_matrix(campaign_code: str) -> ResponseReturnValue:
    """Show who rates whom."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _page(found)


@blueprint.post("/c/<campaign_code>/setup/matrix")
@access(Permission.SET_UP)
@login_required
def change_matrix(campaign_code: str) -> ResponseReturnValue:
    """Save who rates whom."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "matrix")
    found.working = MATRIX.take(found.draft.document, request.form)
    document = MATRIX.finish(found.draft.document, found.working)
    word = request.form.get("act", "save")
    answer = saved(found, document, MATRIX, lambda status: _page(found, status), word)
    if word in ONWARD or getattr(answer, "status_code", 0) == 409:
        return answer
    return redirect(found.address("matrix", page=request.args.get("page", 1, type=int)), 303)


def _page(found: SetupSheet, status: int = 200) -> Response:
    rows = rows_of(found.working, "ratees")
    leaf = leaf_of(found)
    ticked = {place: RATERS.shown(rows[place], found.working) for place in leaf.places}
    return show(
        "matrix",
        found,
        "matrix",
        status,
        rows=rows,
        leaf=leaf,
        groups=RATERS.offered(found.working, [key for keys in ticked.values() for key in keys]),
        ticked=ticked,
        sections={row.get("key"): row.get("title") for row in rows_of(found.working, "sections")},
    )
