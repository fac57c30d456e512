"""Addresses of static files that change with their content: browsers keep the files for a year."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask

_DIGITS = 10


def attach(app: Flask) -> None:
    """Make the addresses of static files name their content."""
    folder = Path(app.static_folder or "")
    known: dict[str, str] = {}

    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            name = values["filename"]
            if name not in known:
                known[name] = sha256((folder / name).read_bytes()).hexdigest()[:_DIGITS]
            values["v"] = known[name]

    app.url_default_functions.setdefault(None, []).append(name_content)
