"""The sample's year as domain objects: definition, targets, and what was reached in each period."""

import csv
from collections import defaultdict
from fractions import Fraction
from functools import cache

from survey.documents.assessment.row_files import read_rows
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import Actuals, Targets
from survey.domain.assessment.targets_reader import read_targets
from tests.sample_year import SAMPLE, sample


@cache
def sample_definition() -> AssessmentDefinition:
    return read_assessment(sample("assessment.toml"))


@cache
def sample_targets() -> Targets:
    rows = read_rows("targets.csv", (SAMPLE / "targets.csv").read_bytes())
    return read_targets(sample_definition(), rows)


@cache
def sample_actuals() -> dict[str, Actuals]:
    """Return what was reached, by period: found on the spot, else accepted."""
    reached: dict[str, dict[tuple[str, str], Fraction]] = defaultdict(dict)
    for name, column in (("values.csv", "value"), ("verified.csv", "found")):
        with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                reached[row["period"]][row["unit"], row["indicator"]] = Fraction(row[column])
    return dict(reached)
