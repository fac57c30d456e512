"""Wiring: blueprints, headers and errors over settings and database make the whole application."""

from flask import Flask
from flask_wtf import CSRFProtect

from survey.config import Settings
from survey.web.server import bodies, front, logs

from . import addresses, admin, assets, errors, health, languages, probe, public, sms, voter
from .core import build_core
from .security import PUBLIC, access, add_headers, require_declarations
from .sms import counter as sms_counter


def build(config: Settings | None = None) -> Flask:
    """Build the application from settings; raises ``NotReady`` where the instance was not made yet.

    A node without the office's secrets has voters' and public pages only.
    """
    logs.attach()
    app = build_core(config)
    languages.attach(app)
    assets.attach(app)
    bodies.attach(app)
    addresses.attach(app)
    public.attach(app)
    csrf = CSRFProtect(app)
    for part in (voter, public, health, sms):
        app.register_blueprint(part.blueprint)
    for asked_by_no_form in (voter, sms):
        csrf.exempt(asked_by_no_form.blueprint)
    sms_counter.attach(app)
    access(PUBLIC)(app.view_functions["static"])
    if app.secret_key is not None:
        app.register_blueprint(admin.blueprint)
        admin.start(app)
    errors.attach(app)
    probe.attach(app)
    requests = health.attach(app)
    app.after_request(add_headers)
    front.attach(app, requests.note_voter)
    require_declarations(app)
    return app
