"""Whoever sent a request is known behind a proxy on this machine, and nobody writes their own address."""

import pytest
from flask import Flask

from survey.web.server.senders import sender_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "127.0.0.1", "203.0.113.7"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("", None, ""),
        ("unix:", "203.0.113.7", "unix:"),
    ],
)
def test_the_last_address_that_a_proxy_here_saw_counts(
    peer: str, forwarded: str | None, address: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with Flask("senders").test_request_context(headers=headers, environ_base={"REMOTE_ADDR": peer}):
        assert sender_address() == address
