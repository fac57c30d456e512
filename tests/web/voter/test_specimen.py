"""A ballot to look at: as voters get it, and of no use."""

import pytest
from flask import Flask

from survey.domain.ballot.crockford import read_symbols
from survey.domain.definition.campaign import Custody
from survey.secrecy.token import read_token
from survey.web.voter.specimen import CODE, RECEIPT, specimen
from tests.builders import built


def test_it_asks_what_the_group_is_asked_under_a_mark(app: Flask) -> None:
    ratees = [
        {"key": "c1", "section": "form", "name": "张三"},
        {"key": "c2", "section": "form", "name": "李四", "groups": ["A"]},
    ]
    definition = built_with(ratees)
    with app.test_request_context("/"):
        first = specimen(definition, "A", Custody.SERVER, "【样票】")
        second = specimen(definition, "B", Custody.SERVER, "【样票】")
    assert "【样票】 考核组" in first
    assert "李四" in first
    assert "李四" not in second
    assert 'name="c1.de"' in second
    assert CODE in first


def built_with(ratees: list):
    from survey.domain.definition.reader import read_definition
    from tests.builders import a_definition

    return read_definition(a_definition() | {"ratees": ratees})


def test_its_code_is_one_that_nobody_is_given() -> None:
    """It has the form of a code; the check symbol of all noughts is nought, so only no campaign has it."""
    assert len(read_symbols(CODE) or "") == 16
    assert len(read_symbols(RECEIPT) or "") == 12
    assert read_token(CODE)


@pytest.mark.parametrize("custody", Custody)
def test_it_promises_what_its_campaign_will(app: Flask, custody: Custody) -> None:
    with app.test_request_context("/"):
        pages = {one: specimen(built(), "A", one, "") for one in Custody}
    assert pages[custody]
    assert pages[Custody.SERVER] != pages[Custody.SCRUTINEERS]
