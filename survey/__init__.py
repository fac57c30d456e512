"""Minping (民评): anonymous evaluation and satisfaction surveys."""

from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
    from flask import Flask

    from survey.config import Settings

__all__ = ["__version__", "create_app"]


def create_app(config: "Settings | None" = None, *, pages: bool = True) -> "Flask":
    """Build the application: the one place that wires everything.

    ``config`` are the settings; without them they are read from the environment. Commands do without
    ``pages``, which take most of a second to load. The instance must have been made by ``minping init``, else
    ``NotReady`` is raised.
    """
    if pages:
        from survey.web.application import build

        return build(config)
    from survey.web.core import build_core

    return build_core(config)
