"""Results for those who may read them."""

from datetime import timedelta

import pytest
from flask import Flask

from survey.domain.decisions.entries import Vetoed
from survey.domain.definition.campaign import Publication, State
from survey.domain.errors import BadEdition, MinpingError, UnknownCampaign, WrongState
from survey.domain.publication.edition import Choice, Edition, Personal, everything
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns
from survey.services.count import certifying
from survey.services.results import publishing
from survey.services.results.publishing import Chosen
from survey.services.voting import receipts
from survey.storage import publication_rows
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign
from tests.published import campaign_of


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
    edition = {} if publication is Publication.WITHDRAWN else {"edition": 1}
    assert (entry.act, detail) == ("publish", {"publication": publication, **edition})


def test_published_can_be_withdrawn_and_published_again(app: Flask) -> None:
    certified(app)
    for publication in (Publication.PUBLIC, Publication.WITHDRAWN, Publication.LINK):
        publish(publication)
        with transaction() as session:
            assert campaigns.find_campaign(session, "small").publication is publication


def standing() -> tuple[list[Edition], Edition | None]:
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        known = publishing.editions(session, found)
        assert publishing.current_edition(session, found) == publishing.in_force(found, known)
        return known, publishing.in_force(found, known)


def test_every_publication_is_a_dated_edition(each_app: Flask) -> None:
    certified(each_app)
    assert standing() == ([], None)
    publish(Publication.PUBLIC)
    until = BY.at + timedelta(days=30)
    choice = Choice(("form",), ranking=False)
    later = By("test", BY.at + timedelta(days=1))
    with transaction(write=True) as session:
        chosen = Chosen(Publication.LINK, choice, Personal(until, rank=True), "更正了职务")
        publishing.publish_edition(session, "small", chosen, later)
    known, current = standing()
    assert [one.number for one in known] == [1, 2]
    assert known[0].choice == everything(campaign_of("small").definition)
    assert current == Edition(
        2, Publication.LINK, choice, Personal(until, rank=True), "更正了职务", 0, later.at, None
    )
    with transaction(write=True) as session:
        publishing.withdraw(session, "small", By("test", BY.at + timedelta(days=2)))
    known, current = standing()
    assert current is None
    assert [one.withdrawn_at for one in known] == [None, BY.at + timedelta(days=2)]
    assert publishing.run_of(known) == 1
    assert campaign_of("small").publication is Publication.WITHDRAWN
    with transaction(write=True) as session:
        publishing.publish_edition(session, "small", Chosen(Publication.PERSON, None, Personal(until)), later)
    assert campaign_of("small").publication is Publication.PERSON
    assert campaign_of("small").is_published


def test_an_edition_that_cannot_be_leaves_everything_as_it_was(app: Flask) -> None:
    certified(app)
    publish(Publication.PUBLIC)
    before = standing()
    for chosen in (Chosen(Publication.PERSON, None), Chosen(Publication.LINK, Choice(()))):
        with transaction(write=True) as session, pytest.raises(BadEdition):
            publishing.publish_edition(session, "small", chosen, BY)
    assert standing() == before


def test_decisions_made_later_want_another_edition(app: Flask) -> None:
    certified(app)
    small = campaign_of("small")
    with transaction(write=True) as session:
        publication_rows.add_entry(
            session,
            small,
            "c1",
            Vetoed("基本称职", "考核组", BY.at.date(), "理由", "附件"),
            "test",
            BY.at,
        )
        assert publishing.last_decision(session, small) == 1
        chosen = Chosen(Publication.PUBLIC, Choice(("form",), decisions=True))
        assert publishing.publish_edition(session, "small", chosen, BY).decisions == 1


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
