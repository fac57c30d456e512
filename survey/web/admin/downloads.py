"""The official tables of a count as files."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from survey.documents.exporting import KINDS, export
from survey.domain.errors import WrongState
from survey.services import publishing
from survey.services.accounts import ROLES
from survey.storage.database import transaction
from survey.web.security import access

from .blueprint import blueprint
from .scope import campaign_in_scope


@blueprint.get("/c/<code>/results.<kind>")
@access(*ROLES)
def results(code: str, kind: str) -> ResponseReturnValue:
    """Give the results of a counted campaign as a file; there is none before the count."""
    if kind not in KINDS:
        abort(404)
    try:
        with transaction() as session:
            campaign_in_scope(session, code)
            campaign, found, digest = publishing.results(session, code)
    except WrongState:
        abort(404)
    return Response(
        export(kind, found, campaign.state, digest),
        mimetype=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{code}.{kind}"'},
    )
