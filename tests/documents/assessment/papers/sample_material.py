"""The sample's papers: their material, from the sample's files and what its campaigns came to."""

import csv
import json
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from survey.documents.assessment.assessment_file import read_assessment_file
from survey.documents.assessment.row_files import read_rows
from survey.domain.assessment.composite_rules import ComponentSource, ScoreSheet, SheetLine
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import (
    CountedValue,
    Evidence,
    Lacking,
    PointEntry,
    SpotFinding,
    UnitVeto,
)
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.assessment.targets_reader import assessment_digest, read_targets
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.totals.paper_material import (
    BulletinFacts,
    DecidedBand,
    PaperMaterial,
    RecordFacts,
)
from survey.domain.count.certificate import Signer, SigningPart

SAMPLE = Path(__file__).parents[3] / "data" / "assessment"
MAY, DECEMBER = "2026-05", "2026-12"


@cache
def sample_material() -> PaperMaterial:
    """Return the material of the sample's papers, its year signed and one unit decided."""
    data = read_assessment_file(SAMPLE / "assessment.toml")
    definition = read_assessment(data)
    targets = read_targets(definition, read_rows("targets.csv", (SAMPLE / "targets.csv").read_bytes()))
    found = {
        (row["unit"], row["indicator"]): SpotFinding(Fraction(row["found"]), reason=row["why"])
        for row in _csv("verified.csv")
    }
    accepted: dict[str, dict[tuple[str, str], Fraction]] = {}
    for row in _csv("values.csv"):
        accepted.setdefault(row["period"], {})[row["unit"], row["indicator"]] = Fraction(row["value"])
    year = accepted[DECEMBER] | {task: number.value for task, number in found.items()}
    entries, vetoes = _acts()
    evidence = Evidence(
        actuals={**accepted, DECEMBER: year}, entries=entries, vetoes=vetoes, counted=_counted(definition)
    )
    outcome = year_outcome(definition, targets, evidence)
    signers = tuple(
        Signer(part, name, datetime(2027, 1, 14, 9, tzinfo=UTC), None)
        for part, name in ((SigningPart.TELLER, "张明"), (SigningPart.SCRUTINEER, "李芳"))
    )
    decided = DecidedBand("t4", "poor", "县考核领导小组", date(2027, 1, 20), "按一票否决意见")
    return PaperMaterial(
        definition=definition,
        targets=targets,
        version=0,
        digest=assessment_digest(data, targets),
        bulletin=BulletinFacts(
            standing=period_standing(definition, targets, accepted[MAY], MAY),
            number=5,
            simulated=score_tasks(definition, targets, accepted[MAY], month=5),
        ),
        record=RecordFacts(
            outcome=outcome,
            number=1,
            digest="sha256:" + "5e" * 32,
            signers=signers,
            decisions={"t4": decided},
        ),
        accepted=accepted[DECEMBER],
        found=found,
        entries=entries,
        vetoes=vetoes,
        mend_by=date(2027, 3, 31),
    )


def _csv(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _acts() -> tuple[tuple[PointEntry, ...], tuple[UnitVeto, ...]]:
    data = tomllib.loads((SAMPLE / "entries.toml").read_text(encoding="utf-8"))
    entries = [
        PointEntry(**_typed(row) | {"points": Fraction(str(row["points"]))})
        for row in data["entries"]
        if not row.get("taken_back")
    ]
    return tuple(entries), tuple(UnitVeto(**_typed(row)) for row in data["vetoes"])


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"decided_on": date.fromisoformat(row["decided_on"])}


def _counted(definition: AssessmentDefinition) -> dict[tuple[str, str], CountedValue]:
    """Return what the sample's campaigns came to, as expected: their ballots are counted elsewhere."""
    expected = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    found = {}
    for unit in expected["units"]:
        values = {one["component"]: one["value"] for one in unit["components"]}
        for part in definition.components:
            if part.source is not ComponentSource.CAMPAIGN:
                continue
            value = values.get(part.key)
            digest = "sha256:" + (part.key.encode().hex() * 12)[:64]
            found[part.key, unit["unit"]] = (
                CountedValue(Decimal(value), digest)
                if value is not None
                else CountedValue(None, digest, Lacking.WITHHELD)
            )
    return found


def scored_by_few(scorers: int) -> PaperMaterial:
    """Return the sample's first unit, its leaders' part from a sheet of so many scorers, of whom 3 tell."""
    material = sample_material()
    lines = (SheetLine(key="a", label="总体", points=Fraction(100)),)
    sheet = ScoreSheet(key="s", title="领导评分", lines=lines, min_scorers=3)
    leaders = replace(
        material.definition.component["leaders"], source=ComponentSource.SHEET, sheet="s", campaign=""
    )
    parts = tuple(leaders if one.key == "leaders" else one for one in material.definition.components)
    assert material.record
    first = material.record.outcome.units[0]
    scores = tuple(
        replace(one, scorers=scorers, words=f"{scorers} 人评分") if one.component == "leaders" else one
        for one in first.components
    )
    outcome = replace(material.record.outcome, units=(replace(first, components=scores),))
    return replace(
        material,
        definition=replace(material.definition, sheets=(sheet,), components=parts),
        record=replace(material.record, outcome=outcome),
    )
