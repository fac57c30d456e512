"""Publishing what was previewed: that and nothing else, once, with what follows acknowledged."""

import pytest
from flask import Flask

from survey.domain.assessment.totals.published_outcome import OutcomeEdition
from survey.domain.definition.campaign import Publication
from survey.domain.errors import BadEdition, ChangedMeanwhile, NotScored, ReasonMissing, WrongStage
from survey.services.assessment import publishing
from survey.services.assessment.telling import edition_preview
from survey.services.assessment.telling.edition_preview import ChosenEdition, EditionPreview
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR, account, came_since, decide, examining, score, sign

from .told_year import decided, year

RANKS = ChosenEdition(Publication.PUBLIC, ("rank",))
TELLING = ChosenEdition(Publication.PUBLIC, ("total", "component:targets"))


def shown(chosen: ChosenEdition) -> EditionPreview:
    with transaction() as session:
        return edition_preview.preview(session, YEAR, chosen, BY)


def publish(chosen: ChosenEdition, seen: str = "", *, follow: bool = False, outdated: bool = False) -> int:
    with transaction(write=True) as session:
        return edition_preview.publish_seen(
            session, YEAR, chosen, BY, seen=seen or shown(chosen).seen, follow=follow, outdated=outdated
        ).number


def opened() -> OutcomeEdition | None:
    with transaction() as session:
        found = publishing.open_edition(session, YEAR)
        return found.edition if found else None


def test_a_preview_stores_nothing(each_app: Flask) -> None:
    decided()
    found = shown(RANKS)
    assert found.edition.number == 1
    assert [unit.values["rank"] for unit in found.page.classes[0].units] == ["1", "2", "3"]
    assert opened() is None


def test_what_was_seen_is_published_once(each_app: Flask) -> None:
    decided()
    seen = shown(RANKS).seen
    assert publish(RANKS, seen) == 1
    assert publish(RANKS, seen) == 1
    with transaction() as session:
        editions = publishing.all_editions(session, year())
    assert [(one.number, who) for one, who in editions] == [(1, BY.actor)]


def test_another_page_than_was_seen_is_not_published(each_app: Flask) -> None:
    decided()
    bands = ChosenEdition(Publication.PUBLIC, ("band",))
    seen = shown(bands).seen
    decide("t1", "fair")
    with pytest.raises(ChangedMeanwhile):
        publish(bands, seen)
    with pytest.raises(ChangedMeanwhile):
        publish(RANKS, shown(bands).seen)
    assert opened() is None


def test_what_follows_wants_a_tick_of_its_own(each_app: Flask) -> None:
    decided()
    follow = shown(TELLING).edition.follow
    assert "rank" in follow
    with pytest.raises(ReasonMissing):
        publish(TELLING)
    with pytest.raises(ReasonMissing):
        publish(TELLING, outdated=True)
    assert opened() is None
    assert publish(TELLING, follow=True) == 1


def test_what_came_since_wants_a_tick_of_its_own(each_app: Flask) -> None:
    decided()
    came_since()
    assert shown(RANKS).is_outdated
    with pytest.raises(ReasonMissing):
        publish(RANKS, follow=True)
    assert publish(RANKS, outdated=True) == 1


def test_only_the_edition_that_was_seen_is_withdrawn(each_app: Flask) -> None:
    decided()
    publish(RANKS)
    for number, done in ((2, False), (1, True), (1, False)):
        with transaction(write=True) as session:
            assert edition_preview.withdraw(session, YEAR, number, BY) is done
    assert opened() is None


def test_a_new_record_makes_a_correction(each_app: Flask) -> None:
    decided()
    publish(RANKS)
    came_since()
    score("更正了领导评价")
    sign(account("甲"), account("乙"))
    found = shown(RANKS)
    assert found.opened.corrects is not None
    assert found.opened.corrects.number == 1
    assert publish(RANKS) == 2


def test_more_columns_correct_nothing(each_app: Flask) -> None:
    decided()
    publish(RANKS)
    assert shown(ChosenEdition(Publication.PUBLIC, ("rank", "band"))).opened.corrects is None


def test_bands_decided_anew_are_a_correction(each_app: Flask) -> None:
    decided()
    both = ChosenEdition(Publication.PUBLIC, ("rank", "band"))
    publish(both)
    decide("t1", "fair")
    assert shown(both).opened.corrects is not None
    assert shown(RANKS).opened.corrects is None


def test_what_cannot_be_published_is_refused(each_app: Flask) -> None:
    examining()
    with pytest.raises(WrongStage):
        shown(RANKS)
    score()
    with pytest.raises(NotScored):
        shown(RANKS)
    sign(account("甲"), account("乙"))
    for chosen in (
        ChosenEdition(Publication.PUBLIC, ()),
        ChosenEdition(Publication.LINK, ("rank",), "长" * 301),
    ):
        with pytest.raises(BadEdition):
            shown(chosen)
