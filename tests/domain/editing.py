"""A definition that uses every table, and a way to change one place of it."""

import copy
import re
from datetime import datetime
from decimal import Decimal
from typing import Any


class _Gone:
    def __str__(self) -> str:
        return "gone"


GONE: Any = _Gone()
"""Set a key to this to leave it out."""

NOON = datetime.fromisoformat("2026-11-22T12:00:00+08:00")
LATER = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


def full() -> dict[str, Any]:
    """Return a valid definition in which every table and every key occurs."""
    return {
        "format": 1,
        "campaign": {
            "code": "full-2026",
            "title": "民主测评",
            "organiser": "组织部",
            "rated_unit": "某某镇",
            "year": "2026年度",
            "time_zone": "Asia/Shanghai",
            "instructions": "请独立填写",
            "entry": "codes",
            "opens_at": NOON,
            "closes_at": LATER,
            "ceiling": 500,
            "signatures": 1,
            "turns": False,
        },
        "groups": [
            {"key": "A", "label": "A票", "weight": 30, "issue": 12},
            {"key": "B", "label": "B票", "weight": Decimal("69.5"), "issue": 40},
        ],
        "scales": [
            {
                "key": "four",
                "grades": [
                    {"key": "good", "label": "好", "points": Decimal("85.5")},
                    {"key": "fair", "label": "一般", "points": 60},
                    {"key": "bad", "label": "差", "points": 0, "reason": "required"},
                ],
                "abstain": {"label": "不了解", "treat": "exclude"},
            },
            {
                "key": "two",
                "grades": [
                    {"key": "yes", "label": "是", "points": 1},
                    {"key": "no", "label": "否", "points": 0},
                ],
            },
        ],
        "rates": [{"scale": "four", "key": "good-rate", "label": "满意率", "grades": ["good", "fair"]}],
        "sections": [
            {
                "key": "form",
                "title": "测评表",
                "scale": "four",
                "criteria": [
                    {"key": "de", "label": "德", "weight": 2, "overall": True},
                    {"key": "neng", "label": "能", "weight": Decimal("0.5")},
                ],
                "comment": True,
                "groups": ["A", "B"],
            },
            {
                "key": "vote",
                "title": "表决",
                "scale": "two",
                "criteria": [{"key": "all", "label": "总体"}],
                "form": "lines",
                "unticked": "",
                "write_in": 0,
            },
        ],
        "ratees": [
            {"key": "c1", "section": "form", "name": "甲", "post": "书记", "unit": "镇", "statement": "述职"},
            {"key": "c2", "section": "form", "name": "乙", "groups": ["B"]},
            {"key": "t1", "section": "vote", "name": "班子"},
        ],
        "quotas": [
            {"section": "form", "criterion": "de", "grade": "good", "at_most": "40%"},
            {"section": "form", "criterion": "neng", "grade": "good", "at_most": 1},
        ],
        "questions": [
            {
                "key": "age",
                "label": "年龄",
                "kind": "choice",
                "options": [{"key": "18-35", "label": "青年"}, {"key": "60+", "label": "老年"}],
                "required": False,
                "base": "answered",
                "breakdown": True,
            },
            {
                "key": "problems",
                "label": "问题",
                "kind": "choices",
                "options": [
                    {"key": "plan", "label": "plan"},
                    {"key": "team", "label": "team"},
                    {"key": "style", "label": "style", "alone": True},
                ],
                "at_most": 2,
                "base": "valid",
                "groups": ["A"],
            },
            {"key": "words", "label": "建议", "kind": "text"},
        ],
        "rules": {"blank": "allow", "spoiled_if": ["all-blank", "all-same"]},
        "results": {
            "minimum_cell": 5,
            "rounding": {"mode": "half-up", "places": 2},
            "missing_group": "renormalise",
            "small_groups": "withhold",
            "rank": True,
            "bands": [
                {"key": "high", "label": "优", "at_least": 90},
                {"key": "low", "label": "良", "at_least": Decimal("59.5")},
            ],
        },
        "paper": {"size": "A3", "strip": False, "over_quota": "spoil", "texts": "typed"},
        "sms": {
            "channel": "mas",
            "sender": "某某镇政府",
            "extension": "12",
            "text": "{title}:{ratee},{grades}。",
            "reminder_after": 48,
            "window": ["09:00", "20:30"],
        },
    }


def pooled() -> dict[str, Any]:
    """Return the same with two units that rate each other; not on paper, where that would name them."""
    data = full()
    data["pools"] = [{"key": "units", "label": "单位票", "weight": 20}]
    data["groups"] += [{"key": key, "label": key, "issue": 9, "pool": "units"} for key in ("u1", "u2")]
    data["ratees"] += [
        {"key": f"r-{key}", "section": "vote", "name": key, "except": [key]} for key in ("u1", "u2")
    ]
    return data


def listed() -> dict[str, Any]:
    """Return the same with a third form, which is a list of names to tick."""
    data = full()
    grades = [
        {"key": "for", "label": "推荐", "points": 100},
        {"key": "against", "label": "不推荐", "points": 0},
    ]
    data["scales"].append({"key": "box", "grades": grades})
    section = {"key": "list", "title": "推荐名单", "scale": "box", "form": "ticks", "unticked": "against"}
    data["sections"].append(section | {"criteria": [{"key": "vote", "label": "推荐"}]})
    data["ratees"] += [
        {"key": f"n{number}", "section": "list", "name": name, "post": "局长"}
        for number, name in enumerate("丙丁戊己", 1)
    ]
    data["quotas"].append({"section": "list", "criterion": "vote", "grade": "for", "at_most": 2})
    return data


def changed(path: str, value: Any, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the definition with one place set, added (an index one past the end) or left out (``GONE``)."""
    made = copy.deepcopy(data if data is not None else full())
    steps: list[str | int] = [
        int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)
    ]
    holder: Any = made
    for step in steps[:-1]:
        holder = holder[step]
    last = steps[-1]
    if value is GONE:
        del holder[last]
    elif isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return made
