"""How far a campaign has come, written and read, as a session and as voters' statements see it."""

from sqlalchemy.orm import Session

from survey.domain.ballot.turns import Turn
from survey.domain.definition.campaign import State
from survey.domain.definition.reader import read_definition
from survey.storage import campaign_rows, turn_rows
from tests.builders import a_definition
from tests.by_turns import by_turns


def test_before_the_first_act_all_are_waiting(session: Session) -> None:
    campaign_rows.add_campaign(session, read_definition(by_turns(2)), by_turns(2), "")
    found = turn_rows.told(session, "small")
    assert found is not None
    assert (found.state, found.held, found.standing.revision) == (State.DRAFT, False, 0)
    assert found.standing.waiting == ("p0", "p1")


def test_each_act_is_written_over_the_one_before(session: Session) -> None:
    campaign_rows.add_campaign(session, read_definition(by_turns(2)), by_turns(2), "")
    campaign = campaign_rows.find_campaign(session, "small")
    standing = turn_rows.standing(session, campaign.id, campaign.definition)
    for _ in range(2):
        standing = standing.open_next()
        turn_rows.set_standing(session, campaign, standing)
        session.flush()
        assert turn_rows.standing(session, campaign.id, campaign.definition) == standing
    turn_rows.set_standing(session, campaign, standing.hand_in())
    session.flush()
    found = turn_rows.told(session, "small")
    assert found is not None
    assert found.standing.handing_in is True
    assert found.standing.by_ratee == {"p0": Turn.ENDED, "p1": Turn.ENDED}


def test_other_campaigns_tell_nothing_and_an_erased_one_is_gone(session: Session) -> None:
    assert turn_rows.told(session, "small") is None
    campaign_rows.add_campaign(session, read_definition(a_definition()), a_definition(), "")
    assert turn_rows.told(session, "small") is None
    data = by_turns(2, campaign=by_turns()["campaign"] | {"code": "turning"})
    campaign_rows.add_campaign(session, read_definition(data), data, "")
    campaign = campaign_rows.find_campaign(session, "turning")
    turn_rows.set_standing(
        session, campaign, turn_rows.standing(session, campaign.id, campaign.definition).open_next()
    )
    session.flush()
    campaign_rows.erase(session, campaign)
    assert turn_rows.told(session, "turning") is None
    assert turn_rows.standing(session, campaign.id, campaign.definition).revision == 0
