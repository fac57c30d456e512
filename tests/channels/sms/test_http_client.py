"""A provider is asked once: over TLS by its certificate, with no redirection followed and no proxy asked."""

import ssl

import pytest

from survey.channels.sms.http_client import NoAnswer, NotReached, ask
from tests.sms.http_provider import HttpProvider, running_provider

pytestmark = pytest.mark.slow


def test_over_tls_by_its_certificate(trusted: ssl.SSLContext) -> None:
    with running_provider(trusted) as provider:
        provider.answer = b"yes"
        answer = ask("POST", f"{provider.url}/a?b=c", {"X-One": "1"}, b"body")
    assert (answer.status, answer.body) == (200, b"yes")
    (asked,) = provider.asked
    assert (asked.path, asked.query, asked.headers["x-one"], asked.body) == ("/a", {"b": "c"}, "1", b"body")


def test_a_certificate_that_nobody_knows_is_no_connection(secure: ssl.SSLContext) -> None:
    with running_provider(secure) as provider, pytest.raises(NotReached):
        ask("GET", provider.url)
    assert provider.asked == []


def test_a_redirection_is_an_answer(provider: HttpProvider) -> None:
    provider.status = 307
    assert ask("GET", provider.url).status == 307
    assert len(provider.asked) == 1


def test_no_proxy_of_the_environment_is_asked(
    provider: HttpProvider, unreachable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, unreachable)
    assert ask("GET", provider.url).status == 200


def test_what_is_cut_or_late_is_no_answer(provider: HttpProvider) -> None:
    provider.cut = True
    with pytest.raises(NoAnswer):
        ask("GET", provider.url)


def test_where_nobody_listens_nothing_was_sent(unreachable: str) -> None:
    with pytest.raises(NotReached):
        ask("GET", unreachable)
