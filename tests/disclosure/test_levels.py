"""Whatever is published is worked out from the record of the count, so no level adds to what all tables tell.

Nothing, a link for each person, the ranking alone, some tables, all tables, one version after another, every
document: each is a function of the count and the definition. Two worlds with the same record cannot differ in
any of them, nor in all of them together; and ``test_campaigns`` shows rows to be open by worlds with the same
record. What is left to test is that this holds of the tables, and that a section's mean is such a function.
"""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.documents.export.results_json import results_json
from survey.domain.count.record import from_record
from survey.domain.count.results import Results, work_out
from survey.domain.definition.campaign import State
from survey.domain.results.official import make_report

from .campaigns import campaign
from .judge import Case
from .world import World

SEEDS = range(0, 200, 12)
FEWEST = 4
"""A person's link shows the mean of a section with at least so many ratees."""


def results(world: World) -> Results:
    return work_out(world.electorate.definition, from_record(world.record))


def section_means(found: Results) -> dict[str, Fraction]:
    """Work out the mean score of each section that has enough ratees, from scores that are shown."""
    means = {}
    for section in found.definition.sections:
        scores = [s.weighted for s in found.ratees if s.section == section.key and s.weighted is not None]
        if len(scores) >= FEWEST:
            means[section.key] = sum(map(Fraction, scores), Fraction(0)) / len(scores)
    return means


def everything(world: World) -> list[Any]:
    """Return what each level publishes, and the union of all."""
    found = results(world)
    tables = make_report(found, "sha256:0", State.CERTIFIED)
    return [
        results_json(found, "certified"),
        [(table.title, table.columns, table.rows, table.notes) for table in tables.tables],
        [(s.ratee, s.rank, s.band) for s in found.ratees],
        section_means(found),
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_worlds_with_one_record_are_alike_at_every_level(seed: int) -> None:
    case = Case(World.of(*campaign(seed)), seed)
    here = everything(case.world)
    others = list({id(other): other for other in case.open.values()}.values())
    for other in random.Random(seed).sample(others, min(2, len(others))):
        assert everything(other) == here


def test_the_record_is_all_that_results_are_worked_out_from() -> None:
    """Stored and read back, a count gives the same results: nothing comes from the ballots beside it."""
    for seed in SEEDS:
        world = World.of(*campaign(seed))
        assert results_json(results(world), "counted") == world.published


def test_withheld_scores_are_in_no_mean() -> None:
    """A section's mean is taken of scores shown, so a mean cannot be solved for a score that is withheld."""
    taken = withheld = 0
    for seed in range(0, 200, 3):
        world = World.of(*campaign(seed))
        found = results(world)
        written = {entry["ratee"]: entry["weighted"] for entry in world.published["ratees"]}
        for section, mean in section_means(found).items():
            shown = [
                Decimal(written[ratee.key])
                for ratee in found.definition.ratees
                if ratee.section == section and written[ratee.key] is not None
            ]
            assert mean == Fraction(sum(shown)) / len(shown)
            taken += 1
        withheld += sum(score is None for score in written.values())
    assert taken
    assert withheld
