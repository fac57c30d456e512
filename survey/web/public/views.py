"""Published results, as a page and as files."""

import io

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from survey.domain.campaign import Campaign, Publication
from survey.domain.errors import UnknownCampaign, WrongState
from survey.domain.report import make_report
from survey.domain.results import Results
from survey.services import publishing
from survey.storage.database import transaction
from survey.web.security import PUBLIC, access

blueprint = Blueprint("public", __name__)
LINK_SALT = "results-link"
LINK_FIELD = "k"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def results_link(code: str, key: bytes) -> str:
    """Return the path of a campaign's results for those who are given the link."""
    return f"/r/{code}?{LINK_FIELD}={URLSafeSerializer(key, salt=LINK_SALT).dumps(code)}"


@blueprint.get("/r/<code>")
@access(PUBLIC)
def page(code: str) -> ResponseReturnValue:
    """Show published results."""
    campaign, results, digest = _published(code)
    report = make_report(results, digest, campaign.state)
    link = request.query_string.decode("ascii", "ignore")
    return render_template("public/results.html", report=report, code=code, link=f"?{link}" if link else "")


@blueprint.get("/r/<code>.json")
@access(PUBLIC)
def as_json(code: str) -> ResponseReturnValue:
    """Give published results as JSON."""
    from survey.documents.results_json import results_json

    campaign, results, _ = _published(code)
    return jsonify(results_json(results, campaign.state))


@blueprint.get("/r/<code>.csv")
@access(PUBLIC)
def as_csv(code: str) -> ResponseReturnValue:
    """Give published results as CSV."""
    from survey.documents.tables_csv import write_csv

    campaign, results, digest = _published(code)
    out = io.BytesIO()
    write_csv(make_report(results, digest, campaign.state), out)
    return Response(out.getvalue(), mimetype="text/csv")


@blueprint.get("/r/<code>.xlsx")
@access(PUBLIC)
def as_xlsx(code: str) -> ResponseReturnValue:
    """Give published results as a workbook."""
    from survey.documents.tables_xlsx import write_xlsx

    campaign, results, digest = _published(code)
    out = io.BytesIO()
    write_xlsx(make_report(results, digest, campaign.state), out)
    return Response(out.getvalue(), mimetype=_XLSX)


def _published(code: str) -> tuple[Campaign, Results, str]:
    """Return results that this request may read; an unpublished campaign is as good as none."""
    try:
        with transaction() as session:
            found = publishing.results(session, code)
    except (UnknownCampaign, WrongState):
        abort(404)
    publication = found[0].publication
    if publication is not Publication.PUBLIC and not (publication is Publication.LINK and _holds_link(code)):
        abort(404)
    return found


def _holds_link(code: str) -> bool:
    signer = URLSafeSerializer(current_app.config["SECRET_KEY"], salt=LINK_SALT)
    try:
        return bool(signer.loads(request.args.get(LINK_FIELD, "")) == code)
    except BadSignature:
        return False
