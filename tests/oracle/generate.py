"""Make random valid campaigns and ballots that such a campaign must accept.

All that is random comes from the given generator, so a seed names a campaign. Ratees whom few know, tiny
groups and rare options are frequent on purpose: small cells, merges and withheld breakdown rows are where
counting goes wrong.
"""

from __future__ import annotations

import json
import random
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
KEY_TAIL = LETTERS + "ABCDEFGH0123456789+_-"
NAMES = "甲乙丙丁戊己庚辛壬癸"
GRADES = ["优秀", "良好", "称职", "基本称职", "一般", "不称职"]
CRITERIA = ["政治素质", "领导能力", "工作实绩", "廉洁自律", "作风建设"]
OPTIONS = ["党员干部", "职工代表", "离退休人员", "服务对象", "其他人员"]
WORDS = "认真负责务实进取联系群众作风扎实有待加强希望改进工作方法,沟通协调能力较强;情况不明。"


# TOML


def text(value: str) -> str:
    """Write a TOML string."""
    return json.dumps(value, ensure_ascii=False)


def toml(value: Any) -> str:
    """Write a TOML value; numbers that must stay as they are written come as ``Decimal``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    return str(value)


def table(header: str, entries: dict[str, Any]) -> str:
    """Write a TOML table under its header."""
    return "\n".join([header, *(f"{key} = {toml(value)}" for key, value in entries.items())]) + "\n"


# Small choices


def chance(rng: random.Random, probability: float) -> bool:
    """Decide by chance."""
    return rng.random() < probability


def keys(rng: random.Random, number: int, forbidden: tuple[str, ...] = ()) -> list[str]:
    """Make keys that differ, plain ones and odd ones."""
    made: list[str] = []
    while len(made) < number:
        if chance(rng, 0.6):
            key = rng.choice(LETTERS) + str(len(made) + 1)
        else:
            first = rng.choice(LETTERS + "ABCD0123456789")
            key = first + "".join(rng.choice(KEY_TAIL) for _ in range(rng.randint(0, 7)))
        if key not in made and key not in forbidden:
            made.append(key)
    return made


def group_keys(rng: random.Random, number: int) -> list[str]:
    """Make keys of rater groups, none of which is or makes up a merged key of others (``A+B``)."""
    while True:
        made = keys(rng, number) if chance(rng, 0.4) else list("ABCD"[:number])
        joined = ["+".join(made[i:j]) for i in range(number) for j in range(i + 1, number + 1)]
        if len(set(joined)) == len(joined):
            return made


def number(rng: random.Random, low: int, high: int) -> int | Decimal:
    """Make a number that is positive if ``low`` is, whole or with decimals."""
    whole = rng.randint(low, high)
    kind = rng.random()
    if kind < 0.6:
        return whole
    if kind < 0.85:
        return Decimal(f"{whole}.{rng.randint(1, 9)}")
    return Decimal(f"{whole}.{rng.randint(0, 9)}{rng.randint(0, 9)}")


def some(rng: random.Random, values: list[str], at_least: int = 1) -> list[str]:
    """Pick some of the values, in any order."""
    return rng.sample(values, rng.randint(at_least, len(values)))


# The parts of a definition


def points(rng: random.Random, grades: int) -> list[int | Decimal]:
    """Make strictly falling points, the last of them sometimes 0."""
    if chance(rng, 0.3):
        sets: list[list[int | Decimal]] = [
            [100, 60],
            [100, 70, 0],
            [100, 80, 60, 40],
            [95, 85, 75, 65],
            [90, 75, 60, 40],
            [100, 80, 60, 30, 0],
            [100, Decimal("85.5"), Decimal("70.25"), 60, 30, 0],
        ]
        fitting = [one for one in sets if len(one) == grades]
        if fitting:
            return rng.choice(fitting)
    made: set[int | Decimal] = {0} if chance(rng, 0.3) else set()
    while len(made) < grades:
        made.add(number(rng, 0, 100))
    return sorted(made, reverse=True)


def scale(rng: random.Random, key: str) -> dict[str, Any]:
    """Make a scale."""
    size = rng.randint(2, 6)
    grades: list[dict[str, Any]] = []
    for grade, label, value in zip(keys(rng, size), GRADES, points(rng, size), strict=False):
        grades.append({"key": grade, "label": label, "points": value})
    for grade_entry in grades:
        if chance(rng, 0.1):
            grade_entry["reason"] = "required"
    made: dict[str, Any] = {"key": key, "grades": grades}
    treat = rng.choice([None, "exclude", "denominator", "zero", "default"])
    if treat == "default":
        made["abstain"] = {"label": "不了解"}
    elif treat:
        made["abstain"] = {"label": rng.choice(["弃权", "不了解"]), "treat": treat}
    return made


def rates(rng: random.Random, scales: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make some rates, none to three for a scale."""
    wanted = [one for one in scales for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    made = []
    for one, key in zip(wanted, keys(rng, len(wanted)), strict=True):
        grades = [grade["key"] for grade in one["grades"]]
        chosen = grades[: rng.randint(1, len(grades))] if chance(rng, 0.7) else some(rng, grades)
        made.append({"scale": one["key"], "key": key, "label": "满意率", "grades": chosen})
    return made


def sections(
    rng: random.Random, scales: list[dict[str, Any]], groups: list[str], number_of: int
) -> list[dict[str, Any]]:
    """Make the sections."""
    made = []
    for key in keys(rng, number_of, forbidden=("q",)):
        count = rng.choice([1, 1, 2, 2, 3, 4, 5])
        criteria: list[dict[str, Any]] = []
        for criterion, label in zip(keys(rng, count, forbidden=("comment",)), CRITERIA, strict=False):
            entry: dict[str, Any] = {"key": criterion, "label": label}
            if chance(rng, 0.6):
                entry["weight"] = 0 if chance(rng, 0.25) else number(rng, 1, 40)
            criteria.append(entry)
        if chance(rng, 0.05):
            criteria[0]["key"] = "reason"
        if all(entry.get("weight", 1) == 0 for entry in criteria):
            criteria[-1]["weight"] = Decimal("0.5")
        # Of a source of its own: the campaigns stay those that they were.
        marks = random.Random(f"overall {key} {count}")
        if chance(marks, 0.5):
            marks.choice(criteria)["overall"] = chance(marks, 0.9)
        section: dict[str, Any] = {
            "key": key,
            "title": "民主测评表",
            "scale": rng.choice(scales)["key"],
            "criteria": criteria,
        }
        if chance(rng, 0.4):
            section["comment"] = chance(rng, 0.8)
        if chance(rng, 0.25):
            section["groups"] = some(rng, groups)
        made.append(section)
    return made


def ratees(
    rng: random.Random, made_sections: list[dict[str, Any]], groups: list[str]
) -> list[dict[str, Any]]:
    """Make the ratees, at least one for each section."""
    size = rng.randint(len(made_sections), 8)
    homes = [section["key"] for section in made_sections]
    homes += [rng.choice(homes) for _ in range(size - len(homes))]
    if chance(rng, 0.3):
        rng.shuffle(homes)
    made = []
    for key, home, name in zip(keys(rng, size, forbidden=("q",)), homes, NAMES, strict=False):
        ratee: dict[str, Any] = {"key": key, "section": home, "name": f"干部{name}"}
        if chance(rng, 0.5):
            ratee["post"] = "副镇长"
        if chance(rng, 0.2):
            ratee["unit"] = "镇人民政府"
        if chance(rng, 0.2):
            ratee["statement"] = '一、"三项"实绩;二、需要改进的一项。\n三、廉洁自律情况。'
        if chance(rng, 0.2):
            ratee["groups"] = some(rng, groups)
        made.append(ratee)
    return made


def quotas(
    rng: random.Random, made_sections: list[dict[str, Any]], scales: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Make some quotas; every criterion keeps a grade without one, so that a ballot can always be cast."""
    made: list[dict[str, Any]] = []
    for section in made_sections:
        grades = [grade["key"] for one in scales if one["key"] == section["scale"] for grade in one["grades"]]
        for criterion in section["criteria"]:
            if not chance(rng, 0.2):
                continue
            limited = grades[:1] if chance(rng, 0.7) else rng.sample(grades, min(2, len(grades) - 1))
            for grade in limited:
                share = f"{rng.choice([1, 10, 15, 20, 25, 30, 33, 40, 50, 75, 100])}%"
                at_most = share if chance(rng, 0.5) else rng.choice([0, 1, 1, 2, 3, 8])
                made.append(
                    {
                        "section": section["key"],
                        "criterion": criterion["key"],
                        "grade": grade,
                        "at_most": at_most,
                    }
                )
    return made


def questions(rng: random.Random, groups: list[str]) -> list[dict[str, Any]]:
    """Make questions of the three kinds, at most two of them with a breakdown."""
    made: list[dict[str, Any]] = []
    breakdowns = rng.choice([0, 1, 1, 2])
    for key in keys(rng, rng.choice([0, 1, 2, 3, 4])):
        kind = rng.choice(["choice", "choice", "choices", "text"])
        question: dict[str, Any] = {"key": key, "label": "您的意见是", "kind": kind}
        if kind != "text":
            size = rng.randint(2, 5)
            question["options"] = [
                {"key": option, "label": label}
                for option, label in zip(keys(rng, size), OPTIONS, strict=False)
            ]
            if kind == "choices":
                exclude(question["options"])
            if kind == "choices" and chance(rng, 0.6):
                question["at_most"] = rng.randint(1, size)
            if chance(rng, 0.5):
                question["base"] = rng.choice(["answered", "valid"])
        if kind == "choice" and breakdowns:
            breakdowns -= 1
            question["breakdown"] = True
        elif chance(rng, 0.3):
            question["groups"] = some(rng, groups)
        elif kind == "choice" and chance(rng, 0.2):
            question["breakdown"] = False
        made.append(question)
    return made


def exclude(options: list[dict[str, Any]]) -> None:
    """Let some options exclude the others."""
    # Of a source of its own: the campaigns stay those that they were.
    marks = random.Random(f"alone {options[0]['key']} {len(options)}")
    for option in options[-2:]:
        if chance(marks, 0.4):
            option["alone"] = chance(marks, 0.9)


def results(rng: random.Random, issues: list[int]) -> dict[str, Any]:
    """Make the settings of the results."""
    made: dict[str, Any] = {}
    minimum = 5
    if chance(rng, 0.8):
        minimum = made["minimum_cell"] = rng.choice([2, 2, 3, 3, 4, 5, 5, 6, 8, 10, 12])
    if any(issue < 2 * minimum for issue in issues) or chance(rng, 0.7):
        made["small_groups"] = rng.choice(["withhold", "merge", "merge", "show"])
    rounding: dict[str, Any] = {}
    if chance(rng, 0.85):
        rounding["mode"] = rng.choice(["half-up", "truncate", "sum-to-100"])
    if chance(rng, 0.8):
        rounding["places"] = rng.randint(0, 4)
    if rounding or chance(rng, 0.1):
        made["rounding"] = rounding
    if chance(rng, 0.75):
        made["missing_group"] = rng.choice(["renormalise", "withhold", "zero"])
    if chance(rng, 0.75):
        made["rank"] = chance(rng, 0.8)
    if chance(rng, 0.6):
        size = rng.randint(1, 4)
        floors: set[int | Decimal] = set()
        while len(floors) < size:
            floors.add(rng.choice([0, 50, 60, 70, 75, 80, 90, number(rng, 1, 95)]))
        made["bands"] = [
            {"key": key, "label": label, "at_least": floor_}
            for key, label, floor_ in zip(keys(rng, size), GRADES, sorted(floors, reverse=True), strict=False)
        ]
    return made


def definition(rng: random.Random, *, schedule: bool = False) -> str:
    """Make a random valid definition file.

    With ``schedule`` it may name the times at which the campaign opens (past) and closes (far ahead).
    """
    open_entry = chance(rng, 0.12)
    group_count = 1 if open_entry else rng.choice([1, 2, 2, 3, 3, 4])
    groups = group_keys(rng, group_count)
    group_tables = []
    issues = []
    some_issue = not open_entry and chance(rng, 0.5)
    for key in groups:
        entry: dict[str, Any] = {"key": key, "label": f"{key}票", "weight": number(rng, 1, 60)}
        if chance(rng, 0.1):
            entry["weight"] = Decimal("0.3")
        if some_issue and chance(rng, 0.8):
            entry["issue"] = rng.choice([1, 3, 6, 9, 12, 20, 30, 45])
            issues.append(entry["issue"])
        group_tables.append(entry)

    scales = [scale(rng, key) for key in keys(rng, rng.randint(1, 3))]
    made_sections = sections(rng, scales, groups, rng.choice([1, 1, 2, 2, 3]))
    made_ratees = ratees(rng, made_sections, groups)
    made_questions = questions(rng, groups)
    rated_by = {
        group
        for ratee in made_ratees
        for section in made_sections
        if section["key"] == ratee["section"]
        for group in ratee.get("groups") or section.get("groups") or groups
    }
    if set(groups) - rated_by:
        # Nobody holds an empty ballot: the first ratee is rated by all groups.
        made_ratees[0]["groups"] = list(groups)

    campaign: dict[str, Any] = {
        "code": f"oracle-{rng.getrandbits(48):012x}",
        "title": "2026年度民主测评",
        "organiser": "县委组织部",
    }
    if chance(rng, 0.5):
        campaign["time_zone"] = rng.choice(["Asia/Shanghai", "Asia/Urumqi", "UTC", "Europe/Berlin"])
    if chance(rng, 0.4):
        campaign["instructions"] = "请独立填写,不要相互讨论。"
    if open_entry:
        campaign["entry"] = "open"
        if chance(rng, 0.5):
            campaign["ceiling"] = rng.choice([1000, 5000])
    elif chance(rng, 0.3):
        campaign["entry"] = "codes"
    if schedule and chance(rng, 0.5):
        campaign["opens_at"] = Verbatim("2020-01-01T08:00:00+08:00")
        campaign["closes_at"] = Verbatim("2099-12-31T18:00:00+08:00")

    rules: dict[str, Any] = {}
    if chance(rng, 0.8):
        rules["blank"] = rng.choice(["allow", "abstain", "require"])
    if chance(rng, 0.8):
        reasons = ["all-blank", "all-same", "all-top"]
        rules["spoiled_if"] = [reason for reason in reasons if chance(rng, 0.5)]

    parts = ["format = 1\n", table("[campaign]", campaign)]
    arrays = {
        "groups": group_tables,
        "scales": scales,
        "rates": rates(rng, scales),
        "sections": made_sections,
        "ratees": made_ratees,
        "quotas": quotas(rng, made_sections, scales) if chance(rng, 0.5) else [],
        "questions": made_questions,
    }
    for name, entries in arrays.items():
        parts += [table(f"[[{name}]]", entry) for entry in entries]
    if rules or chance(rng, 0.5):
        parts.append(table("[rules]", rules))
    made_results = results(rng, issues)
    if made_results or chance(rng, 0.5):
        parts.append(table("[results]", made_results))
    return "\n".join(parts)


def with_list(rng: random.Random, made: dict[str, Any]) -> dict[str, Any]:
    """Turn one form of a campaign into a list of names to tick, on a scale of its own."""
    section = rng.choice(made["sections"])
    ticked, unticked = keys(rng, 2)
    points_of = rng.choice([(100, 0), (1, 0), (Decimal("0.5"), Decimal("0.25"))])
    scale_of_list: dict[str, Any] = {
        "key": "to-tick",
        "grades": [
            {"key": ticked, "label": "推荐", "points": points_of[0]},
            {"key": unticked, "label": "不推荐", "points": points_of[1]},
        ],
    }
    if chance(rng, 0.3):
        # Another form may need it; on a list nobody can abstain.
        treat = rng.choice(["exclude", "denominator", "zero"])
        scale_of_list["abstain"] = {"label": "弃权", "treat": treat}
    made["scales"].append(scale_of_list)
    if chance(rng, 0.7):
        rate = {"scale": "to-tick", "key": "vote-rate", "label": "得票率", "grades": [ticked]}
        made.setdefault("rates", []).append(rate)
    section |= {"scale": "to-tick", "form": "ticks", "unticked": unticked}
    del section["criteria"][1:]
    section["criteria"][0].pop("weight", None)
    others = [quota for quota in made.get("quotas", []) if quota["section"] != section["key"]]
    limit = rng.choice([0, 1, 2, 3, "25%", "50%", "100%"])
    quota = {
        "section": section["key"],
        "criterion": section["criteria"][0]["key"],
        "grade": ticked,
        "at_most": limit,
    }
    made["quotas"] = [*others, quota]
    if chance(rng, 0.4):
        # Every vote is one, whoever casts it.
        for group in made["groups"]:
            group["weight"] = 1
    return made


def with_pools(rng: random.Random, made: dict[str, Any], most: int = 9) -> dict[str, Any]:
    """Turn each rater group of a campaign into a pool of some units, which rate others but not themselves.

    Now and then a group stays as it is.
    """
    pools, groups, units = [], [], []
    inside: dict[str, list[str]] = {}
    for group in made["groups"]:
        if groups and chance(rng, 0.25):
            groups.append(group)
            inside[group["key"]] = [group["key"]]
            continue
        pools.append({"key": f"p-{group['key']}", "label": group["label"], "weight": group["weight"]})
        inside[group["key"]] = [f"u{len(groups) + n}" for n in range(rng.randint(1, most))]
        for key in inside[group["key"]]:
            groups.append({"key": key, "label": key, "pool": pools[-1]["key"]})
            units.append(key)
    for table_ in (*made["sections"], *made["ratees"], *made.get("questions", [])):
        if "groups" in table_:
            table_["groups"] = [key for group in table_["groups"] for key in inside[group]]
    form = rng.choice(made["sections"])
    rating = form.get("groups") or [group["key"] for group in groups]
    for unit in rng.sample(units, min(len(units), 12)):
        ratee = {"key": f"r-{unit}", "section": form["key"], "name": unit}
        if len(set(rating) - {unit}) > 0:
            made["ratees"].append(ratee | {"except": [unit]})
    made |= {"pools": pools, "groups": groups}
    # These would tell whose ballot it was, so no such campaign is taken.
    made.get("rules", {}).pop("spoiled_if", None)
    for question in made.get("questions", []):
        question.pop("breakdown", None)
    made.setdefault("results", {}).setdefault("small_groups", "withhold")
    return made


class Verbatim:
    """A TOML value that is written as it stands."""

    def __init__(self, written: str) -> None:
        self.written = written

    def __str__(self) -> str:
        return self.written


# Ballots


def words(rng: random.Random, longest: int) -> str:
    """Make some words, now and then as many as fit."""
    length = longest if chance(rng, 0.03) else rng.randint(1, 20)
    return "".join(rng.choice(WORDS) for _ in range(length))


def groups_of_ratee(made: dict[str, Any], ratee: dict[str, Any]) -> list[str]:
    """List the groups that may rate a ratee."""
    section = next(one for one in made["sections"] if one["key"] == ratee["section"])
    named = ratee.get("groups") or section.get("groups") or [group["key"] for group in made["groups"]]
    return [key for key in named if key not in ratee.get("except", ())]


def at_most(quota: dict[str, Any], ratees_rated: int) -> int:
    """Work out how often a grade may be given."""
    limit = quota["at_most"]
    if isinstance(limit, int):
        return limit
    share = Fraction(limit.rstrip("%")) * ratees_rated / 100
    return max(1, floor(share + Fraction(1, 2)))


def ballots(rng: random.Random, definition: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Make random ballots that the campaign must accept, in random order."""
    habits = {
        "known": {ratee["key"]: rng.choice([0.1, 0.4, 0.8, 0.95, 1.0]) for ratee in definition["ratees"]},
        "quality": {ratee["key"]: rng.random() * 0.8 for ratee in definition["ratees"]},
        "line_left_out": rng.choice([0.0, 0.05, 0.3]),
        "abstains": rng.choice([0.2, 0.5, 0.9]),
        "asked": {
            question["key"]: rng.choice([0.1, 0.5, 0.9, 1.0]) for question in definition.get("questions", [])
        },
        "odd": rng.choice([0.0, 0.1, 0.4]),
    }
    made = []
    for group in definition["groups"]:
        size = rng.choice([0, rng.randint(1, 6), rng.randint(1, 6), rng.randint(4, 15), rng.randint(10, 40)])
        size = min(size, group.get("issue", size))
        made += [(group["key"], one_ballot(rng, definition, group["key"], habits)) for _ in range(size)]
    rng.shuffle(made)
    return made


def one_ballot(
    rng: random.Random, definition: dict[str, Any], group: str, habits: dict[str, Any]
) -> dict[str, Any]:
    """Fill in one ballot of a group."""
    sections_by_key = {section["key"]: section for section in definition["sections"]}
    scales_by_key = {one["key"]: one for one in definition["scales"]}
    require = definition.get("rules", {}).get("blank", "allow") == "require"
    mine = [ratee for ratee in definition["ratees"] if group in groups_of_ratee(definition, ratee)]
    manner = rng.choice(["blank", "same", "top", "abstain"]) if chance(rng, habits["odd"]) else "ordinary"
    position = rng.randint(0, 5)
    leaning = rng.gauss(0, 0.15)

    # The ratings: (ratee, criterion) -> grade, "-" or None.
    ratings: dict[tuple[str, str], str | None] = {}
    for ratee in mine:
        section = sections_by_key[ratee["section"]]
        one_scale = scales_by_key[section["scale"]]
        grades = [grade["key"] for grade in one_scale["grades"]]
        can_abstain = "abstain" in one_scale
        known = chance(rng, habits["known"][ratee["key"]])
        for criterion in section["criteria"]:
            spot = habits["quality"][ratee["key"]] + leaning + rng.gauss(0, 0.15)
            value: str | None = grades[min(max(int(spot * len(grades)), 0), len(grades) - 1)]
            if manner == "top":
                value = grades[0]
            elif manner == "same":
                value = grades[min(position, len(grades) - 1)]
            elif manner == "blank":
                value = None
            elif manner == "abstain":
                value = "-" if can_abstain else None
            elif not known or chance(rng, habits["line_left_out"]):
                value = "-" if can_abstain and chance(rng, habits["abstains"]) else None
            if section.get("form") == "ticks":
                # Nearly always an empty line; some clients send the other grade in words.
                value = grades[0] if chance(rng, 0.4) else grades[1] if chance(rng, 0.1) else None
            elif value is None and require:
                value = "-" if can_abstain and chance(rng, 0.7) else rng.choice(grades)
            ratings[ratee["key"], criterion["key"]] = value

    for quota in definition.get("quotas", []):
        rated = [ratee["key"] for ratee in mine if ratee["section"] == quota["section"]]
        given = [key for key in rated if ratings[key, quota["criterion"]] == quota["grade"]]
        rng.shuffle(given)
        for key in given[at_most(quota, len(rated)) :]:
            one_scale = scales_by_key[sections_by_key[quota["section"]]["scale"]]
            ratings[key, quota["criterion"]] = instead_of_quota(rng, definition, quota, one_scale, require)

    fields: dict[str, Any] = {}
    for ratee in mine:
        section = sections_by_key[ratee["section"]]
        one_scale = scales_by_key[section["scale"]]
        asking = [grade["key"] for grade in one_scale["grades"] if grade.get("reason") == "required"]
        for criterion in section["criteria"]:
            name = f"{ratee['key']}.{criterion['key']}"
            value = ratings[ratee["key"], criterion["key"]]
            if value is not None:
                fields[name] = value
            elif chance(rng, 0.1):
                fields[name] = ""
            if value in asking or (asking and value not in (None, "-") and chance(rng, 0.1)):
                fields[f"{name}.reason"] = words(rng, 200)
    for section in definition["sections"]:
        rates_some = any(ratee["section"] == section["key"] for ratee in mine)
        named = section.get("groups") or [group]
        if section.get("comment") and rates_some and group in named and chance(rng, 0.2):
            fields[f"{section['key']}.comment"] = words(rng, 500)
    for question in definition.get("questions", []):
        if group in (question.get("groups") or [group]):
            answer_question(rng, question, habits["asked"][question["key"]], fields)
    return fields


def instead_of_quota(
    rng: random.Random, made: dict[str, Any], quota: dict[str, Any], one_scale: dict[str, Any], require: bool
) -> str | None:
    """Choose what takes the place of a grade that was given too often: what no quota limits."""
    if any(one["key"] == quota["section"] and one.get("form") == "ticks" for one in made["sections"]):
        return None
    limited = [
        other["grade"]
        for other in made["quotas"]
        if (other["section"], other["criterion"]) == (quota["section"], quota["criterion"])
    ]
    free: list[str | None] = [grade["key"] for grade in one_scale["grades"] if grade["key"] not in limited]
    if "abstain" in one_scale:
        free.append("-")
    if not require:
        free.append(None)
    return rng.choice(free)


def answer_question(
    rng: random.Random, question: dict[str, Any], asked: float, fields: dict[str, Any]
) -> None:
    """Answer a question or leave it; the first options are chosen more often than the last."""
    name = f"q.{question['key']}"
    if not chance(rng, asked):
        if chance(rng, 0.1):
            fields[name] = [] if question["kind"] == "choices" else ""
        return
    if question["kind"] == "text":
        fields[name] = words(rng, 500)
        return
    options = [option["key"] for option in question["options"]]
    if question["kind"] == "choice":
        fields[name] = options[min(int(rng.expovariate(1.2)), len(options) - 1)]
        return
    chosen = rng.sample(options, rng.randint(1, question.get("at_most", len(options))))
    alone = [
        option["key"] for option in question["options"] if option.get("alone") and option["key"] in chosen
    ]
    chosen = alone[:1] or chosen
    fields[name] = chosen[0] if len(chosen) == 1 and chance(rng, 0.5) else chosen
