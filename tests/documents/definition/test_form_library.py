"""The forms that ship: complete but for what only the organiser knows."""

from typing import Any

import pytest
from flask import Flask

from survey.documents.definition.definition_file import write_toml
from survey.documents.definition.form_library import FOLDER, ORDER, library
from survey.domain.definition.campaign import State
from survey.domain.definition.loose_ends import loose_ends
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidDefinition
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certifying
from survey.services.results import publishing
from survey.storage.database import transaction
from tests.builders import BY, cast, close, count, running_campaign
from tests.by_turns import go_on, hand_in
from tests.signing_in import an_account

LACKING = {"campaign.code", "campaign.organiser"}
BY_SMS = {"sms.channel", "sms.sender"}
"""What the system administrator agreed on with a provider."""
BY_CODES = [key for key in ORDER if key != "sms"]


def template(key: str) -> dict[str, Any]:
    (data,) = [item.data for item in library() if item.key == key]
    return data


def filled(key: str) -> dict[str, Any]:
    """Do what the organiser does: name the campaign and enter two ratees a form."""
    data = template(key)
    data["campaign"] |= {"code": key, "organiser": "考核组"}
    taken = {ratee["section"] for ratee in data.get("ratees", [])}
    data["ratees"] = data.get("ratees", []) + [
        {"key": f"r{place}{number}", "section": section["key"], "name": f"对象{place}{number}"}
        for place, section in enumerate(data["sections"])
        if section["key"] not in taken
        for number in (1, 2)
    ]
    return data


def test_every_file_is_in_the_library() -> None:
    assert [item.key for item in library()] == list(ORDER)
    assert {path.stem for path in FOLDER.glob("*")} == set(ORDER)


@pytest.mark.parametrize("key", ORDER)
def test_a_template_lacks_only_what_the_organiser_knows(key: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(template(key))
    assert {fault.path for fault in refused.value.faults} == LACKING | (BY_SMS if key == "sms" else set())


def test_the_open_survey_can_be_used_as_it_is() -> None:
    data = template("satisfaction")
    data["campaign"] |= {"code": "survey", "organiser": "考核组"}
    definition = read_definition(data)
    assert len(definition.ratees) >= 4
    assert loose_ends(definition) == []
    assert definition.signatures == 1
    others = {key: template(key)["campaign"].get("signatures", 2) for key in ORDER if key != "satisfaction"}
    assert set(others.values()) == {2}


@pytest.mark.parametrize("key", sorted(set(ORDER) - {"nomination", "satisfaction", "selection", "service"}))
def test_a_named_template_still_wants_its_ratees(key: str) -> None:
    data = template(key)
    data["campaign"] |= {"code": key, "organiser": "考核组"}
    with pytest.raises(InvalidDefinition, match="ratees: nothing is asked"):
        read_definition(data)


@pytest.mark.parametrize("key", ORDER)
def test_its_file_is_as_the_pages_would_write_it(key: str) -> None:
    text = (FOLDER / f"{key}.toml").read_text("utf-8")
    assert "\n".join(text.split("\n")[2:]) == write_toml(template(key))


def test_titles_and_notes_are_told_apart() -> None:
    titles = [item.title for item in library()]
    assert len(set(titles)) == len(titles)
    assert all(item.note and item.note != item.title for item in library())


def test_a_changed_template_leaves_the_library_alone() -> None:
    template("team")["campaign"]["title"] = "其他"
    assert template("team")["campaign"]["title"] != "其他"


@pytest.mark.parametrize("key", BY_CODES)
def test_the_whole_procedure(app: Flask, key: str) -> None:
    running = running_campaign(app, filled(key), 12)
    definition = running.definition
    if definition.turns:
        go_on(app, len(definition.ratees), key)
        hand_in(app, key)
    for group, codes in running.codes.items():
        for code in codes[:10]:
            lines = definition.lines_of[group]
            # The second grade of each scale: no quota limits it and no reason is asked for it.
            cast(app, code, {line.name: line.scale.grades[1].key for line in lines})
    close(app, key)
    counted = count(app, key)
    assert counted.notes == ()
    assert counted.count.accounting.total.valid == 10 * len(definition.raters)
    teller, scrutineer = (an_account("scrutineer", name=name) for name in ("计票", "监票"))
    with transaction(write=True) as session:
        alone = definition.signatures == 1
        certifying.certify(session, key, None if alone else teller, scrutineer, BY)
    with transaction() as session:
        assert find_campaign(session, key).state is State.CERTIFIED
        _, results, _ = publishing.results(session, key)
    second = {line.ratee.key: line.scale.grades[1].points for line in definition.lines}
    assert {standing.ratee: standing.weighted for standing in results.ratees} == second
