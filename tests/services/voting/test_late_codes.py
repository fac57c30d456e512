"""Codes issued while voting runs to groups that were small at opening: from the log to the signature."""

from typing import Any

import pytest
from flask import Flask

from survey.domain.count.late import late_numbers
from survey.domain.errors import NeedsSecondPerson, NotCertifiable, WrongState
from survey.services.campaigns import campaigns
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate, certifying
from survey.services.results import publishing, reporting
from survey.services.voting import late_codes, tokens
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from survey.web.context import vault
from tests.builders import BY, Codes, a_definition, armed_campaign, cast, close, count, issue

RULES = {"minimum_cell": 5, "small_groups": "withhold"}


def opened(app: Flask, codes: dict[str, int], voided: int = 0, **changes: Any) -> Codes:
    """Open a campaign with so many codes a group; of the first group's some are voided before."""
    armed_campaign(app, a_definition(results=RULES, **changes))
    made = issue(app, "small", codes)
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", made["A"][:voided], BY)
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    return {**made, "A": made["A"][voided:]}


def late() -> dict[str, int]:
    with transaction() as session:
        return late_numbers(late_codes.read_opening(session, find_campaign(session, "small")).late)


def certify() -> None:
    with transaction(write=True) as session:
        made = [add_account(session, name, "scrutineer", None, BY.at) for name in ("计票甲", "监票乙")]
        certifying.certify(session, "small", *made, BY)


@pytest.mark.parametrize(
    ("before", "voided", "expected"),
    [(9, 0, {"A": 4}), (10, 0, {}), (12, 3, {"A": 4}), (0, 0, {"A": 4})],
)
def test_what_counts_is_what_could_be_cast_at_opening(
    app: Flask, before: int, voided: int, expected: dict[str, int]
) -> None:
    opened(app, {"A": before, "B": 12} if before else {"B": 12}, voided)
    issue(app, "small", {"A": 3, "B": 2})
    made = issue(app, "small", {"A": 1})
    assert late() == expected
    with transaction(write=True) as session:
        # Which of the codes voided since were late ones nobody can tell: they do not lessen the number.
        tokens.void(session, vault(), "small", made["A"], BY)
    assert late() == expected


def test_one_real_vote_among_late_ones_is_in_no_number_that_is_kept(app: Flask) -> None:
    codes = opened(app, {"A": 1, "B": 12})
    mine = issue(app, "small", {"A": 4})
    cast(app, codes["A"][0], {"c1.de": "poor"})
    for code in mine["A"]:
        cast(app, code, {"c1.de": "excellent"})
    for place, code in enumerate(codes["B"][:9]):
        cast(app, code, {"c1.de": ("excellent", "competent", "poor")[place % 3]})
    close(app, "small")
    count(app, "small")
    with transaction() as session:
        found = publishing.results(session, "small")[1].count
        said = reporting.report(session, "small").report()
    rows = found.cells["c1", "de"]
    assert rows.groups is None
    assert rows.pooled is not None
    assert rows.pooled.grades[2] == 4
    assert {account.valid for account in found.accounting.groups.values()} == {None}
    [one] = found.late
    assert (one.group, one.number, one.confirmed) == ("A", 4, False)
    notes = [note for sheet in said.sheets for note in sheet.notes]
    flat = [note for table in said.tables for note in table.notes]
    for told in (notes, flat):
        assert any("A票 4张（2026-11-22 17:00，无第二人确认）" in note for note in told)


def test_signing_waits_for_the_persons_present(app: Flask) -> None:
    codes = opened(app, {"A": 2, "B": 12})
    issue(app, "small", {"A": 2})
    for code in codes["A"]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")
    with pytest.raises(NotCertifiable, match=r"group A .*minping campaign present CODE --group A"):
        certify()
    with transaction(write=True) as session:
        with pytest.raises(WrongState):  # only where signing waits for it
            campaigns.set_present(session, "small", "B", 12, BY)
        campaigns.set_present(session, "small", "A", 1, BY)
    with pytest.raises(NotCertifiable, match="group A returned 2 ballots of 1 persons present"):
        certify()
    with transaction(write=True) as session:
        campaigns.set_present(session, "small", "A", 3, BY)
    certify()
    with transaction() as session:
        about = certificate.certified(session, "small")
    assert [account.present for _, account in about.accounts] == [3, None]


def test_who_noted_the_persons_present_in_time_signs_at_once(app: Flask) -> None:
    opened(app, {"A": 2, "B": 12})
    issue(app, "small", {"A": 2})
    with transaction(write=True) as session:
        campaigns.set_present(session, "small", "A", 4, BY)
    close(app, "small")
    count(app, "small")
    certify()


def test_pages_need_a_second_person_and_the_command_line_goes_on(app: Flask) -> None:
    opened(app, {"A": 2, "B": 12})
    with transaction(write=True) as session:
        with pytest.raises(NeedsSecondPerson) as refused:
            tokens.wanted(session, "small", {"A": 1, "B": 1})
        assert refused.value.groups == ("A",)
        made = tokens.make({"A": 1})
        with pytest.raises(NeedsSecondPerson):
            tokens.enter(session, vault(), "small", made, planned=False, by=BY)
        assert tokens.wanted(session, "small", {"B": 1}) == {"B": 1}
        assert tokens.wanted(session, "small", {"A": 1}, second="监票乙") == {"A": 1}
        assert tokens.issue(session, vault(), "small", {"A": 1}, BY).late == {"A": 2}
        assert tokens.issue(session, vault(), "small", {"B": 1}, BY).late == {}


def test_devices_of_an_open_campaign_are_in_no_room(app: Flask) -> None:
    data = a_definition(results=RULES)
    data["campaign"]["entry"] = "open"
    armed_campaign(app, data)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    issue(app, "small", {"A": 2, "B": 2})
    assert late() == {"A": 2, "B": 2}
    close(app, "small")
    count(app, "small")
    with pytest.raises(NotCertifiable) as refused:
        certify()
    assert "group A" not in str(refused.value)
    assert "group B" in str(refused.value)
