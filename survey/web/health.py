"""Is it alive, is it ready, and what it does: for machines that watch."""

import hmac

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from .context import settings
from .metrics import exposition
from .probe import database_state
from .security import PUBLIC, access

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access(PUBLIC)
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access(PUBLIC)
def readyz() -> ResponseReturnValue:
    """Say, within seconds, whether the database can be reached and has this programme's schema."""
    ready = database_state().ready
    return Response(
        "ready\n" if ready else "not ready\n", status=200 if ready else 503, mimetype="text/plain"
    )


@blueprint.get("/metrics")
@access(PUBLIC)
def metrics() -> ResponseReturnValue:
    """Answer a Prometheus server that knows the token; without a token in the settings there are none."""
    token = settings().metrics_token
    offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), offered.encode()):
        abort(404)
    return Response(exposition(), mimetype="text/plain; version=0.0.4")
