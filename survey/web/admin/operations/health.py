"""How the instance is doing, for an owner: each thing with a verdict and what to do about it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from survey.domain.accounts.roles import Permission
from survey.domain.operations.health import judge, worst
from survey.web import health
from survey.web.admin.blueprint import blueprint
from survey.web.admin.words.audit_log import shown
from survey.web.admin.words.health import CHIPS, NAMES, VERDICTS, advice, campaigns, found
from survey.web.security import access


@blueprint.get("/watching")
@access(Permission.WATCH)
def watching() -> ResponseReturnValue:
    """Show what was found at this moment; the page asks again every half minute."""
    seen = health.look()
    findings = judge(seen)
    return render_template(
        "admin/operations/health.html",
        seen=seen,
        findings=findings,
        worst=worst(findings),
        names=NAMES,
        verdicts=VERDICTS,
        chips=CHIPS,
        advice=advice,
        found=found,
        campaigns=campaigns,
        clock=shown(seen.at)[11:],
    )
