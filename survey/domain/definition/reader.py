"""From the parsed definition file to a definition, or to the list of all its faults."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from survey.domain.errors import Flaw, InvalidDefinition

from .campaign import Band, BlankRule, Definition, EntryMode, ResultRules, Rules, SmallGroups, Spoiling
from .canonical import digest
from .form import Group
from .form_reader import FormReader
from .rounding import Mode, Rounding
from .validation import Faults, Reader
from .weighting import Missing

FORMAT = 1
MAX_GROUPS = 500
MAX_RATINGS = 1_000_000
"""Over all rater groups: 5,000 persons with ten criteria each, rated by twenty groups."""
_CODE = re.compile(r"[a-z0-9-]+")


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
    groups: dict[str, Group] = {}
    top.tables("groups", lambda reader: _group(reader, groups), least=1, most=MAX_GROUPS)
    forms = FormReader(top, groups)
    ratings = forms.number_of_ratings()
    if ratings > MAX_RATINGS:
        said = f"{ratings} ratings over all rater groups are too many; at most {MAX_RATINGS}"
        top.fault("ratees", said, Flaw.TOO_MANY_RATINGS, limit=MAX_RATINGS)
    if not forms.ratees and not forms.questions and not faults.found:
        said = "nothing is asked: there is neither a ratee nor a question"
        top.fault("ratees", said, Flaw.NOTHING_ASKED)
    rules = _rules(top)
    results = _results(top, groups)
    top.finish()
    if faults.found:
        raise InvalidDefinition(faults.found)
    return Definition(
        digest=digest(data),
        **campaign,
        groups=tuple(groups.values()),
        scales=tuple(forms.scales.values()),
        rates=tuple(forms.rates.values()),
        sections=tuple(forms.sections.values()),
        ratees=tuple(forms.ratees.values()),
        quotas=forms.quotas,
        questions=tuple(forms.questions.values()),
        rules=rules,
        results=results,
    )


def _campaign(top: Reader) -> dict[str, Any]:
    reader = top.part("campaign", required=True)
    if reader is None:
        return {}
    read: dict[str, Any] = {
        "code": reader.key("code", pattern=_CODE, says="a–z, 0–9 and - only"),
        "title": reader.text("title"),
        "organiser": reader.text("organiser"),
        "time_zone": reader.text("time_zone", "Asia/Shanghai"),
        "instructions": reader.text("instructions", ""),
        "entry": reader.choice("entry", EntryMode, EntryMode.CODES),
        "opens_at": reader.moment("opens_at"),
        "closes_at": reader.moment("closes_at"),
        "ceiling": reader.integer("ceiling", least=1, default=100_000),
    }
    if not _is_zone(read["time_zone"]):
        zone = read["time_zone"]
        reader.fault("time_zone", f'"{zone}" is no IANA time zone', Flaw.NOT_ZONE, value=zone)
    if read["opens_at"] and read["closes_at"] and read["closes_at"] <= read["opens_at"]:
        reader.fault("closes_at", "must be later than opens_at", Flaw.CLOSES_EARLY)
    reader.finish()
    return read


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _group(reader: Reader, groups: dict[str, Group]) -> None:
    group = Group(
        key=reader.new_key(groups),
        label=reader.text("label"),
        weight=reader.number("weight", above_zero=True),
        issue=reader.integer("issue", least=1),
    )
    groups.setdefault(group.key, group)


def _rules(top: Reader) -> Rules:
    reader = top.part("rules")
    if reader is None:
        return Rules()
    blank = reader.choice("blank", BlankRule, BlankRule.ALLOW) or BlankRule.ALLOW
    spoiling = set()
    for place, word in enumerate(reader.words("spoiled_if") or ()):
        if word in list(Spoiling):
            spoiling.add(Spoiling(word))
        else:
            said = f'"{word}" is none of: {", ".join(Spoiling)}'
            reader.fault(f"spoiled_if[{place}]", said, Flaw.NOT_CHOICE, value=word)
    reader.finish()
    return Rules(blank, frozenset(spoiling))


def _results(top: Reader, groups: dict[str, Group]) -> ResultRules:
    reader = top.part("results") or Reader(top.faults, {}, "results")
    minimum = reader.integer("minimum_cell", least=2, default=5) or 5
    small = reader.choice("small_groups", SmallGroups, SmallGroups.WITHHOLD) or SmallGroups.WITHHOLD
    tight = [group.key for group in groups.values() if group.issue and group.issue < 2 * minimum]
    if tight and not reader.has("small_groups"):
        reader.fault(
            "small_groups",
            f"must be given (withhold, merge or show): fewer than {2 * minimum} codes are planned "
            f"for {', '.join(tight)}",
            Flaw.SMALL_GROUPS_UNSAID,
            limit=2 * minimum,
            groups="、".join(tight),
        )
    if small is SmallGroups.MERGE:
        _require_plain_keys(top, groups)
    rules = ResultRules(
        minimum_cell=minimum,
        rounding=_rounding(reader),
        missing_group=reader.choice("missing_group", Missing, Missing.RENORMALISE) or Missing.RENORMALISE,
        small_groups=small,
        rank=reader.flag("rank"),
        bands=_bands(reader),
    )
    reader.finish()
    return rules


def _require_plain_keys(top: Reader, groups: dict[str, Group]) -> None:
    """Note each group whose key reads like others merged: its row could not be told from theirs."""
    for place, key in enumerate(groups):
        parts = key.split("+")
        if len(parts) > 1 and all(part in groups for part in parts):
            said = f'"{key}" reads like groups merged; choose another key'
            top.fault(f"groups[{place}].key", said, Flaw.READS_MERGED, value=key)


def _rounding(results: Reader) -> Rounding:
    reader = results.part("rounding")
    if reader is None:
        return Rounding()
    mode = reader.choice("mode", Mode, Mode.HALF_UP) or Mode.HALF_UP
    places = reader.integer("places", least=0, most=4, default=2)
    reader.finish()
    return Rounding(mode, 2 if places is None else places)


def _bands(results: Reader) -> tuple[Band, ...]:
    bands: dict[str, Band] = {}
    limits: list[Fraction] = []

    def read(reader: Reader) -> None:
        band = Band(reader.new_key(bands), reader.text("label"), reader.number("at_least"))
        reader.require_falling("at_least", band.at_least, limits, "the band")
        bands.setdefault(band.key, band)

    results.tables("bands", read)
    return tuple(bands.values())
