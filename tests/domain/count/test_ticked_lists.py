"""民主推荐 counted: 12 and 40 codes, 50 votes, two names at most; an empty line means "not recommended"."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from survey.documents.export.results_json import results_json
from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.kept_texts import keep_texts
from survey.domain.count.results import work_out
from survey.domain.count.tally import Tally
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidBallot

FILE = Path(__file__).parents[2] / "data" / "nomination.toml"
SHORT = {"A": [("p1", "p2")] * 4 + [("p1",)] * 2 + [("p3",)] + [()] * 3}
"""What 10 of group A ticked: p1 has 6 votes, p2 4, p3 1; three named nobody."""
LONG = {"B": [("p1", "p2")] * 10 + [("p2", "p4")] * 8 + [("p4",)] * 6 + [("p5",)] * 2 + [()] * 14}
"""What 40 of group B ticked: p1 10, p2 18, p4 14, p5 2; 14 named nobody."""
VOTES = SHORT | LONG


def definition(**changes: Any) -> Any:
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["results"] |= changes.pop("results", {})
    data["rules"] |= changes.pop("rules", {})
    return read_definition(data | changes)


def ballot(packing: Packing, group: str, names: tuple[str, ...]) -> Ballot:
    return packing.form[group].check({f"{name}.vote": ["yes"] for name in names})


def counted(votes: dict[str, list[tuple[str, ...]]], **changes: Any) -> dict[str, Any]:
    packing = Packing(definition(**changes))
    tally = Tally(packing.definition)
    for group, ballots in votes.items():
        for names in ballots:
            cast = ballot(packing, group, names)
            tally.add(packing.form[group], cast)
    accounts = {
        group: GroupAccount(50, 0, len(votes[group]), tally.valid[group], tally.spoiled[group], 0)
        for group in votes
    }
    count = disclose(packing.definition, tally, Accounting.of(accounts))
    assert keep_texts(packing.definition, tally, count, [("q.other", "孙某")]).texts
    return results_json(work_out(packing.definition, count), "counted")


def rows(found: dict[str, Any], ratee: str) -> dict[str, dict[str, Any]]:
    return {entry["group"] or entry["row"]: entry for entry in found["cells"] if entry["ratee"] == ratee}


def test_an_empty_list_is_a_ballot() -> None:
    total = counted(VOTES)["accounting"]["total"]
    assert (total["returned"], total["valid"], total["spoiled"]) == (50, 50, 0)


def test_an_empty_line_counts_as_not_recommended() -> None:
    found = rows(counted(VOTES), "p1")
    assert found["A"]["counts"] == {"yes": 6, "no": 4}
    assert found["B"]["counts"] == {"yes": 10, "no": 30}
    assert found["pooled"]["counts"] == {"yes": 16, "no": 34}
    assert [found[row]["answered"] for row in ("A", "B", "pooled")] == [10, 40, 50]
    assert [found[row]["blank"] for row in ("A", "B", "pooled")] == [0, 0, 0]
    assert found["pooled"]["rates"] == {"vote-rate": "32.00"}
    assert found["weighted"]["rates"] == {"vote-rate": "42.50"}


def test_a_few_votes_are_no_small_row() -> None:
    """Groups are judged by their valid ballots: one vote of ten is shown, and so is none."""
    found = counted(VOTES)
    assert found["withheld"] == []
    assert rows(found, "p3")["A"]["counts"] == {"yes": 1, "no": 9}
    assert rows(found, "p6")["pooled"]["counts"] == {"yes": 0, "no": 50}


def test_all_are_ranked_by_the_share_of_votes() -> None:
    found = counted(VOTES)
    assert {entry["ratee"]: entry["rank"] for entry in found["ratees"]} == {
        **{"p1": 2, "p2": 1, "p3": 5, "p4": 3, "p5": 4, "p6": 6},
    }
    assert rows(found, "p2")["pooled"]["shares"]["yes"] == "44.00"


def test_weights_that_differ_rank_by_the_weighted_share() -> None:
    """6 of 10 and 10 of 40 weigh more than 4 of 10 and 18 of 40 where the first group counts twice."""
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["groups"][0]["weight"] = 2
    found = counted(VOTES, groups=data["groups"])
    ranks = {entry["ratee"]: entry["rank"] for entry in found["ratees"]}
    assert (ranks["p1"], ranks["p2"]) == (1, 2)
    assert rows(found, "p1")["weighted"]["shares"]["yes"] == "48.33"


def test_points_of_one_rank_as_finely_as_points_of_a_hundred() -> None:
    """Of 400 ballots, 3 and 4 votes are scores of 0.01 both; the shares are 0.75 % and 1.00 %."""
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["scales"][0]["grades"][0]["points"] = 1
    votes = {"A": [()] * 100, "B": [("p1",)] * 3 + [("p2",)] * 4 + [()] * 293}
    found = counted(votes, scales=data["scales"])
    scores = {entry["ratee"]: (entry["weighted"], entry["rank"]) for entry in found["ratees"]}
    assert (scores["p1"], scores["p2"]) == (("0.01", 2), ("0.01", 1))


def test_a_group_of_few_ballots_is_withheld_whatever_they_ticked() -> None:
    found = counted({"A": [("p1",)] * 3 + [()], "B": VOTES["B"]})
    assert {(entry["row"], entry["group"], entry["why"]) for entry in found["withheld"]} == {
        ("group", "A", "small-group"),
        ("group", "B", "small-group"),
        ("weighted", None, "small-group"),
    }
    assert rows(found, "p1")["pooled"]["counts"] == {"yes": 13, "no": 31}


@pytest.mark.parametrize("rule", ["all-same", "all-top"])
def test_how_alike_ticks_are_spoils_nothing(rule: str) -> None:
    total = counted(VOTES, rules={"spoiled_if": [rule]})["accounting"]["total"]
    assert total["spoiled"] == 0


def test_every_line_filled_in_asks_for_no_tick() -> None:
    assert counted(VOTES, rules={"blank": "require"})["accounting"]["total"]["valid"] == 50


def test_blanks_that_abstain_leave_a_list_alone() -> None:
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["scales"][0]["abstain"] = {"label": "弃权", "treat": "denominator"}
    found = rows(counted(VOTES, rules={"blank": "abstain"}, scales=data["scales"]), "p1")
    assert (found["pooled"]["abstained"], found["pooled"]["answered"]) == (0, 50)
    assert found["pooled"]["rates"] == {"vote-rate": "32.00"}


def test_a_ballot_may_say_no_in_words_but_abstain_by_no_box() -> None:
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["scales"][0]["abstain"] = {"label": "弃权", "treat": "denominator"}
    packing = Packing(definition(scales=data["scales"]))
    form = packing.form["A"]
    assert form.check({"p1.vote": ["no"]}).ratings == (2, 0, 0, 0, 0, 0)
    with pytest.raises(InvalidBallot) as refused:
        form.check({"p1.vote": ["-"]})
    assert {name: fault.kind for name, fault in refused.value.fields.items()} == {"p1.vote": "no-option"}


def test_three_ticks_are_one_too_many() -> None:
    packing = Packing(definition())
    with pytest.raises(InvalidBallot) as refused:
        ballot(packing, "A", ("p1", "p2", "p3"))
    assert set(refused.value.fields) == {"p1.vote", "p2.vote", "p3.vote"}


def test_a_mark_that_the_list_does_not_have_is_no_ballot() -> None:
    """Whoever seals a ballot by hand cannot abstain on a list whose scale others may abstain on."""
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["scales"][0]["abstain"] = {"label": "弃权", "treat": "denominator"}
    packing = Packing(definition(scales=data["scales"]))
    with pytest.raises(ValueError, match="no such grade"):
        packing.read(packing.pack(Ballot("A", "0000-0000-0000", (3, 0, 0, 0, 0, 0))))
