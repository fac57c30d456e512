"""Numbers in addresses: no more digits than anything here is counted with."""

from flask import Flask
from werkzeug.routing import BaseConverter


class Number(BaseConverter):
    """A whole number; one that no database could hold is not found, like any that is not there."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)


def attach(app: Flask) -> None:
    """Read ``int`` in an application's addresses this way."""
    app.url_map.converters["int"] = Number
