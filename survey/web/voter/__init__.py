"""The voter's side: entering a code, the ballot, its review, the receipt. No session, no CSRF, no log."""

from flask import Blueprint

blueprint = Blueprint("voter", __name__)

from . import assets, refusals, views  # noqa: E402, F401  (they register themselves on the blueprint)
