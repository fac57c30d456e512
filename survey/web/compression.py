"""Compressing what is the same for everyone.

What holds anything that a voter wrote is never compressed, see docs/decisions/0007.
"""

import gzip
from functools import lru_cache

from flask import Response, request


def wanted() -> bool:
    """Return whether the client takes gzip."""
    return request.accept_encodings["gzip"] > 0


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
