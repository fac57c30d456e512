"""Minping (民评): anonymous evaluation and satisfaction surveys."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.config import Settings

__version__ = "0.1.0"


def create_app(config: "Settings | None" = None) -> "Flask":
    """Build the application: the one place that wires everything.

    ``config`` are the settings; without them they are read from the environment. The instance must have
    been made by ``minping init``, else ``NotReady`` is raised.
    """
    from survey.web.application import build

    return build(config)
