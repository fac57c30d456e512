"""Rows that a form's buttons add, and those that no button does."""

import pytest
from flask import Flask

from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.builders import BY
from tests.web.clerk import Office, log_in

PAGES = ("basics", "groups", "scales", "sections", "questions", "quotas", "rules")
ACTS = (
    "add results.bands", "add results.rounding", "add rules", "add rules.0", "add campaign",
    "add results.bands.0.key", "add nothing.at.all",
    "add scales.0.grades", "add scales abstain=x", "add sections criteria=x",
    "add questions kind=text", "add groups", "add groups." + "9" * 5000,
    "drop groups." + "9" * 5000, "drop rules.0", "up groups.0", "down groups.²",
    "points scales." + "9" * 5000 + " 100/0", "add ", "drop", "",
)  # fmt: skip


@pytest.fixture
def office(app: Flask) -> Office:
    with transaction(write=True) as session:
        drafts.create(session, {"campaign": {"code": "bare", "title": "草稿"}}, "县委组织部", BY)
    return log_in(app)


def test_no_button_and_no_other_word_is_a_failure(office: Office) -> None:
    for page in PAGES:
        path = f"/admin/c/bare/setup/{page}"
        for act in ACTS:
            answer = office.send(path, office.form(path), act)
            assert answer.status_code in (200, 303), (page, act)
            if answer.status_code == 200:
                # What the page now holds can be saved as any other form.
                assert "version" in answer.text


def test_the_first_band_of_an_empty_draft_can_be_added(office: Office) -> None:
    path = "/admin/c/bare/setup/rules"
    form = office.press(path, office.form(path), "add results.bands")
    assert "results.bands.0.label" in form.names()
    office.save(path, form.set("results.bands.0.label", "好").set("results.bands.0.at_least", "90"))
    assert office.form(path).value("results.bands.0.label") == "好"
