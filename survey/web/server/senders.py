"""Where a request comes from."""

from ipaddress import ip_address

from flask import request


def sender_address() -> str:
    """Return the address of whoever sent this request, behind a proxy on this machine too."""
    peer = request.remote_addr or ""
    # The proxy would make one address of everybody. It appends the one it saw, so the last counts; whatever
    # else is in the header, a client may have written.
    if _is_loopback(peer) and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rpartition(",")[2].strip()
    return peer


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
