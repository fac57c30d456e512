"""Every page and file of a campaign whose units rate each other can be opened, in each state."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.builders import (
    BY,
    a_mutual_definition,
    armed_campaign,
    cast,
    close,
    count,
    running_campaign,
)
from tests.office import Office

HERE = "/admin/c/small"
QUESTIONS = [
    {
        "key": "q1",
        "label": "总的评价",
        "kind": "choice",
        "options": [{"key": "y", "label": "好"}, {"key": "n", "label": "不好"}],
    },
    {"key": "q2", "label": "意见", "kind": "text"},
]


def pages(app: Flask, office: Office) -> Iterator[tuple[str, int]]:
    """Open every page of the campaign that needs no more than its code, and what these link to, once."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments == {"campaign_code"}]
    asked = [
        rule.rule.replace("<campaign_code>", "small") for rule in rules if "GET" in (rule.methods or set())
    ]
    seen = set(asked)
    for address in asked:
        answer = office.client.get(address)
        yield address, answer.status_code
        if answer.mimetype == "text/html":
            links = {
                link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="([^"#]+)', answer.text)
            }
            asked += sorted(link for link in links - seen if link.startswith(HERE))
            seen |= links


@pytest.mark.parametrize("state", ["draft", "armed", "open", "closed", "counted"])
def test_every_page_opens(app: Flask, state: str) -> None:
    data = a_mutual_definition(4, 5, questions=QUESTIONS)
    data["groups"].append({"key": "z", "label": "领导票", "weight": 2, "issue": 6})
    if state == "draft":
        with app.app_context(), transaction(write=True) as session:
            drafts.create(session, data, "", BY)
    elif state == "armed":
        armed_campaign(app, data)
    else:
        running = running_campaign(app, data)
        for group, codes in running.codes.items():
            fields = {line.name: "competent" for line in running.definition.lines_of[group]}
            cast(app, codes[0], fields | {"q.q1": "y", "q.q2": "多下来走走"})
        if state != "open":
            close(app, "small")
        if state == "counted":
            count(app, "small")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    found = dict(pages(app, Office(app)))
    assert {address: status for address, status in found.items() if status >= 500} == {}
    assert sum(status == 200 for status in found.values()) >= 20
