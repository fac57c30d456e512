"""Where providers of text messages bring replies and receipts. No session, no CSRF, no page, no log."""

from .desk import attach
from .webhook import blueprint

__all__ = ["attach", "blueprint"]
