"""A receipt is found alike by its reader, on the page and by the command, whatever stands around it."""

from pathlib import Path

import pytest
from flask import Flask

from survey.domain.ballot.typed_codes import receipt_in
from survey.domain.errors import BadReceipt
from survey.secrecy.receipt import new_receipt
from survey.secrecy.token import new_token
from survey.services.voting.receipts import read_receipt
from tests.builders import EXAMPLES, cast, close, count, running_campaign
from tests.shell import Shell
from tests.variants import CODES, RECEIPTS


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", RECEIPTS)
def test_the_reader(name: str) -> None:
    for _ in range(50):
        receipt = new_receipt()
        assert read_receipt(RECEIPTS[name](receipt)) == receipt
        assert read_receipt(RECEIPTS[name](receipt).encode("utf-16").decode("utf-16")) == receipt


def test_of_two_receipts_none_is_chosen() -> None:
    one, other = new_receipt(), new_receipt()
    for text in (f"{one} {other}", f"{one}，{other}", "x" * 600 + one, f"x{one}", f"{one}x", ""):
        with pytest.raises(BadReceipt):
            read_receipt(text)
    assert read_receipt(f"{one};{one.lower()}") == one
    assert read_receipt(f"{one} {other[:9]}") == one


@pytest.mark.parametrize("name", CODES)
def test_a_voters_code_is_no_receipt(name: str) -> None:
    for _ in range(50):
        assert receipt_in(CODES[name](new_token())) is None


def test_the_page(app: Flask) -> None:
    running = running_campaign(app, EXAMPLES / "one-report-two-reviews.toml")
    receipt = cast(app, running.codes["B"][0], {})
    close(app, running.code)
    count(app, running.code)
    client = app.test_client()
    for name, written in RECEIPTS.items():
        answer = client.post("/receipt", data={"receipt": written(receipt)})
        assert (answer.status_code, "找到了" in answer.text) == (200, True), name
    refused = client.post("/receipt", data={"receipt": f"{receipt} {new_receipt()}"})
    assert (refused.status_code, "回执码没有填对" in refused.text) == (422, True)


def test_the_command(shell: Shell) -> None:
    receipt = shell.to("counted")[0]
    for name, written in RECEIPTS.items():
        said = shell.do("receipts small --find", written(receipt))
        assert said.out.split() == [receipt], name
    assert "twelve letters and digits" in shell.refused("receipts small --find", "回执码")
