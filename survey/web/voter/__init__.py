"""The voter's side: entering a code, the ballot, its review, the receipt. No session, no CSRF, no log."""

from . import assets, refusals, views
from .blueprint import blueprint

__all__ = ["assets", "blueprint", "refusals", "views"]
