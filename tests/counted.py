"""Counted campaigns without their voting: ballots made up, counted, and the count put where it belongs."""

import random
from typing import Any

from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count, disclose
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition, State
from survey.domain.definition.form import Question, QuestionKind
from survey.services.campaigns import campaigns
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.kept_state import kept

PLAIN = (12, 6, 3, 1, 1, 1)
"""How often the grades of a scale are given, the best first, unless a test says so."""


@kept
def counted(data: dict[str, Any], sizes: dict[str, int] | None = None, seed: int = 1) -> Definition:
    """Load a campaign as it is once counted; ``sizes`` are the ballots of each group, 30 where not said."""
    with transaction(write=True) as session:
        definition = campaigns.load(session, data, BY).definition
    put(definition, made_up(definition, sizes or {}, random.Random(seed)))
    return definition


def put(definition: Definition, count: Count) -> None:
    """Give a loaded campaign its count."""
    with transaction(write=True) as session:
        found = campaigns.find_campaign(session, definition.code)
        count_rows.add_count(session, found, count, BY.at)
        campaign_rows.set_state(session, found, State.COUNTED)


def made_up(definition: Definition, sizes: dict[str, int], rng: random.Random) -> Count:
    """Count ballots that nobody filled in."""
    packing, tally, accounts = Packing(definition), Tally(definition), {}
    liked = {ratee.key: rng.uniform(0.3, 1.6) for ratee in definition.ratees}
    for group, form in packing.form.items():
        size = sizes.get(group, 30)
        for _ in range(size):
            tally.add(form, _ballot(definition, group, liked, rng))
        accounts[group] = GroupAccount(
            size + 3, 1, size, tally.valid[group], tally.spoiled[group], 0, size + 2
        )
    return disclose(definition, tally, Accounting.of(accounts))


def _ballot(definition: Definition, group: str, liked: dict[str, float], rng: random.Random) -> Ballot:
    ratings = []
    for line in definition.lines_of[group]:
        grades = len(line.scale.grades)
        often = [
            number * liked[line.ratee.key] ** (2 - place)
            for place, number in enumerate((*PLAIN, *(1,) * grades)[:grades])
        ]
        abstain = [1] if line.scale.abstain else []
        ratings += rng.choices(range(grades + 1 + len(abstain)), [0.5, *often, *abstain])
    chosen = {
        question.key: _places(question, rng)
        for question in definition.questions_of(group)
        if question.kind is not QuestionKind.TEXT and rng.random() < 0.9
    }
    return Ballot(group, "", tuple(ratings), chosen)


def _places(question: Question, rng: random.Random) -> tuple[int, ...]:
    drawn = rng.sample(range(len(question.options)), min(question.at_most, rng.randint(1, 3)))
    excluding = question.excluding(drawn)
    return (question.options.index(excluding),) if excluding else tuple(sorted(drawn))
