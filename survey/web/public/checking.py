"""Comparing papers with a signed count: for everybody, whatever is published, and without any result."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.documents.layout.signer_words import account_lines, change_line
from survey.domain.accounts.account_history import to_facts
from survey.domain.count.certificate import PARTS, STEPS, Certificate, Signer
from survey.domain.count.certificate_check import MAX_TYPED_LENGTH, compare
from survey.domain.definition.campaign import Publication
from survey.domain.errors import UnknownCampaign, WrongState
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate
from survey.storage.database import transaction
from survey.web.security import PUBLIC, access

from .blueprint import blueprint

FIELD = "value"
DIGESTS = {"count": _l("计票结果"), "definition": _l("活动规则"), "receipts": _l("回执清单")}


@blueprint.get("/r/<campaign_code>/check")
@access(PUBLIC)
def check_page(campaign_code: str) -> ResponseReturnValue:
    """Show what papers can be compared with, and what came of comparing."""
    about, named = _found(campaign_code)
    typed = request.args.get(FIELD, "")[:MAX_TYPED_LENGTH]
    return render_template(
        "public/check.html",
        about=about,
        named=named,
        typed=typed,
        found=compare(about, typed) if typed.strip() else None,
        field=FIELD,
        path=url_for("public.check_page", campaign_code=campaign_code),
        tz=ZoneInfo(about.time_zone),
        digests=DIGESTS,
        parts=PARTS,
        steps=STEPS,
        account_lines=lambda stood: account_lines(stood, about.time_zone, gettext, named=named),
        account_made=lambda made: change_line(made, about.time_zone, gettext, named=named),
    )


@blueprint.get("/r/<campaign_code>/check.json")
@access(PUBLIC)
def check_data(campaign_code: str) -> ResponseReturnValue:
    """Give what papers can be compared with as JSON."""
    about, named = _found(campaign_code)
    signatures = [
        {"part": one.part, "at": one.signed_at.isoformat()} | (_account(one) if named else {})
        for one in about.signers
    ]
    return jsonify(
        format=1,
        campaign=about.code,
        title=about.title,
        organiser=about.organiser,
        digests=about.digests,
        steps=[
            {"at": one.at.isoformat(), "act": one.act, "check_value": one.check_value} for one in about.steps
        ],
        signatures=signatures,
        codes={
            "issued": about.total.issued,
            "voided": about.total.voided,
            "unused": about.total.unused,
            "returned": about.total.returned,
        },
    )


def _account(signer: Signer) -> dict[str, Any]:
    """Name a signer, and say how the account stood when it signed, where that was kept."""
    return {"name": signer.name} | ({"account": to_facts(signer.standing)} if signer.standing else {})


def _found(campaign_code: str) -> tuple[Certificate, bool]:
    """Return what is certified of a count, and whether its signers may be named here."""
    try:
        with transaction() as session:
            about = certificate.checkable(session, campaign_code)
            named = find_campaign(session, campaign_code).publication is Publication.PUBLIC
    except (UnknownCampaign, WrongState):
        abort(404)
    return about, named
