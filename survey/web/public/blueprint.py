"""The blueprint of the readers' pages."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
