"""Issuing codes and voiding them."""

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import MinpingError, UnknownGroup, VoidedToken, WrongState
from survey.secrecy.token import digest, new_token, read_token
from survey.services.audit.audit import history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.voting import tokens
from survey.storage.database import transaction
from survey.storage.token_rows import Turnout, issued_set, turnout
from survey.web.context import vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, issue, running_campaign


def planned() -> dict[str, object]:
    data = a_definition(results={"small_groups": "withhold"})
    data["groups"][0]["issue"] = 30
    data["groups"][1]["issue"] = 20
    return data


def issued(numbers: dict[str, int]) -> tokens.Issued:
    with transaction(write=True) as session:
        return tokens.issue(session, vault(), "small", numbers, BY)


def void(*codes: str) -> tokens.Voided:
    with transaction(write=True) as session:
        return tokens.void(session, vault(), "small", codes, BY)


def counted() -> dict[str, Turnout]:
    with transaction() as session:
        return turnout(session, find_campaign(session, "small"))


def test_the_planned_number_once(each_app: Flask) -> None:
    armed_campaign(each_app, planned())
    made = issued({}).tokens
    assert sorted(group for group, _ in made) == ["A"] * 30 + ["B"] * 20
    with pytest.raises(WrongState, match="issued already"):
        issued({})
    assert counted() == {"A": Turnout(30, 0, 0), "B": Turnout(20, 0, 0)}


def test_more_can_be_added_before_and_after_the_planned(app: Flask) -> None:
    armed_campaign(app, planned())
    issued({"B": 2})
    issued({})
    issued({"A": 1})
    assert counted() == {"A": Turnout(31, 0, 0), "B": Turnout(22, 0, 0)}


def test_no_number_is_planned(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(WrongState, match="--group and --count"):
        issued({})


def test_codes_are_handed_out_shuffled(app: Flask) -> None:
    armed_campaign(app, planned())
    groups = [group for group, _ in issued({}).tokens]
    assert groups != sorted(groups)
    assert groups != sorted(groups, reverse=True)


def test_codes_are_not_in_the_order_of_what_is_stored(app: Flask) -> None:
    armed_campaign(app, planned())
    digests = [digest(vault().token_key, code) for _, code in issued({}).tokens]
    with transaction() as session:
        stored = [row[0] for row in session.execute(text("SELECT digest FROM tokens"))]
    assert sorted(stored) == sorted(digests)
    assert stored != digests


def test_only_the_digest_is_stored(each_app: Flask) -> None:
    armed_campaign(each_app, a_definition())
    made = issued({"A": 3}).tokens
    with transaction() as session:
        stored = repr(session.execute(text("SELECT * FROM tokens")).all())
        log = repr(session.execute(text("SELECT * FROM audit")).all())
    for _, code in made:
        assert read_token(code) == code
        for written in (code, code.replace("-", "")):
            assert written not in stored
            assert written not in log


def test_an_unknown_group(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(UnknownGroup, match='"C"'):
        issued({"A": 1, "C": 2})
    assert counted()["A"].issued == 0


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_armed_or_open(app: Flask, state: str) -> None:
    if state == "draft":
        from survey.services.campaigns import campaigns

        with transaction(write=True) as session:
            campaigns.load(session, a_definition(), BY)
    else:
        running_campaign(app, a_definition(), 2)
        close(app, "small")
    with pytest.raises(WrongState, match=state):
        issued({"A": 1})
    with pytest.raises(WrongState, match=state):
        void()


def test_the_log_names_numbers_and_the_set(each_app: Flask) -> None:
    armed_campaign(each_app, a_definition())
    issued({"A": 2, "B": 1})
    with transaction() as session:
        detail = list(history(session, "small"))[-1][1]
        assert detail["issued_set"] == issued_set(session, find_campaign(session, "small"))
    assert detail["groups"] == {"A": 2, "B": 1}
    assert detail["planned"] is False


def test_the_set_depends_on_every_code_and_its_group(app: Flask) -> None:
    armed_campaign(app, a_definition())
    issued({"A": 2, "B": 2})

    def found() -> str:
        with transaction() as session:
            return issued_set(session, find_campaign(session, "small"))

    before = found()
    with transaction(write=True) as session:
        session.execute(text("UPDATE tokens SET rater_group = 'B' WHERE rater_group = 'A'"))
    assert found() != before


def test_many_codes(each_app: Flask) -> None:
    armed_campaign(each_app, a_definition())
    assert len({code for _, code in issued({"A": 4500}).tokens}) == 4500
    assert counted()["A"].issued == 4500


# Voiding


def test_voiding(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 5)
    spent, *rest = running.codes["A"]
    cast(each_app, spent, {})
    result = void(rest[0], rest[1].lower().replace("-", " "), spent, rest[0])
    assert (result.voided, result.before, result.spent) == (2, 1, (spent,))
    assert counted() == {"A": Turnout(5, 2, 1), "B": Turnout(5, 0, 0)}
    assert void(rest[0]).voided == 0
    assert counted()["A"].voided == 2


def test_a_voided_code_is_no_longer_taken(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 2)
    void(running.codes["A"][0])
    with pytest.raises(VoidedToken):
        cast(app, running.codes["A"][0], {})


def test_the_log_says_whether_before_or_after_opening(app: Flask) -> None:
    armed_campaign(app, a_definition())
    codes = issue(app, "small", {"A": 2, "B": 2})
    void(codes["A"][0], codes["B"][1])
    with transaction() as session:
        detail = list(history(session, "small"))[-1][1]
    assert (detail["groups"], detail["state"]) == ({"A": 1, "B": 1}, "armed")


def test_one_wrong_row_voids_nothing(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 3)
    good = running.codes["A"]
    for wrong in ("", "0000", good[0][:-1] + ("0" if good[0][-1] != "0" else "1"), new_token()):
        with pytest.raises(MinpingError, match="row 2"):
            void(good[0], wrong, good[1])
    assert counted()["A"].voided == 0


def test_codes_of_another_campaign(app: Flask) -> None:
    other = running_campaign(app, a_definition(campaign={"code": "o", "title": "o", "organiser": "o"}), 2)
    running_campaign(app, a_definition(), 2)
    with pytest.raises(MinpingError, match="no code of small"):
        void(other.codes["A"][0])
    with transaction() as session:
        assert turnout(session, find_campaign(session, "o"))["A"].voided == 0


def test_a_code_put_in_by_hand_is_not_made_good_by_issuing_more(app: Flask) -> None:
    # Issuing names the whole set anew in the log; a row put in before must not become part of it unnoticed.
    running_campaign(app, a_definition(), 3)
    with transaction(write=True) as session:
        session.execute(
            text("INSERT INTO tokens VALUES (:digest, 1, 'A', 0, 0)"),
            {"digest": digest(vault().token_key, new_token())},
        )
    from survey.services.count.counting import issued_set_differs

    try:
        issued({"A": 1})
    except MinpingError:
        return
    with transaction() as session:
        assert issued_set_differs(session, find_campaign(session, "small"))
