"""Reports that came as files, as a code opens them: those of its ballot, as fixed, leaving nothing."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import AlreadyCast, AlteredStatement, UnknownStatement
from survey.services.voting import casting, statements
from survey.storage.database import transaction
from survey.storage.fast_connection import fast_connection
from survey.web.context import vault
from tests.builders import a_definition, cast, running_campaign
from tests.statement_files import TEXTS, running


def opened(code: str, asked: str) -> statements.OpenedStatement:
    with fast_connection() as conn:
        return statements.opened(conn, casting.admit(conn, vault(), code, datetime.now(UTC)), asked)


def offered(code: str) -> dict[str, str]:
    with fast_connection() as conn:
        ticket = casting.admit(conn, vault(), code, datetime.now(UTC))
        return {key: one.asked for key, one in statements.offered(conn, ticket).items()}


def test_a_code_opens_the_reports_of_its_ballot(each_app: Flask) -> None:
    data = a_definition()
    data["ratees"][1]["groups"] = ["B"]
    codes = running(each_app, data).codes
    assert offered(codes["A"][0]) == {"c1": "0000"}
    assert offered(codes["B"][0]) == {"c1": "0000", "c2": "0001"}
    assert opened(codes["A"][0], "0000").text == TEXTS["c1"]
    content = opened(codes["A"][0], "0000.pdf").content
    assert content is not None
    assert content.startswith(b"%PDF")
    for asked in ("0001", "0001.pdf", "0002", "0", "c1", "", "0000.PDF", "٠٠٠٠"):
        with pytest.raises(UnknownStatement):
            opened(codes["A"][0], asked)


def test_all_texts_of_a_campaign_are_told_how_long_the_longest_is(app: Flask) -> None:
    code = running(app).codes["A"][0]
    assert opened(code, "0000").longest == opened(code, "0001").longest


def test_a_code_may_read_until_it_is_spent(app: Flask) -> None:
    code = running(app).codes["A"][0]
    for _ in range(3):
        assert opened(code, "0000").text
    cast(app, code, {"c1.de": "excellent"})
    with pytest.raises(AlreadyCast):
        opened(code, "0000")


def test_without_files_there_is_nothing_to_ask(app: Flask) -> None:
    code = running_campaign(app, a_definition(), 1).codes["A"][0]
    assert offered(code) == {}
    with pytest.raises(UnknownStatement):
        opened(code, "0000")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE statement_files SET text = 'other' WHERE ratee = 'c1'", ["0000"]),
        ("UPDATE statement_files SET content = zeroblob(9) WHERE ratee = 'c1'", ["0000.pdf"]),
        ("UPDATE statement_files SET ratee = 'c3' WHERE ratee = 'c1'", ["0000", "0001", "0001.pdf"]),
        ("UPDATE statement_files SET digest = 'other' WHERE ratee = 'c2'", ["0000", "0001.pdf"]),
        ("DELETE FROM statement_files WHERE ratee = 'c1'", ["0000", "0001"]),
    ],
)
def test_what_was_replaced_after_arming_is_not_shown(app: Flask, change: str, told: list[str]) -> None:
    code = running(app).codes["A"][0]
    with transaction(write=True) as session:
        session.execute(text(change))
    for asked in told:
        with pytest.raises(AlteredStatement):
            opened(code, asked)
