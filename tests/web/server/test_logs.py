"""The server's own log: lines of JSON, without secrets, addresses, or what libraries say of requests."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from survey.web.server import logs
from tests.office import Office

ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Give the loggers their handlers back."""
    names = ("", logs.OURS, "gunicorn.error", "asyncio")
    kept = {name: logging.getLogger(name).handlers[:] for name in names}
    logs.attach()
    yield
    for name, handlers in kept.items():
        logging.getLogger(name).handlers[:] = handlers


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_says_what_when_and_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.say("a job began", kind="slips", campaign="换届测评", slips=3)
    [line] = told(capsys)
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "a job began",
        "level": "info",
        "kind": "slips",
        "campaign": "换届测评",
        "slips": 3,
    }


@pytest.mark.parametrize(
    "name",
    [
        *("code", "codes", "token", "share", "shares", "key", "box_key", "password", "secret", "seed"),
        *("receipt", "ballot", "comment", "cookie", "session", "totp", "recovery", "body", "form"),
        *("address", "remote_addr", "path", "url", "query", "user_agent", "referer", "headers"),
    ],
)
def test_a_fact_of_a_telling_name_is_refused(capsys: pytest.CaptureFixture[str], name: str) -> None:
    logs.say("something", **{name: "plain words"})
    [line] = told(capsys)
    assert line[name] == logs.WITHHELD


@pytest.mark.parametrize(
    "value",
    [
        *("7K3M-9XTQ-ABCD-EFGH", "code 7k3m-9xtq-abcd-efgh is unknown", "ZZZZ-7777-ZZZZ"),
        *(ADDRESS, f"closed by {ADDRESS}:4431", "::1", "2001:db8::17", "fe80:0:0:0:1:2:3:4"),
        *("0f" * 32, "sha256:" + "a" * 64, "gAAAAABl" + "Zm9v" * 8),
    ],
)
def test_a_value_that_looks_like_a_secret_is_refused(capsys: pytest.CaptureFixture[str], value: str) -> None:
    logs.say("something", fact=value)
    logs.say(value)
    first, second = told(capsys)
    assert (first["fact"], second["event"]) == (logs.WITHHELD, logs.WITHHELD)


@pytest.mark.parametrize(
    "value", ["0.1.0", "custody.py:82 < box.py:3", "town-annual", "2026-11-22", 17, None]
)
def test_plain_facts_are_kept(capsys: pytest.CaptureFixture[str], value: object) -> None:
    logs.say("something", fact=value)
    assert told(capsys)[0]["fact"] == value


def test_of_anything_else_only_its_kind_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.say("something", fact={"code": "7K3M"}, other=b"7K3M", error=ValueError("7K3M"))
    [line] = told(capsys)
    assert (line["fact"], line["other"], line["error"]) == ("dict", "bytes", "ValueError")


def test_what_services_say(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("minping")
    logger.info("a job is done", extra={"facts": {"slips": 3, "code": "x"}})
    logger.error("a job failed")
    first, second = told(capsys)
    assert (first["slips"], first["code"], first["level"]) == (3, logs.WITHHELD, "info")
    assert (second["event"], second["level"]) == ("a job failed", "error")


@pytest.mark.parametrize("name", ["asyncio", "gunicorn.error", "werkzeug", "sqlalchemy.pool", "any"])
def test_libraries_keep_sentences_and_moments_to_themselves(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    logger = logging.getLogger(name)
    if name == "gunicorn.error":
        logger.addHandler(logging.StreamHandler())
        logger.propagate = False
        logs.attach()
    try:
        raise ValueError(f"7K3M from {ADDRESS}")
    except ValueError:
        logger.exception("POST /v/cast from %s", ADDRESS)
    logger.warning("client %s went away", ADDRESS)
    logger.info("GET /v from %s", ADDRESS)
    lines = told(capsys)
    assert [line.pop("at", "").partition(":")[0] for line in lines] == ["test_logs.py", ""]
    assert lines == [
        {"event": "library", "source": name, "level": "error", "failure": "ValueError"},
        {"event": "library", "source": name, "level": "warning"},
    ]


def test_said_once_however_often_attached(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        logs.attach()
    logging.getLogger("minping").info("one")
    logging.getLogger("other").error("two")
    assert [line["event"] for line in told(capsys)] == ["one", "library"]


def test_a_failure_on_a_page_is_told_without_its_message(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail() -> None:
        raise ValueError(f"7K3M-9XTQ-ABCD-EFGH {ADDRESS}")

    office = Office(app)
    fail.access = app.view_functions["admin.me"].access  # type: ignore[attr-defined]
    app.view_functions["admin.me"] = fail
    assert office.get("/admin/me?q=7K3M").status_code == 500
    [line] = told(capsys)
    assert (line["event"], line["endpoint"], line["failure"]) == (
        "failure on a page",
        "admin.me",
        "ValueError",
    )
    assert "time" in line
    assert "7K3M" not in json.dumps(line)
