"""The whole way from posted fields to results, against a count by the letter of the rules."""

import json
import random
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from survey.documents.export.results_json import results_json
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count, disclose
from survey.domain.count.late import LateIssue
from survey.domain.count.record import from_record, to_record
from survey.domain.count.results import work_out
from survey.domain.count.tally import Tally
from survey.domain.definition.canonical import canonical_json
from survey.domain.definition.reader import read_definition
from tests.oracle import count, generate

SEEDS = range(1000, 1320)
FEW = range(2000, 2020)
WITH_LIST = range(4000, 4080)
WITH_POOLS = range(5000, 5060)
WITH_LATE_CODES = range(3000, 3060)
WHEN = datetime(2026, 3, 9, 10, 5, tzinfo=UTC)
NOBODY: Mapping[str, int] = {}


@dataclass
class Case:
    """One random campaign with its ballots, packed."""

    data: dict[str, Any]
    ballots: list[tuple[str, dict[str, Any]]]
    packing: Packing
    packed: list[bytes]
    issued: dict[str, int]
    voided: dict[str, int]
    present: dict[str, int]

    def tally(self, packed: list[bytes]) -> Tally:
        tally = Tally(self.packing.definition)
        for one in packed:
            tally.add(*self.packing.unpack(one))
        return tally

    def count(self, tally: Tally, late: Mapping[str, int] = NOBODY) -> Count:
        row_of = self.packing.definition.row_of
        returned = Counter(row_of[group] for group, _ in self.ballots)
        issued, voided = Counter[str](), Counter[str]()
        for group, number in self.issued.items():
            issued[row_of[group]] += number
            voided[row_of[group]] += self.voided.get(group, 0)
        accounts = {
            group: GroupAccount(
                issued=issued[group],
                voided=voided[group],
                returned=returned[group],
                valid=tally.valid[group],
                spoiled=tally.spoiled[group],
                unreadable=returned[group] - tally.valid[group] - tally.spoiled[group],
                present=self.present.get(group),
            )
            for group in self.packing.definition.group
        }
        issues = tuple(LateIssue(group, number, WHEN, confirmed=False) for group, number in late.items())
        return disclose(self.packing.definition, tally, Accounting.of(accounts), issues)


@cache
def case(seed: int, *, ticked: bool = False, pooled: bool = False) -> Case:
    rng = random.Random(seed)
    data = tomllib.loads(generate.definition(rng), parse_float=Decimal)
    if ticked:
        data = generate.with_list(random.Random(f"list {seed}"), data)
    if pooled:
        data = generate.with_pools(random.Random(f"pools {seed}"), data)
    packing = Packing(read_definition(data))
    ballots = generate.ballots(rng, data)
    packed = []
    for group, fields in ballots:
        posted = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
        checked = packing.form[group].check({"receipt": ["0123-4567-89AB"], **posted})
        packed.append(packing.pack(checked))
    groups = [group["key"] for group in data["groups"]]
    voided = {group: rng.randint(0, 3) for group in groups if rng.random() < 0.5}
    issued = {
        group: sum(1 for key, _ in ballots if key == group) + voided.get(group, 0) + rng.randint(0, 4)
        for group in groups
    }
    present = {group: rng.randint(0, 50) for group in groups if rng.random() < 0.7}
    return Case(data, ballots, packing, packed, issued, voided, present)


def expected(case: Case, late: dict[str, int] | None = None) -> dict[str, Any]:
    return count.count(case.data, case.ballots, case.issued, case.voided, case.present, late=late)


def late_codes(case: Case, seed: int) -> dict[str, int]:
    """Make up how many codes some groups got after opening: some more than they cast."""
    rng = random.Random(f"late {seed}")
    rows = case.packing.definition.row_of
    cast = Counter(rows[group] for group, _ in case.ballots)
    issued = dict.fromkeys(rows[group] for group in case.issued)
    return {group: rng.randint(1, cast[group] + 3) for group in issued if rng.random() < 0.6}


def shown(case: Case, found: Count) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(
        json.dumps(results_json(work_out(case.packing.definition, found), "counted"))
    )
    return value


def ordered(value: Any) -> str:
    """Write a value so that the order of keys counts too."""
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("seed", "ticked"),
    [*((seed, False) for seed in SEEDS), *((seed, True) for seed in WITH_LIST)],
)
def test_the_count_is_the_oracles(seed: int, ticked: bool) -> None:
    """A campaign as it is, or with one form made a list to tick."""
    one = case(seed, ticked=ticked)
    found = one.count(one.tally(one.packed))
    stored = from_record(json.loads(canonical_json(to_record(found))))
    assert stored == found
    got = shown(one, stored)
    assert got.pop("definition") == one.packing.definition.digest
    wanted = expected(one)
    for part, value in wanted.items():
        assert got[part] == value, part
    assert list(got) == list(wanted)


def test_the_count_with_late_codes_is_the_oracles() -> None:
    """Rows that late codes lifted over the least number are withheld, and no others."""
    changed: Counter[str] = Counter()
    for seed in WITH_LATE_CODES:
        one = case(seed)
        late = late_codes(one, seed)
        tally = one.tally(one.packed)
        found = one.count(tally, late)
        stored = from_record(json.loads(canonical_json(to_record(found))))
        assert stored == found
        got, wanted, before = shown(one, stored), expected(one, late), expected(one)
        for part, value in wanted.items():
            assert got[part] == value, (seed, part)
            changed[part] += value != before[part]
    assert all(changed[part] >= 3 for part in ("accounting", "cells", "ratees", "questions", "breakdowns"))


def test_the_count_of_pools_is_the_oracles() -> None:
    """Units rate each other but not themselves; one row a pool, with late codes of pools and without."""
    met: Counter[str] = Counter()
    for seed in WITH_POOLS:
        one = case(seed, pooled=True)
        late = late_codes(one, seed) if seed % 3 == 0 else {}
        found = one.count(one.tally(one.packed), late)
        assert from_record(json.loads(canonical_json(to_record(found)))) == found
        got, wanted = shown(one, found), expected(one, late)
        for part, value in wanted.items():
            assert got[part] == value, (seed, part)
        pools = {pool["key"] for pool in one.data["pools"]}
        assert {row["group"] for row in got["accounting"]["groups"]} == set(one.packing.definition.group)
        met["uneven"] += one.packing.definition.has_uneven_pool
        met["shown"] += any(row["group"] in pools for row in got["cells"])
        met["merged"] += any("+" in (row["group"] or "") for row in got["cells"])
        met["withheld"] += any(row.get("group") in pools for row in got["withheld"])
        met["questions"] += any(row["group"] in pools for row in got["questions"])
    assert min(met[kind] for kind in ("uneven", "shown", "merged", "withheld", "questions")) >= 3, met


@pytest.mark.parametrize("seed", FEW)
def test_maps_are_in_the_order_of_the_definition(seed: int) -> None:
    one = case(seed)
    got = shown(one, one.count(one.tally(one.packed)))
    wanted = expected(one)
    for part in ("cells", "ratees", "questions", "breakdowns"):
        for entry, other in zip(got[part], wanted[part], strict=True):
            for name in ("counts", "shares", "rates", "scores"):
                assert ordered(entry.get(name)) == ordered(other.get(name)), (part, name)


def units(written: str) -> int:
    return int(written.replace(".", ""))


@pytest.mark.parametrize("seed", range(3000, 3030))
def test_shares_of_a_row_add_up_to_100(seed: int) -> None:
    one = case(seed)
    places = random.Random(seed).randint(0, 4)
    data = one.data | {
        "results": one.data.get("results", {}) | {"rounding": {"mode": "sum-to-100", "places": places}}
    }
    definition = read_definition(data)
    packing = Packing(definition)
    tally = Tally(definition)
    for packed in one.packed:
        tally.add(*packing.unpack(packed))
    results = results_json(work_out(definition, one.count(tally)), "counted")
    rows = [row for row in results["cells"] if row["row"] != "weighted"] + results["breakdowns"]
    for row in rows:
        shares = list(row["shares"].values())
        if None not in shares:
            assert sum(units(share) for share in shares) == 100 * 10**places


def test_the_random_campaigns_show_and_withhold_all_sorts_of_rows() -> None:
    seen = set()
    for seed in SEEDS[::3]:
        one = case(seed)
        got = shown(one, one.count(one.tally(one.packed)))
        seen |= {(row["row"], bool(row["group"] and "+" in row["group"])) for row in got["cells"]}
        seen |= {("withheld", entry["why"], entry.get("row")) for entry in got["withheld"]}
        seen |= {("question", row["row"]) for row in got["questions"]}
        seen |= {"breakdown" for _ in got["breakdowns"]}
        seen |= {("rank", row["rank"] is not None) for row in got["ratees"]}
        seen |= {("band", row["band"] is not None) for row in got["ratees"]}
        seen |= {("null", group["valid"] is None) for group in got["accounting"]["groups"]}
    assert seen >= {
        ("group", False),
        ("group", True),
        ("pooled", False),
        ("weighted", False),
        ("withheld", "small-cell", "pooled"),
        ("withheld", "small-group", "group"),
        ("withheld", "small-group", "weighted"),
        ("withheld", "small-cell", None),
        ("question", "group"),
        ("question", "pooled"),
        "breakdown",
        ("rank", True),
        ("band", True),
        ("null", True),
    }
