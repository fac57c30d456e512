"""The blueprint of the voters' pages."""

from flask import Blueprint

blueprint = Blueprint("voter", __name__)
