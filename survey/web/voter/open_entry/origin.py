"""Which page a request comes from, as far as its browser says: an open campaign's own, or somebody else's.

A browser adds what is looked at here to every form and every script's request, and no page can change it.
Whoever sends neither header is no browser of today: curl, a script, an old telephone. They are let in, since
they carry nobody else's cookie.
"""

from urllib.parse import urlsplit

from flask import request

from survey.domain.errors import FromElsewhere
from survey.web.context import settings

_OURS = frozenset({"same-origin", "none"})
"""``none``: typed, or scanned. A neighbour under the same domain (``same-site``) is somebody else."""
_PORTS = {"http": 80, "https": 443}

_Place = tuple[str, int | None]


def require_own_page() -> None:
    """Refuse with ``FromElsewhere`` what the page of another site made this browser send.

    ``null`` stands for a page without an address (a sandboxed frame, a file), or one that hides it; ours do
    not (``voter/_origin.html``). The scheme is not compared: behind a proxy only the browser knows it.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    if (site and site not in _OURS) or (origin and not _is_ours(origin)):
        raise FromElsewhere


def _is_ours(origin: str) -> bool:
    scheme = origin.partition("://")[0].lower()
    # A proxy may have taken the port off the Host; the base URL has it.
    ours = (_place(f"{scheme}://{request.host}"), _place(settings().base_url))
    there = _place(origin)
    return there is not None and there in ours


def _place(address: str) -> _Place | None:
    """Return host and port of an address, ``None`` where it has none."""
    try:
        found = urlsplit(address)
        host, port = found.hostname, found.port
    except ValueError:
        return None
    return (host, port or _PORTS.get(found.scheme)) if host else None
