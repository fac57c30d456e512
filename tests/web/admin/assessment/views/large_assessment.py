"""An assessment of many units and indicators with the numbers of one period."""

import random
from fractions import Fraction

from bench.assessment import CODE, a_large_definition
from survey.domain.assessment.facts import NumberKind, TakenNumber
from survey.services.assessment import assessments
from survey.storage.assessment import assessment_number_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.sample_taken import rows

LARGE = CODE
PERIOD = "2026-05"


def large_assessment(units: int, indicators: int) -> None:
    """Issue it, and take a number of May over for each task."""
    chance = random.Random(17)
    aimed = {(f"u{u}", f"i{i}"): chance.randint(50, 5000) for u in range(units) for i in range(indicators)}
    targets = [f"{unit},{indicator},{aim},{aim - 7}" for (unit, indicator), aim in aimed.items()]
    numbers = [
        TakenNumber(0, NumberKind.ACCEPTED, PERIOD, *task, Fraction(aim * chance.randint(320, 520), 1000))
        for task, aim in aimed.items()
    ]
    with transaction(write=True) as session:
        assessments.load(
            session,
            a_large_definition(units, indicators),
            rows("unit,indicator,target,base", *targets),
            BY,
        )
        made = assessments.issue(session, LARGE, BY)
        assessment_number_rows.add_numbers(session, made, numbers, BY.actor, BY.at)
