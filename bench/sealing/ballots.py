"""Ballots to seal: random ones of every shipped example, as fields, as the server packs them, as layouts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from survey.domain.ballot.ballot import Ballot, BallotForm
from survey.domain.ballot.packing import Packing
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.reader import read_definition
from survey.secrecy.receipt import new_receipt
from survey.web.voter.padding import fixed_size
from tests import builders

_TEXTS = ("很好", "请改进。\n谢谢", "𠮷 – ok", "")


@dataclass(frozen=True)
class Example:
    """One ballot form to measure with."""

    name: str
    packing: Packing
    form: BallotForm

    @property
    def definition(self) -> Definition:
        return self.packing.definition

    @property
    def posted_bytes(self) -> int:
        """Return the length of today's padded request."""
        return fixed_size(self.form)


def examples() -> Iterator[Example]:
    """Yield the largest form of each shipped example, and the one that M7 weighs."""
    names = sorted(path.stem for path in builders.EXAMPLES.glob("*.toml"))
    definitions = {name: builders.example(name) for name in names}
    definitions["1 + 10 persons × 6 lines"] = builders.a_team_and(10)
    for name, data in definitions.items():
        packing = Packing(read_definition(data))
        yield Example(name, packing, max(packing.forms, key=lambda form: (len(form.lines), fixed_size(form))))


def layout(example: Example) -> dict[str, Any]:
    """Return what a page would have to tell script of a form, so that it can pack."""
    form = example.form
    asked = {name: q for name, q in form.questions.items() if q.kind is not QuestionKind.TEXT}
    return {
        "group": example.packing.forms.index(form),
        "size": example.packing.size,
        "lines": [{"name": line.name, "values": dict(line.scale.positions)} for line in form.lines],
        "questions": [{"name": name, "options": [o.key for o in q.options]} for name, q in asked.items()],
        "texts": list(form.texts),
    }


def a_ballot(example: Example, chance: random.Random) -> tuple[dict[str, list[str]], Ballot]:
    """Fill in a ballot at random: as fields, and as the server reads them."""
    form = example.form
    fields: dict[str, list[str]] = {}
    ratings, choices, texts = [], {}, {}
    for line in form.lines:
        value, position = chance.choice([("", 0), *line.scale.positions.items()])
        fields[line.name] = [value]
        ratings.append(position)
    for name, question in form.questions.items():
        if question.kind is QuestionKind.TEXT:
            continue
        number = chance.randint(0, min(question.at_most, len(question.options)))
        if places := sorted(chance.sample(range(len(question.options)), number)):
            if excluding := question.excluding(places):
                places = [question.options.index(excluding)]
            choices[question.key] = tuple(places)
            fields[name] = [question.options[place].key for place in places]
    for name in form.texts:
        if text := chance.choice(_TEXTS):
            texts[name] = text
            fields[name] = [text]
    return fields, Ballot(form.group, new_receipt(), tuple(ratings), choices, texts)
