"""Counts that documents are made of: the examples, and generated campaigns with few ballots."""

import random
from functools import cache

from survey.domain.count.results import Results, work_out
from survey.domain.definition.campaign import State
from survey.domain.definition.reader import read_definition
from survey.domain.results.official import make_report
from survey.domain.results.table import Report
from tests.builders import example
from tests.counted import made_up
from tests.domain.count.test_results import case

DIGEST = "sha256:" + "0123456789abcdef" * 4
EXAMPLES = {
    "town-annual": {"A": 11, "B": 38, "C": 90},
    "one-report-two-reviews": {"A": 17, "B": 55},
    "public-satisfaction": {"public": 60},
    "college-term": {"online": 60, "panel": 24, "leaders": 6},
}
SEEDS = range(1000, 1050)


@cache
def example_results(name: str) -> Results:
    definition = read_definition(example(name))
    return work_out(definition, made_up(definition, EXAMPLES[name], random.Random(1)))


@cache
def generated_results(seed: int) -> Results:
    one = case(seed)
    return work_out(one.packing.definition, one.count(one.tally(one.packed)))


def all_results() -> dict[str, Results]:
    found = {name: example_results(name) for name in EXAMPLES}
    return found | {str(seed): generated_results(seed) for seed in SEEDS}


@cache
def report_of(name: str) -> Report:
    results = example_results(name) if name in EXAMPLES else generated_results(int(name))
    return make_report(results, DIGEST, State.CERTIFIED)
