"""How the instance is doing, for an owner: each thing with a verdict and what to do about it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from survey.domain.watching import judge, worst
from survey.web import seeing
from survey.web.security import access

from .blueprint import blueprint
from .log_labels import shown
from .scope import OWNER
from .watching_labels import CHIPS, NAMES, VERDICTS, advice, campaigns, found


@blueprint.get("/watching")
@access(OWNER)
def watching() -> ResponseReturnValue:
    """Show what was found at this moment; the page asks again every half minute."""
    seen = seeing.look()
    findings = judge(seen)
    return render_template(
        "admin/watching.html",
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
