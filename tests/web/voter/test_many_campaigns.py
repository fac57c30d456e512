"""Many campaigns open at once: what was made for one is still there when the others had their turn."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.services.voting import casting
from survey.storage import campaign_rows
from survey.web.voter import pages
from survey.web.voter.sheets import MAX_BYTES, Sheets
from tests.builders import a_definition, example, running_campaign

CAMPAIGNS = 200
MANY = 70
"""More than were kept once, when such a memory held 64 and emptied itself."""


def ask_for_ballots(client: FlaskClient, codes: list[str]) -> None:
    for code in codes:
        assert client.post("/v/ballot", data={"code": code}).status_code == 200


def test_the_largest_form_that_ships_fits_two_hundred_times(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In half of each bound, so that nothing is noted of who asks for which."""
    monkeypatch.setattr(pages, "_sheets", Sheets())
    memories = [pages._sheets._sheets, casting._packings, casting._slots, campaign_rows._definitions]
    for memory in memories[1:]:
        memory.clear()
    running = running_campaign(app, example("college-term"), 1)
    ask_for_ballots(client, [codes[0] for codes in running.codes.values()])
    entries = [CAMPAIGNS * len(memory) for memory in memories]
    assert entries[0] == CAMPAIGNS * len(running.codes)
    for memory, number in zip(memories, entries, strict=True):
        assert number <= memory._max_entries / 2
        assert memory._max_bytes is None or CAMPAIGNS * memory.size <= memory._max_bytes
    assert CAMPAIGNS * memories[0].size > MAX_BYTES / 4, "control: the bound is not idle"


@pytest.mark.slow
def test_no_ballot_is_drawn_twice(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    draw = pages.ballot_page

    def drawing(ticket, *given, **more):
        drawn.append(ticket.definition.code)
        return draw(ticket, *given, **more)

    monkeypatch.setattr(pages, "ballot_page", drawing)
    codes = []
    for number in range(MANY):
        data = a_definition(groups=["A"])
        data["campaign"]["code"] = f"c{number}"
        codes += running_campaign(app, data, 1).codes["A"]
    for _ in range(3):
        ask_for_ballots(client, codes)
    assert sorted(drawn) == sorted(f"c{number}" for number in range(MANY))
