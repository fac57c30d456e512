"""A real Kannel beside the adapter: what it brings is read, what it is given arrives, and comes again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from survey.channels.sms.configuration import read_channels
from survey.channels.sms.kannel import KannelChannel
from survey.channels.sms.webhook import WebhookRequest
from survey.domain.sms.incoming import Incoming, Receipt, Sent
from survey.web import sms
from tests.builders import ROOT
from tests.serving import in_process
from tests.sms.http_provider import Asked, HttpProvider, running_provider
from tests.sms.kannel_gateway import MISSING, KannelGateway, got, running_kannel, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"Kannel is not here ({', '.join(MISSING)})"),
]
PASSWORD = "a-long-password-of-kannel"


@pytest.fixture
def minping() -> Iterator[HttpProvider]:
    with running_provider() as made:
        made.answer = b""
        yield made


@pytest.fixture
def kannel(tmp_path: Path, minping: HttpProvider) -> Iterator[KannelGateway]:
    with running_kannel(tmp_path, get_url(minping), PASSWORD) as made:
        yield made


def get_url(minping: HttpProvider) -> str:
    """Return the address that docs/sms.md gives, with this password and port."""
    page = (ROOT / "docs" / "sms.md").read_text("utf-8")
    (line,) = [line for line in page.splitlines() if line.startswith("get-url = ")]
    written = line.split('"')[1]
    assert "http://127.0.0.1:8000" in written
    return written.replace("http://127.0.0.1:8000", minping.url).replace("PASSWORD", PASSWORD)


def channel(kannel: KannelGateway, minping: HttpProvider) -> KannelChannel:
    return KannelChannel("own", 10, "1069", "minping", PASSWORD, kannel.send_url, f"{minping.url}/sms/own")


def request(asked: Asked) -> WebhookRequest:
    return WebhookRequest(asked.method, asked.path, asked.headers, asked.query, asked.body, "127.0.0.1")


def test_replies_come_whole(kannel: KannelGateway, minping: HttpProvider) -> None:
    own = channel(kannel, minping)
    texts = ["3。", "很不满意 谢谢", "1 2  3", "R", "a&b=c%20+d"]
    for number, text in enumerate(texts, 1):
        with kannel.client(f"+8613800001111 106907 text {text}"):
            wait_until(lambda number=number: len(minping.asked) == number, f"{text} did not come")
    found = []
    for asked in minping.asked:
        own.authenticate(request(asked))
        found += own.parse_reply(request(asked))
    assert [one.text for one in found] == texts
    assert {(one.number, one.to) for one in found} == {("+8613800001111", "07")}
    assert len({one.id for one in found} - {""}) == len(texts)
    assert all(one.at is not None for one in found)


def test_messages_arrive_and_their_receipts_come_back(kannel: KannelGateway, minping: HttpProvider) -> None:
    own = channel(kannel, minping)
    with kannel.client("8613800001111 1069 text 1") as said:
        wait_until(lambda: len(minping.asked) == 1, "the centre is not there")
        assert own.send("+8613800001111", "满意吗？", "r 1", "07") == Sent("")
        assert own.send("+8613800001111", "测" * 80, "r 2", "07") == Sent("")
        wait_until(lambda: len(got(said)) == 3, "not every part arrived")
        wait_until(lambda: len(minping.asked) == 3, "not every receipt came")
    assert sum("106907 +8613800001111" in one for one in got(said)) == 3
    receipts = [receipt for asked in minping.asked[1:] for receipt in own.parse_receipt(request(asked))]
    assert sorted(receipts, key=lambda one: one.reference) == [Receipt("r 1", True), Receipt("r 2", True)]


def test_a_reply_goes_the_whole_way_through_the_server(
    app: Flask, tmp_path: Path, minping: HttpProvider
) -> None:
    kept: list[Incoming] = []
    failures = [OSError("the database is away")]

    def take(_channel: str, incoming: Sequence[Incoming], _now: datetime) -> None:
        if failures:
            raise failures.pop()
        kept.extend(incoming)

    path = tmp_path / "sms.toml"
    path.write_text(
        f'[channels.own]\nadapter = "kannel"\nnumber = "1069"\nuser = "minping"\npassword = "{PASSWORD}"\n'
    )
    path.chmod(0o600)
    app.extensions["csrf"].exempt(sms.blueprint)
    sms.attach(app, read_channels(path), take, lambda *_: None)
    with in_process(app) as server:
        here = f"http://127.0.0.1:{server.port}"
        with (
            running_kannel(tmp_path, get_url(minping).replace(minping.url, here), PASSWORD) as kannel,
            kannel.client("+8613800001111 106907 text 很不满意，满意"),
        ):
            wait_until(lambda: bool(kept), "the reply did not come")
    assert [(one.number, one.to, one.text) for one in kept] == [("+8613800001111", "07", "很不满意，满意")]
    assert failures == []


def test_what_was_not_kept_is_brought_again_under_the_same_id(
    kannel: KannelGateway, minping: HttpProvider
) -> None:
    own = channel(kannel, minping)
    minping.status = 503
    with kannel.client("8613800001111 106907 text 3"):
        wait_until(lambda: len(minping.asked) >= 1, "no reply came")
        minping.status = 200
        wait_until(lambda: len(minping.asked) >= 2, "it did not come again")
    first, second = (own.parse_reply(request(asked))[0] for asked in minping.asked[:2])
    assert (first.id, first.text) == (second.id, second.text)
    assert first.id
