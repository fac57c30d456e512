"""A count as one JSON value and back: what is stored, and what the count's digest is taken of."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .accounting import Accounting, GroupAccount
from .disclosure import CellRows, Count, QuestionRows, Why
from .late import Late, LateIssue
from .tally import Counts, OptionCounts

FORMAT = 1


def to_record(count: Count) -> dict[str, Any]:
    """Write a count as plain lists, numbers and strings."""
    return {
        "format": FORMAT,
        "accounting": {
            "groups": [[key, *_account(account)] for key, account in count.accounting.groups.items()],
            "total": _account(count.accounting.total),
        },
        "groups": [[ratee, [list(group) for group in groups]] for ratee, groups in count.groups.items()],
        "cells": [
            [
                *key,
                rows.why,
                None if rows.groups is None else [[list(g), *_counts(row)] for g, row in rows.groups.items()],
                None if rows.pooled is None else _counts(rows.pooled),
            ]
            for key, rows in count.cells.items()
        ],
        "questions": [
            [
                key,
                rows.why,
                None if rows.groups is None else [[g, *_options(row)] for g, row in rows.groups.items()],
                None if rows.pooled is None else _options(rows.pooled),
            ]
            for key, rows in count.questions.items()
        ],
        "breakdowns": [
            [*key, [[option, row and _counts(row)] for option, row in rows.items()]]
            for key, rows in count.breakdowns.items()
        ],
        # Left out where there are none: a count is named by the digest of this, old ones too.
        **({"late": [_late(one) for one in count.late]} if count.late else {}),
    }


def from_record(record: Mapping[str, Any]) -> Count:
    """Read a count back from what ``to_record`` wrote."""
    return Count(
        accounting=read_accounting(record["accounting"]),
        groups={ratee: tuple(tuple(group) for group in groups) for ratee, groups in record["groups"]},
        cells={
            (ratee, criterion): CellRows(
                None if groups is None else {tuple(group): _read_counts(row) for group, *row in groups},
                None if pooled is None else _read_counts(pooled),
                Why(why) if why else None,
            )
            for ratee, criterion, why, groups, pooled in record["cells"]
        },
        questions={
            key: QuestionRows(
                None if groups is None else {group: _read_options(row) for group, *row in groups},
                None if pooled is None else _read_options(pooled),
                Why(why) if why else None,
            )
            for key, why, groups, pooled in record["questions"]
        },
        breakdowns={
            (ratee, criterion, question): {option: row and _read_counts(row) for option, row in rows}
            for ratee, criterion, question, rows in record["breakdowns"]
        },
        late=read_late(record.get("late", ())),
    )


def read_accounting(accounting: Mapping[str, Any]) -> Accounting:
    """Read the accounting of a record by itself."""
    return Accounting(
        {key: GroupAccount(*account) for key, *account in accounting["groups"]},
        GroupAccount(*accounting["total"]),
    )


def read_late(late: Iterable[Any]) -> Late:
    """Read the late codes of a record by themselves."""
    return tuple(
        LateIssue(group, number, datetime.fromisoformat(at), confirmed)
        for group, number, at, confirmed in late
    )


def _late(issue: LateIssue) -> list[Any]:
    return [
        issue.group,
        issue.number,
        issue.at.astimezone(UTC).isoformat(timespec="seconds"),
        issue.confirmed,
    ]


def _account(account: GroupAccount) -> list[int | None]:
    return [
        account.issued,
        account.voided,
        account.returned,
        account.valid,
        account.spoiled,
        account.unreadable,
        account.present,
        # Left out where it is not: a count is named by the digest of this, old ones too.
        *(() if account.paper is None else (account.paper,)),
    ]


def _counts(counts: Counts) -> list[Any]:
    return [list(counts.grades), counts.abstained, counts.blank]


def _read_counts(row: list[Any]) -> Counts:
    grades, abstained, blank = row
    return Counts(tuple(grades), abstained, blank)


def _options(counts: OptionCounts) -> list[Any]:
    return [list(counts.options), counts.answered, counts.valid]


def _read_options(row: list[Any]) -> OptionCounts:
    options, answered, valid = row
    return OptionCounts(tuple(options), answered, valid)
