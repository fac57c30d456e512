"""What is stored of a count: one way to write it, and nothing lost on the way back."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import CellRows, Count, QuestionRows, Why
from survey.domain.count.late import LateIssue
from survey.domain.count.record import from_record, to_record
from survey.domain.count.tally import Counts, OptionCounts

AT = datetime(2026, 11, 22, 10, 5, tzinfo=timezone(timedelta(hours=8)))
NUMBER = st.integers(0, 999)
COUNTS = st.builds(Counts, st.tuples(NUMBER, NUMBER), NUMBER, NUMBER)
OPTIONS = st.builds(OptionCounts, st.tuples(NUMBER, NUMBER), NUMBER, NUMBER)
REASON = st.sampled_from([None, *Why])
MAYBE = st.none() | NUMBER
ACCOUNT = st.builds(GroupAccount, NUMBER, NUMBER, NUMBER, MAYBE, MAYBE, NUMBER, MAYBE, MAYBE)
CELLS = st.builds(
    CellRows,
    st.none() | st.dictionaries(st.sampled_from([("A",), ("B", "C")]), COUNTS),
    st.none() | COUNTS,
    REASON,
)
QUESTIONS = st.builds(
    QuestionRows, st.none() | st.dictionaries(st.sampled_from("AB"), OPTIONS), st.none() | OPTIONS, REASON
)
LATE = st.builds(LateIssue, st.just("A"), NUMBER, st.just(AT), st.booleans())
COUNTED = st.builds(
    Count,
    accounting=st.builds(Accounting, st.dictionaries(st.sampled_from("AB"), ACCOUNT), ACCOUNT),
    groups=st.just({"c1": (("A",), ("B", "C"))}),
    cells=st.dictionaries(st.just(("c1", "de")), CELLS),
    questions=st.dictionaries(st.just("age"), QUESTIONS),
    breakdowns=st.dictionaries(
        st.just(("c1", "de", "age")), st.dictionaries(st.sampled_from(["young", "-"]), st.none() | COUNTS)
    ),
    late=st.lists(LATE, max_size=2).map(tuple),
)


@given(COUNTED)
def test_whatever_is_written_comes_back_from_json(count: Count) -> None:
    assert from_record(json.loads(json.dumps(to_record(count)))) == count


def count_of(**parts: Any) -> Count:
    account = GroupAccount(20, 1, 6, 5, 1, 0, 9)
    nothing: dict[str, Any] = {"groups": {}, "cells": {}, "questions": {}, "breakdowns": {}}
    return Count(**({"accounting": Accounting({"A": account}, account)} | nothing | parts))


def test_a_record_is_lists_and_numbers_in_one_order() -> None:
    """Stored counts are named by the digest of this: an order that changes breaks every certificate."""
    rows = CellRows({("A",): Counts((5, 0), 1, 2)}, Counts((5, 0), 1, 2), None)
    hidden = CellRows(None, None, Why.SMALL_CELL)
    asked = QuestionRows({"A": OptionCounts((3, 2), 5, 6)}, None, Why.SMALL_GROUP)
    found = count_of(
        groups={"c1": (("A",), ("B", "C"))},
        cells={("c1", "de"): rows, ("c1", "neng"): hidden},
        questions={"age": asked},
        breakdowns={("c1", "de", "age"): {"young": Counts((5, 0), 0, 0), "old": None}},
    )
    assert to_record(found) == {
        "format": 1,
        "accounting": {"groups": [["A", 20, 1, 6, 5, 1, 0, 9]], "total": [20, 1, 6, 5, 1, 0, 9]},
        "groups": [["c1", [["A"], ["B", "C"]]]],
        "cells": [
            ["c1", "de", None, [[["A"], [5, 0], 1, 2]], [[5, 0], 1, 2]],
            ["c1", "neng", "small-cell", None, None],
        ],
        "questions": [["age", "small-group", [["A", [3, 2], 5, 6]], None]],
        "breakdowns": [["c1", "de", "age", [["young", [[5, 0], 0, 0]], ["old", None]]]],
    }


def test_paper_stands_there_only_where_there_is_any() -> None:
    """A record without it, and so its digest, is what it was before there were paper ballots."""
    account, plain = GroupAccount(20, 1, 6, 5, 1, 0, 9, 4), GroupAccount(20, 1, 6, 5, 1, 0, 9)
    record = to_record(count_of(accounting=Accounting({"A": account, "B": plain}, account)))
    assert record["accounting"] == {
        "groups": [["A", 20, 1, 6, 5, 1, 0, 9, 4], ["B", 20, 1, 6, 5, 1, 0, 9]],
        "total": [20, 1, 6, 5, 1, 0, 9, 4],
    }


def test_late_codes_stand_there_only_where_there_were_any() -> None:
    assert "late" not in to_record(count_of())
    late = (LateIssue("B", 3, AT, confirmed=True),)
    record = to_record(count_of(late=late))
    assert record["late"] == [["B", 3, "2026-11-22T02:05:00+00:00", True]]
    (kept,) = from_record(record).late
    assert kept == late[0]
    assert kept.at.tzinfo == UTC
