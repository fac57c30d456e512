"""A clock that stands still, a provider at a port of this machine, and one channel of each kind over it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from survey.channels.sms.webhook import WebhookRequest
from tests.sms.http_provider import HttpProvider, running_provider

AT = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
SECRET = "Zb3kQ9x_Lm2vT7rWc5nYp8-aHd4Gs6Jf"
KEY = "k" * 32


def a_request(
    body: str | bytes = b"",
    *,
    path: str = f"/sms/office/{SECRET}",
    method: str = "POST",
    address: str = "203.0.113.7",
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> WebhookRequest:
    content = body.encode() if isinstance(body, str) else body
    return WebhookRequest(method, path, headers or {}, query or {}, content, address)


@pytest.fixture
def provider() -> Iterator[HttpProvider]:
    with running_provider() as made:
        yield made


@pytest.fixture
def unreachable() -> str:
    """Return an address at which nobody listens."""
    with running_provider() as gone:
        return gone.url
