"""Test data: a campaign in which persons are opened one after the other, and acts at its lectern."""

from typing import Any

from flask import Flask

from survey.domain.ballot.turns import HAND_IN, TurnStanding
from survey.services.voting import turns
from survey.services.voting.turns import TurnAct
from survey.storage.database import transaction
from tests.builders import BY, a_definition

NAMES = ["王建国", "李红梅", "张卫东", "赵志强", "陈晓燕", "杨光", "刘海涛", "黄丽华", "周明", "吴秀英"]


def by_turns(persons: int = 3, **tables: Any) -> dict[str, Any]:
    """Return a definition of so many persons, two criteria each, one grade limited to one of them."""
    ratees = [
        {
            "key": f"p{number}",
            "section": "form",
            "name": NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else "乙"),
            "post": "副局长",
        }
        for number in range(persons)
    ]
    quota = {"section": "form", "criterion": "de", "grade": "excellent", "at_most": 1}
    made = a_definition(groups=["A"]) | {"ratees": ratees, "quotas": [quota]}
    made["campaign"] = made["campaign"] | {"turns": True, "title": "县局领导干部述职测评"}
    return made | tables


def take(app: Flask, act: TurnAct, done: str = "next", code: str = "small") -> TurnStanding:
    """Do one act at the lectern."""
    with app.app_context(), transaction(write=True) as session:
        return turns.take(session, code, done, act, BY)[0]


def go_on(app: Flask, number: int = 1, code: str = "small") -> TurnStanding:
    """Open the next person, or several one after the other."""
    for _ in range(number):
        standing = take(app, TurnStanding.open_next, code=code)
    return standing


def hand_in(app: Flask, code: str = "small") -> TurnStanding:
    """Take ballots from here on."""
    return take(app, TurnStanding.hand_in, HAND_IN, code)
