"""The sample's campaigns reach ``certified`` with every ballot in."""

import pytest
from flask import Flask

from survey.domain.definition.campaign import State
from survey.services.results import publishing
from survey.storage.database import transaction
from tests.sample_year import CAMPAIGNS, ballots_of, campaigns_voted_over_http, certified_campaigns


def _require_all_in() -> None:
    for name in CAMPAIGNS:
        with transaction() as session:
            campaign, results, _ = publishing.results(session, name)
        assert campaign.state is State.CERTIFIED
        assert results.count.accounting.total.valid == len(ballots_of(name))


def test_ballots_cast_through_the_service(app: Flask) -> None:
    certified_campaigns(app)
    _require_all_in()


@pytest.mark.slow
def test_ballots_cast_at_a_server(each_app: Flask) -> None:
    campaigns_voted_over_http(each_app)
    _require_all_in()
