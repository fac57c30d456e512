"""Compressing what is the same for everyone.

What holds anything that a voter wrote is never compressed, see docs/decisions/0007.
"""

import gzip
from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header


def wanted() -> bool:
    """Return whether the client takes gzip."""
    return is_taken(request.headers.get("Accept-Encoding", ""))


def is_taken(accepted: str) -> bool:
    """Return whether a client takes gzip, by its ``Accept-Encoding``."""
    if not set(accepted) & set(';"*'):  # a plain list, as browsers send
        return any(kind.strip() == "gzip" for kind in accepted.lower().split(","))
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def packed(response: Response) -> Response:
    """Compress an answer that is the same for everyone, where the client takes it."""
    response.vary.add("Accept-Encoding")
    if wanted():
        response.set_data(_gzipped(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=32)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
