"""From the parsed definition file to a definition, or to the list of all its faults."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from survey.domain.errors import Flaw, InvalidDefinition

from .campaign import TABLES, CampaignTable, Definition
from .canonical import digest
from .form import Group, Pool, electorates
from .form_reader import FormReader
from .rules import ResultRules, SmallGroups
from .schema import Read, entries_of, read_entries
from .validation import Faults, Reader

FORMAT = 1
MAX_RATINGS = 1_000_000
"""Over all rater groups: 5,000 persons with ten criteria each, rated by twenty groups."""


def read_definition(data: Mapping[str, Any]) -> Definition:
    """Check a parsed definition file and build the definition.

    ``data`` is what a TOML parser returns with decimals kept as ``Decimal``. Raises ``InvalidDefinition``
    with every fault, in the order of the file's tables.
    """
    faults = Faults()
    top = Reader(faults, data)
    if top.integer("format", least=FORMAT, most=FORMAT) is None and not top.has("format"):
        top.fault("format", "is missing; write format = 1", Flaw.MISSING)
    campaign = _campaign(top)
    pools: dict[str, Pool] = {pool.key: pool for pool in TABLES["pools"].read(top)}
    groups = _groups(top, pools)
    rows = rows_of(pools, groups)
    forms = FormReader(top, groups)
    ratings = forms.number_of_ratings()
    if ratings > MAX_RATINGS:
        said = f"{ratings} ratings over all rater groups are too many; at most {MAX_RATINGS}"
        top.fault("ratees", said, Flaw.TOO_MANY_RATINGS, limit=MAX_RATINGS)
    if not forms.ratees and not forms.questions and not faults.found:
        said = "nothing is asked: there is neither a ratee nor a question"
        top.fault("ratees", said, Flaw.NOTHING_ASKED)
    rules = TABLES["rules"].read(top)
    numbers = _planned_numbers(groups, electorates(groups.values(), forms.ratees.values()))
    results = _results(top, rows, numbers)
    paper = TABLES["paper"].read(top)
    sms = TABLES["sms"].read(top)
    top.finish()
    if faults.found:
        raise InvalidDefinition(faults.found)
    return Definition(
        digest=digest(data),
        **campaign,
        pools=tuple(pools.values()),
        groups=tuple(rows.values()),
        raters=tuple(groups.values()),
        scales=tuple(forms.scales.values()),
        rates=tuple(forms.rates.values()),
        sections=tuple(forms.sections.values()),
        ratees=tuple(forms.ratees.values()),
        quotas=forms.quotas,
        questions=tuple(forms.questions.values()),
        rules=rules,
        results=results,
        paper=paper,
        sms=sms,
    )


def _campaign(top: Reader) -> Read:
    reader = top.part("campaign", required=True)
    if reader is None:
        return {}
    read = read_entries(reader, CampaignTable)
    if not is_zone(read["time_zone"]):
        zone = read["time_zone"]
        reader.fault("time_zone", f'"{zone}" is no IANA time zone', Flaw.NOT_ZONE, value=zone)
    if read["opens_at"] and read["closes_at"] and read["closes_at"] <= read["opens_at"]:
        reader.fault("closes_at", "must be later than opens_at", Flaw.CLOSES_EARLY)
    reader.finish()
    return read


def _groups(top: Reader, pools: dict[str, Pool]) -> dict[str, Group]:
    """Read the rater groups; note each pool that is called like one of them, or that none of them is in."""
    keys = entries_of(Group)
    groups: dict[str, Group] = {}

    def row(reader: Reader) -> None:
        def weight(_read: Read) -> Fraction:
            pool = pools.get(str(reader.table.get("pool", "")))
            if pool is None:
                reader.require("weight")
                return keys["weight"].read(reader) or Fraction(0)
            if reader.takes("weight"):
                reader.fault(
                    "weight", f'belongs to its pool "{pool.key}"', Flaw.POOL_WEIGHT, label=pool.label
                )
            return pool.weight

        group = Group(**read_entries(reader, Group, {"weight": weight}))
        if group.pool and group.pool not in pools:
            reader.fault("pool", f'no pool "{group.pool}"', Flaw.NO_SUCH, value=group.pool)
        groups.setdefault(group.key, group)

    TABLES["groups"].read(top, row=row)
    used = {group.pool for group in groups.values()}
    for place, key in enumerate(pools):
        if key in groups:
            said = f'"{key}" is the key of a group too; its row could not be told from the pool\'s'
            top.fault(f"pools[{place}].key", said, Flaw.POOL_LIKE_GROUP, value=key)
        elif key not in used:
            top.fault(f"pools[{place}]", f'no group is in the pool "{key}"', Flaw.POOL_EMPTY, value=key)
    return groups


def rows_of(pools: Mapping[str, Pool], groups: Mapping[str, Group]) -> dict[str, Group]:
    """Return the rows in which votes are counted, each where the first of its groups stands.

    As many codes are planned for a pool as for all groups in it, where each says how many.
    """
    rows: dict[str, Group] = {}
    for group in groups.values():
        pool = pools.get(group.pool)
        if pool is None:
            rows[group.key] = group
        elif pool.key not in rows:
            planned = [one.issue for one in groups.values() if one.pool == pool.key]
            issue = None if None in planned else sum(number or 0 for number in planned)
            rows[pool.key] = Group(pool.key, pool.label, pool.weight, issue)
    return rows


def is_zone(name: str) -> bool:
    """Return whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _planned_numbers(
    groups: Mapping[str, Group], electorates: Mapping[str, Iterable[Iterable[str]]]
) -> dict[str, int]:
    """Map rows to the least number of codes planned for those in them who may rate the same, where said."""
    found = {}
    for row, sets in electorates.items():
        planned = [[groups[key].issue for key in raters] for raters in sets]
        numbers = [sum(number or 0 for number in one) for one in planned if None not in one]
        if known := [number for number in numbers if number]:
            found[row] = min(known)
    return found


def _results(top: Reader, groups: dict[str, Group], planned: Mapping[str, int]) -> ResultRules:
    reader = top.part("results") or Reader(top.faults, {}, "results")

    def small_groups(read: Read) -> SmallGroups:
        small: SmallGroups = entries_of(ResultRules)["small_groups"].read(reader)
        _require_said(reader, planned, 2 * read["minimum_cell"])
        if small is SmallGroups.MERGE:
            _require_plain_keys(top, groups)
        return small

    made = ResultRules(**read_entries(reader, ResultRules, {"small_groups": small_groups}))
    reader.finish()
    return made


def _require_said(results: Reader, planned: Mapping[str, int], tokens: int) -> None:
    """Note a fault where a row has fewer ``tokens`` planned and nothing is said of small groups."""
    tight = [row for row, number in planned.items() if number < tokens]
    if tight and not results.has("small_groups"):
        results.fault(
            "small_groups",
            f"must be given (withhold, merge or show): fewer than {tokens} codes are planned "
            f"for {', '.join(tight)}",
            Flaw.SMALL_GROUPS_UNSAID,
            limit=tokens,
            groups="、".join(tight),
        )


def _require_plain_keys(top: Reader, groups: dict[str, Group]) -> None:
    """Note each row whose key reads like others merged: it could not be told from theirs."""
    for key in groups:
        parts = key.split("+")
        if len(parts) > 1 and all(part in groups for part in parts):
            said = f'"{key}" reads like groups merged; choose another key'
            top.fault(f"{_place_of(top, key)}.key", said, Flaw.READS_MERGED, value=key)


def _place_of(top: Reader, key: str) -> str:
    """Return the path of the pool or group that has a key."""
    return next(
        f"{table}[{place}]"
        for table in ("groups", "pools")
        for place, row in enumerate(top.table.get(table, ()))
        if isinstance(row, Mapping) and row.get("key") == key
    )
