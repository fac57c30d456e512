"""The list of campaigns."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from survey.services.accounts import ROLES
from survey.storage.database import transaction
from survey.web.security import access

from .blueprint import blueprint
from .labels import STATES
from .scope import campaigns_in_scope


@blueprint.get("/")
@access(*ROLES)
@login_required
def home() -> ResponseReturnValue:
    """List the campaigns and where each stands."""
    with transaction() as session:
        campaigns = campaigns_in_scope(session)
    return render_template("admin/home.html", campaigns=campaigns, states=STATES)
