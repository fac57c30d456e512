"""Small random campaigns and their ballots, in which small groups and rare options are the rule.

They come from the oracle's generator and are then made small: what is withheld, and why, depends on how few
people voted, and an electorate of thirty can be searched through where one of three hundred cannot.
"""

import random
import tomllib
from decimal import Decimal
from typing import Any

from tests.oracle import generate

Data = dict[str, Any]
Ballots = list[tuple[str, dict[str, Any]]]

SMALL_GROUPS = ("withhold", "merge", "withhold", "show")
MISSING = ("renormalise", "withhold", "zero")
ROUNDINGS = ("half-up", "truncate", "sum-to-100")
SIZES = ((1, 3), (1, 4), (2, 6), (4, 9), (6, 12), (8, 18), (0, 0))
MAX_RATEES = 4
MAX_CRITERIA = 2


def campaign(seed: int, *, ticked: bool = False) -> tuple[Data, Ballots]:
    """Make the campaign of a seed: its definition and what its voters handed in.

    ``ticked`` makes one of its forms a list of names to tick.
    """
    rng = random.Random(f"disclosure {seed}")
    data = tomllib.loads(generate.definition(rng), parse_float=Decimal)
    if ticked:
        data = generate.with_list(random.Random(f"list {seed}"), data)
    _shrink(data)
    _settings(data, rng, seed)
    return data, _ballots(rng, data)


def _shrink(data: Data) -> None:
    for section in data["sections"]:
        del section["criteria"][MAX_CRITERIA:]
        section["criteria"][0].pop("weight", None)
    first = {section["key"]: None for section in data["sections"]}
    for ratee in data["ratees"]:
        first[ratee["section"]] = first[ratee["section"]] or ratee["key"]
    others = [ratee["key"] for ratee in data["ratees"] if ratee["key"] not in first.values()]
    kept = {*first.values(), *others[: max(0, MAX_RATEES - len(first))]}
    data["ratees"] = [ratee for ratee in data["ratees"] if ratee["key"] in kept]
    groups = [group["key"] for group in data["groups"]]
    rated_by = {group for ratee in data["ratees"] for group in generate.groups_of_ratee(data, ratee)}
    if rated_by != set(groups):
        data["ratees"][0]["groups"] = groups
    criteria = {(section["key"], c["key"]) for section in data["sections"] for c in section["criteria"]}
    quotas = [quota for quota in data.get("quotas", []) if (quota["section"], quota["criterion"]) in criteria]
    data["quotas"] = quotas
    # What the solver does not know of would make its second worlds impossible ones.
    for question in data.get("questions", []):
        for option in question.get("options", []):
            option.pop("alone", None)


def _settings(data: Data, rng: random.Random, seed: int) -> None:
    """Go through all settings of the results in turn, so that each occurs often."""
    for group in data["groups"]:
        group.pop("issue", None)
    results = data.setdefault("results", {})
    results["minimum_cell"] = (2, 3, 3, 4, 5, 5)[seed % 6]
    results["small_groups"] = SMALL_GROUPS[seed % 4]
    results["missing_group"] = MISSING[seed // 4 % 3]
    results["rounding"] = {"mode": ROUNDINGS[seed // 12 % 3], "places": seed % 5}
    if not any(question.get("breakdown") for question in data.get("questions", [])) and seed % 3:
        options = [{"key": key, "label": key} for key in "xyz"[: 2 + seed % 2]]
        question = {"key": "age", "label": "年龄", "kind": "choice", "breakdown": True, "options": options}
        data["questions"] = [question, *data.get("questions", [])]


def _ballots(rng: random.Random, data: Data) -> Ballots:
    habits = {
        "known": {ratee["key"]: rng.choice([0.2, 0.7, 0.9, 1.0, 1.0]) for ratee in data["ratees"]},
        "quality": {ratee["key"]: rng.random() * 0.8 for ratee in data["ratees"]},
        "line_left_out": rng.choice([0.0, 0.0, 0.05, 0.2]),
        "abstains": rng.choice([0.2, 0.5, 0.9]),
        "asked": {question["key"]: rng.choice([0.5, 0.9, 1.0]) for question in data.get("questions", [])},
        "odd": rng.choice([0.0, 0.1, 0.3]),
    }
    made: Ballots = []
    by_group = rng.random() < 0.3  # an occupation that goes with the rater group
    for place, group in enumerate(data["groups"]):
        for _ in range(rng.randint(*rng.choice(SIZES))):
            fields = generate.one_ballot(rng, data, group["key"], habits)
            if by_group:
                _answer_as_the_group(data, place, fields, rng)
            made.append((group["key"], fields))
    rng.shuffle(made)
    return made


def _answer_as_the_group(data: Data, place: int, fields: dict[str, Any], rng: random.Random) -> None:
    for question in data.get("questions", []):
        name = f"q.{question['key']}"
        if question.get("breakdown") and name in fields and rng.random() < 0.9:
            options = [option["key"] for option in question["options"]]
            fields[name] = options[place % len(options)]
