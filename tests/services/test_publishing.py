"""Results for those who may read them."""

import pytest
from flask import Flask

from survey.domain.campaign import Publication, State
from survey.domain.errors import MinpingError, UnknownCampaign, WrongState
from survey.services import audit, campaigns, certifying, publishing, receipts
from survey.storage.account_rows import add_account
from survey.storage.database import transaction
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign


def certified(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")
    with transaction(write=True) as session:
        signers = [add_account(session, name, "scrutineer", None, BY.at) for name in "ab"]
        certifying.certify(session, "small", signers[0], signers[1], BY)


def publish(publication: Publication) -> None:
    with transaction(write=True) as session:
        publishing.publish(session, "small", publication, BY)


@pytest.mark.parametrize("before", ["draft", "armed", "open", "closed"])
def test_no_results_before_the_count(app: Flask, before: str) -> None:
    if before == "draft":
        with transaction(write=True) as session:
            campaigns.load(session, a_definition(), BY)
    elif before == "armed":
        armed_campaign(app, a_definition())
    else:
        running_campaign(app, a_definition(), 2)
        if before == "closed":
            close(app, "small")
    with transaction() as session, pytest.raises(WrongState, match=before):
        publishing.results(session, "small")
    with transaction() as session, pytest.raises(WrongState, match=before):
        list(receipts.list_receipts(session, "small"))
    with transaction(write=True) as session, pytest.raises(WrongState, match=before):
        publishing.publish(session, "small", Publication.PUBLIC, BY)


def test_results_after_the_count(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(each_app, code, {"c1.de": "competent"})
    close(each_app, "small")
    counted = count(each_app, "small")
    with transaction() as session:
        campaign, results, digest = publishing.results(session, "small")
    assert (campaign.state, digest) == (State.COUNTED, counted.digest)
    assert results.count == counted.count
    assert format(results.ratees[0].pooled or 0, "f") == "80.00"


@pytest.mark.parametrize("publication", [Publication.PUBLIC, Publication.LINK, Publication.WITHDRAWN])
def test_publishing(each_app: Flask, publication: Publication) -> None:
    certified(each_app)
    publish(publication)
    with transaction() as session:
        assert campaigns.find_campaign(session, "small").publication is publication
        *_, (entry, detail) = audit.history(session, "small")
    assert (entry.act, detail) == ("publish", {"publication": publication})


def test_published_can_be_withdrawn_and_published_again(app: Flask) -> None:
    certified(app)
    for publication in (Publication.PUBLIC, Publication.WITHDRAWN, Publication.LINK):
        publish(publication)
        with transaction() as session:
            assert campaigns.find_campaign(session, "small").publication is publication


def test_an_unknown_campaign(app: Flask) -> None:
    with transaction() as session, pytest.raises(UnknownCampaign):
        publishing.results(session, "none")
    with transaction() as session, pytest.raises(UnknownCampaign):
        list(receipts.list_receipts(session, "none"))


@pytest.mark.parametrize("typed", ["", "7K3M", "回执", "7K3M-2A9B-XYZ00"])
def test_what_is_no_receipt(typed: str) -> None:
    with pytest.raises(MinpingError):
        receipts.read_receipt(typed)


def test_a_receipt_is_read_forgivingly() -> None:
    assert receipts.read_receipt(" 7k3m 2a9b xyzo") == "7K3M-2A9B-XYZ0"
