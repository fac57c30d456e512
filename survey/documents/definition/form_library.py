"""The forms that ship as templates: definitions without the persons, ready to be changed."""

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .definition_file import parse_definition

FOLDER = Path(__file__).resolve().parents[2] / "forms"
ORDER = (
    "annual",
    "team",
    "cadres",
    "reports",
    "satisfaction",
    "selection",
    "nomination",
    "departments",
    "mutual",
    "service",
    "sms",
    "members",
)

_HEAD = re.compile(r"# (?P<title>.+)\n# (?P<note>.+)\n")


@dataclass(frozen=True)
class FormTemplate:
    """One template; title and note are the two lines of comment that open its file.

    ``data`` is an incomplete definition: the organiser fills in ``campaign.code``, ``campaign.organiser`` and
    the ratees; by text message the channel and its signature, too.
    """

    key: str
    title: str
    note: str
    data: dict[str, Any]


def library() -> list[FormTemplate]:
    """Return all templates, the most used first; each call returns documents of its own."""
    return [FormTemplate(key, title, note, deepcopy(data)) for key, title, note, data in _read()]


@cache
def _read() -> tuple[tuple[str, str, str, dict[str, Any]], ...]:
    read = []
    for key in ORDER:
        text = (FOLDER / f"{key}.toml").read_text("utf-8")
        head = _HEAD.match(text)
        if head is None:
            raise ValueError(f"the form {key} does not open with its title and its note")
        read.append((key, head["title"], head["note"], parse_definition(text)))
    return tuple(read)
