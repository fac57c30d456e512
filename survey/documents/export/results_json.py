"""Results as the JSON value that scripts and auditors read."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any, BinaryIO

from survey.domain.count.accounting import GroupAccount
from survey.domain.count.results import (
    BreakdownResult,
    CellResult,
    QuestionResult,
    Results,
    SectionNames,
    Standing,
    Withheld,
)
from survey.domain.count.rows import Row
from survey.domain.count.tally import Counts
from survey.domain.count.values import ShownValues
from survey.domain.definition.campaign import Line

FORMAT = 1


def results_json(results: Results, state: str) -> dict[str, Any]:
    """Return the results as plain values; rounded numbers are strings with all their places."""
    accounting, paper = results.count.accounting, results.definition.paper is not None
    return {
        "format": FORMAT,
        "campaign": results.definition.code,
        "state": state,
        "definition": results.definition.digest,
        "accounting": {
            "groups": [
                {"group": key, **_account(account, paper)} for key, account in accounting.groups.items()
            ],
            "total": _account(accounting.total, paper),
        },
        # Left out where no messages were sent, as ever.
        **({"sms": results.sms.as_json()} if results.sms else {}),
        "cells": [_cell(cell) for cell in results.cells],
        "ratees": [_standing(standing) for standing in results.ratees],
        "questions": [_question(row) for row in results.questions],
        "breakdowns": [_breakdown(row) for row in results.breakdowns],
        "withheld": [_withheld(row) for row in results.withheld],
        **({"names": [_names(one) for one in results.names]} if results.names else {}),
    }


def _names(found: SectionNames) -> dict[str, Any]:
    """Return who was recommended beside a list to tick; ``few`` have too few votes to be named.

    What is ``null`` is none, or not told; nothing is told while the count is ``unsigned``.
    """
    return {
        "section": found.section,
        "named": [asdict(one) for one in found.named],
        "few": None if found.few is None else {"persons": found.few, "votes": found.few_votes},
        "nobody": found.nobody,
        "unsigned": found.is_unsigned,
    }


def write_json(value: Mapping[str, Any], out: BinaryIO) -> None:
    """Write results as plain values into a file."""
    out.write(json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n")


def _account(account: GroupAccount, paper: bool) -> dict[str, int | None]:
    return {
        "present": account.present,
        "issued": account.issued,
        "voided": account.voided,
        "unused": account.unused,
        "returned": account.returned,
        "valid": account.valid,
        "spoiled": account.spoiled,
        "unreadable": account.unreadable,
        **({"paper": account.paper} if paper else {}),
    }


def _cell(cell: CellResult) -> dict[str, Any]:
    ratee, criterion = cell.line.key
    counted = {}
    if cell.counts:
        counted = {**_counts(cell.line, cell.counts), "blank": cell.counts.blank}
    return {
        "ratee": ratee,
        "criterion": criterion,
        "row": cell.row,
        "group": cell.group if cell.row is Row.GROUP else None,
        **counted,
        **_shown(cell.shown),
    }


def _counts(line: Line, counts: Counts) -> dict[str, Any]:
    return {
        "answered": counts.answered,
        "abstained": counts.abstained,
        "counts": {g.key: number for g, number in zip(line.scale.grades, counts.grades, strict=True)},
    }


def _shown(shown: ShownValues) -> dict[str, Any]:
    return {"shares": _written(shown.shares), "rates": _written(shown.rates), "score": _text(shown.score)}


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "ratee": standing.ratee,
        "section": standing.section,
        "scores": _written(standing.scores),
        "pooled": _text(standing.pooled),
        "weighted": _text(standing.weighted),
        "band": standing.band,
        "rank": standing.rank,
    }


def _question(row: QuestionResult) -> dict[str, Any]:
    counts = zip(row.question.options, row.counts.options, strict=True)
    return {
        "question": row.question.key,
        "row": row.row,
        "group": row.group,
        "valid": row.counts.valid,
        "answered": row.counts.answered,
        "counts": {option.key: number for option, number in counts},
        "shares": _written(row.shares),
    }


def _breakdown(row: BreakdownResult) -> dict[str, Any]:
    ratee, criterion = row.line.key
    return {
        "question": row.question.key,
        "option": row.option,
        "ratee": ratee,
        "criterion": criterion,
        **_counts(row.line, row.counts),
        **_shown(row.shown),
    }


def _withheld(row: Withheld) -> dict[str, Any]:
    if row.option is not None:
        return {
            "question": row.question,
            "option": row.option,
            "ratee": row.ratee,
            "criterion": row.criterion,
            "why": row.why,
        }
    what = {"question": row.question} if row.question else {"ratee": row.ratee, "criterion": row.criterion}
    return {**what, "row": row.row, "group": row.group, "why": row.why}


def _written(values: Mapping[str, Decimal | None]) -> dict[str, str | None]:
    return {key: _text(value) for key, value in values.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
