"""The sample's year, its three campaigns voted and counted, comes out as the sample says, and stays so."""

from typing import Any

from flask import Flask

from survey.services.assessment import assessments, publishing, score_records, signing
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import CAMPAIGNS, SAMPLE_CODE, SIGNERS, certified_campaigns, expected, sample

from .sample_taken import rows_of, take_all


def scored(app: Flask) -> Any:
    """Bring the sample to a score record; return its units."""
    certified_campaigns(app)
    with transaction(write=True) as session:
        assessments.load(session, sample("assessment.toml"), rows_of("targets.csv"), BY)
        assessments.issue(session, SAMPLE_CODE, BY)
    take_all()
    with transaction(write=True) as session:
        score_records.score_year(session, SAMPLE_CODE, BY)
    with transaction() as session:
        found = assessments.current(session, SAMPLE_CODE)
        return score_records.read_back(session, found, score_records.last_record(session, found)).units


def test_every_number_is_the_samples(each_app: Flask) -> None:
    for unit, said in zip(scored(each_app), expected()["units"], strict=True):
        for key, value in said.items():
            if key in ("indicators", "components"):
                parts = [
                    {name: one[name] for name in told} for one, told in zip(unit[key], value, strict=True)
                ]
                assert parts == value
            else:
                assert unit[key] == value, (unit["unit"], key)
        sources = [one["source"] for one in unit["components"]]
        assert sources[0] is None
        assert len(set(sources[1:])) == len(CAMPAIGNS)


def test_of_what_is_published_the_rest_is_not_told(app: Flask) -> None:
    """One town bureau's public part is withheld: with two parts shown, its third would be told."""
    scored(app)
    with transaction(write=True) as session:
        teller, scrutineer = (account_rows.find_account(session, name) for name in SIGNERS)
        assert teller
        assert scrutineer
        seen = signing.require_signable(session, SAMPLE_CODE).digest
        signing.sign(session, SAMPLE_CODE, teller, scrutineer, BY, seen=seen)
    with transaction() as session:
        chosen = ["total", "rank", "targets", "mutual", "bonus", "deduction"]
        assert publishing.what_follows(session, SAMPLE_CODE, chosen) == ("component:leaders",)
        assert publishing.what_follows(session, SAMPLE_CODE, ["total", "rank", "targets"]) == ()
