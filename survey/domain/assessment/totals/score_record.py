"""The year's outcome as it is frozen: with everything that it rests on, named by one digest.

The digest stands on papers and on published pages. A random salt is part of what it names: without it,
whoever knows the rules and most of the numbers could try out the rest until the digest fits.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from survey.domain.assessment.facts import (
    Actuals,
    CountedValue,
    EnteredValue,
    Evidence,
    Lacking,
    PointEntry,
    SheetPoints,
    SpotFinding,
    UnitVeto,
)
from survey.domain.count.certificate import SigningPart
from survey.domain.definition.canonical import digest_of_text
from survey.domain.errors import BrokenRecord

FORMAT = 1


@dataclass(frozen=True)
class RecordSignature:
    """Who signed a score record, in which part and when, and when the account was made."""

    part: SigningPart
    account: str
    account_made: datetime
    signed_at: datetime


@dataclass(frozen=True)
class ScoreRecord:
    """One frozen outcome of an assessment; a later one has a reason, and the number after it."""

    number: int
    text: str
    digest: str
    reason: str
    signatures: tuple[RecordSignature, ...]
    recorded_by: str
    recorded_at: datetime

    @property
    def is_signed(self) -> bool:
        """Return whether two accounts vouch for it."""
        return len(self.signatures) == len(SigningPart)

    def content(self) -> dict[str, Any]:
        """Return what the record says; raises ``BrokenRecord`` where the digest names another text."""
        if digest_of_text(self.text) != self.digest:
            raise BrokenRecord(f"score record {self.number} is not what its digest names")
        content: dict[str, Any] = json.loads(self.text)
        return content


@dataclass(frozen=True)
class RecordHead:
    """What a score record is about: the assessment, which record it is, and the version that it follows.

    ``digests`` name definition and targets of that version; ``replaces`` is the digest of the record before
    it. ``periods`` say of those which keep another version its number and its digest.
    """

    assessment: str
    number: int
    reason: str
    replaces: str
    version: int
    digests: Mapping[str, str]
    periods: Mapping[str, Mapping[str, int | str]] = field(default_factory=dict)


def record_text(
    head: RecordHead, evidence: Evidence, outcome: Sequence[Mapping[str, Any]], salt: bytes
) -> str:
    """Write a score record as canonical JSON; ``outcome`` are the units as results show them.

    Nothing but texts, whole numbers and yes or no is in it, so that the fast writer gives the one
    canonical form.
    """
    counted = evidence.counted or {}
    content = {
        "format": FORMAT,
        **asdict(head),
        "numbers": {period: _numbers(actuals) for period, actuals in evidence.actuals.items()},
        "points": [_plain(vars(one)) for one in evidence.points],
        "entries": [_plain(vars(one)) for one in evidence.entries],
        "vetoes": [_plain(vars(one)) for one in evidence.vetoes],
        "entered": [_plain(vars(one)) for one in evidence.entered],
        "counts": [
            {"component": component, "unit": unit, **_plain(vars(value))}
            for (component, unit), value in counted.items()
        ],
        "findings": [
            {"unit": unit, "indicator": indicator, **_plain(vars(found))}
            for (unit, indicator), found in evidence.findings.items()
        ],
        "outcome": list(outcome),
        "salt": salt.hex(),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_evidence(content: Mapping[str, Any]) -> Evidence:
    """Read back what a score record rests on, as ``record_text`` wrote it."""
    return Evidence(
        actuals={period: _actuals(numbers) for period, numbers in content["numbers"].items()},
        points=tuple(SheetPoints(**{**one, "points": Fraction(one["points"])}) for one in content["points"]),
        entries=tuple(PointEntry(**_typed(one)) for one in content["entries"]),
        vetoes=tuple(UnitVeto(**_typed(one)) for one in content["vetoes"]),
        entered=tuple(EnteredValue(**_typed(one)) for one in content["entered"]),
        counted={(one["component"], one["unit"]): _counted(one) for one in content["counts"]},
        findings={(one["unit"], one["indicator"]): _found(one) for one in content["findings"]},
    )


def _numbers(actuals: Actuals) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for (unit, indicator), value in actuals.items():
        found.setdefault(unit, {})[indicator] = str(value)
    return found


def _actuals(numbers: Mapping[str, Mapping[str, str]]) -> Actuals:
    return {
        (unit, indicator): Fraction(value)
        for unit, values in numbers.items()
        for indicator, value in values.items()
    }


def _plain(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in values.items()}


def _typed(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: _READ.get(name, str)(text) for name, text in values.items()}


def _counted(values: Mapping[str, str | None]) -> CountedValue:
    value, why = values["value"], values["why"]
    return CountedValue(
        value=None if value is None else Decimal(value),
        source=values["source"] or "",
        why=Lacking(why) if why else None,
    )


def _found(values: Mapping[str, str | None]) -> SpotFinding:
    reported = values["reported"]
    return SpotFinding(
        value=Fraction(values["value"] or 0),
        reported=None if reported is None else Fraction(reported),
        reason=values["reason"] or "",
    )


_READ: Mapping[str, Any] = {"points": Fraction, "value": Fraction, "decided_on": date.fromisoformat}
