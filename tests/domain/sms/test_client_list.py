"""A list of clients, row by row: whom to ask about whom."""

from typing import Any

import pytest

from survey.domain.definition.reader import read_definition
from survey.domain.sms.client_list import Client, ListedRow, read_clients
from tests.sms_clients import an_sms_definition


def rows(*cells: dict[str, str]) -> list[ListedRow]:
    columns = {"number": "A", "group": "B", "ratee": "C"}
    return [
        ListedRow(at, one, {key: f"{letter}{at}" for key, letter in columns.items()})
        for at, one in enumerate(cells, 2)
    ]


def read(*cells: dict[str, str], **tables: Any) -> tuple[list[Client], list[tuple[str, str]]]:
    clients, faults = read_clients(read_definition(an_sms_definition(**tables)), rows(*cells))
    return clients, [(fault.place, fault.flaw) for fault in faults]


GROUPS = [{"key": key, "label": label, "weight": 1} for key, label in (("A", "企业"), ("B", "群众"))]
NUMBER = "13800000001"


def test_ratees_and_groups_go_by_key_or_by_name() -> None:
    found = read(
        {"number": NUMBER, "group": "A", "ratee": "tax"},
        {"number": "13800000002", "group": "群众", "ratee": "供水窗口"},
        groups=GROUPS,
    )
    assert found == (
        [Client("+8613800000001", "A", "tax", "A2"), Client("+8613800000002", "B", "water", "A3")],
        [],
    )


def test_what_there_is_one_of_need_not_be_named() -> None:
    ratees = [{"key": "tax", "section": "service", "name": "办税窗口"}]
    assert read({"number": NUMBER}, ratees=ratees)[0] == [Client("+8613800000001", "all", "tax", "A2")]


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ([{"ratee": "tax"}], [("A2", "missing")]),
        ([{"number": NUMBER}], [("C2", "unknown-ratee")]),
        ([{"number": NUMBER, "ratee": "bank"}], [("C2", "unknown-ratee")]),
        ([{"number": NUMBER, "ratee": "tax", "group": "x"}], [("B2", "unknown-group")]),
        ([{"number": "010-62345678", "ratee": "tax"}], [("A2", "landline")]),
        ([{"number": "12345678901", "ratee": "tax"}], [("A2", "not-mobile")]),
        ([{"number": "1.38E+10", "ratee": "tax"}], [("A2", "rounded")]),
        (
            [{"number": NUMBER, "ratee": "tax"}, {"number": f"+86 {NUMBER}", "ratee": "water"}],
            [("A3", "double")],
        ),
        ([{"number": "x", "ratee": "bank"}], [("A2", "not-a-number"), ("C2", "unknown-ratee")]),
    ],
)
def test_faults_have_their_cell(cells: list[dict[str, str]], faults: list[tuple[str, str]]) -> None:
    assert read(*cells)[1] == faults


def test_a_group_that_does_not_rate_a_ratee_is_named() -> None:
    ratees = [{"key": "tax", "section": "service", "name": "办税窗口", "groups": ["A"]}]
    found = read({"number": NUMBER, "group": "B"}, groups=GROUPS, ratees=ratees)
    assert found == ([], [("C2", "not-rated")])


def test_no_fault_repeats_a_number_and_no_client_prints_it() -> None:
    definition = read_definition(an_sms_definition())
    clients, faults = read_clients(
        definition,
        rows(
            {"number": NUMBER, "ratee": "tax"}, {"number": NUMBER, "ratee": "tax"}, {"number": "010-62345678"}
        ),
    )
    assert NUMBER[1:] not in repr(clients) + repr(faults) + "".join(map(str, faults))
    assert "62345678" not in repr(faults)
