"""One way to write a value as JSON, so that equal values have equal digests."""

import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from hashlib import sha256
from typing import Any


def canonical_json(value: Any) -> str:
    """Write a parsed value as JSON with sorted keys and no spaces.

    As RFC 8785, but decimals are never shortened to a double: they are written plainly, without trailing
    zeros. Date-times, dates and times are written in ISO 8601.
    """
    if isinstance(value, Mapping):
        pairs = (f"{canonical_json(key)}:{canonical_json(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, date | time):
        value = value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def digest(value: Any) -> str:
    """Return ``sha256:`` and the SHA-256 of a value's canonical JSON, in hexadecimal."""
    return digest_of_text(canonical_json(value))


def digest_of_text(text: str) -> str:
    """Return ``sha256:`` and the SHA-256 of a text's UTF-8, in hexadecimal."""
    return "sha256:" + sha256(text.encode()).hexdigest()


def _plain(value: Decimal) -> str:
    written = format(value, "f")
    shortened = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if shortened == "-0" else shortened
