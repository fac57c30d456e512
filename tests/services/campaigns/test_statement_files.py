"""Files beside a draft: they follow their ratees, never a key alone, and are fixed when it is armed."""

import copy

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import State
from survey.domain.errors import WrongState
from survey.services.audit.audit import history
from survey.services.campaigns import campaigns, drafts, procedure, statement_files, statements, trial
from survey.services.campaigns.next_step import next_step
from survey.services.operations import backup
from survey.storage.database import transaction
from survey.web.context import now, settings
from tests.builders import BY, a_definition
from tests.statement_files import TEXTS, a_pdf, arm, drafted, give


def held(code: str = "small") -> statements.StatementsHeld:
    with transaction() as session:
        return statements.held(session, code)


def save(change: dict[str, object], code: str = "small") -> None:
    with transaction(write=True) as session:
        draft = drafts.find(session, code)
        drafts.save(session, code, copy.deepcopy(draft.document) | change, draft.version, BY)


def ratees(**names: str) -> dict[str, object]:
    return {"ratees": [{"key": key, "section": "form", "name": name} for key, name in names.items()]}


def test_a_file_stays_with_its_ratee(each_app: Flask) -> None:
    drafted()
    save(ratees(c3="干部c3", c2="干部c2", c1="干部c1"))
    save({"groups": []})  # a draft with faults
    assert held().files.keys() == {"c1", "c2"}
    assert held().waiting == []


def test_a_file_follows_a_changed_key(each_app: Flask) -> None:
    drafted()
    save(ratees(c1="干部c2", c2="干部c1", c3="干部c3"))
    assert {key: file.name for key, file in held().files.items()} == {"c1": "干部c2.pdf", "c2": "干部c1.pdf"}
    save(ratees(x="干部c2", c2="干部c1"))
    assert {key: file.name for key, file in held().files.items()} == {"x": "干部c2.pdf", "c2": "干部c1.pdf"}


def test_a_key_that_becomes_another_persons_takes_no_file_along(each_app: Flask) -> None:
    drafted()
    save(ratees(c1="另一人", c2="干部c2"))
    found = held()
    assert found.files.keys() == {"c2"}
    assert [(one.name, one.text, one.ratee) for one in found.waiting] == [("干部c1.pdf", TEXTS["c1"], "")]
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(ratees=["n1"]), BY)
    assert held().files == {}
    assert {one.name for one in held().waiting} == {"干部c1.pdf", "干部c2.pdf"}


def test_what_waits_keeps_a_campaign_from_being_armed(app: Flask) -> None:
    drafted()
    save(ratees(c1="另一人", c2="干部c2"))
    with transaction() as session:
        campaign = campaigns.find_campaign(session, "small")
        step = next_step(
            session, campaign, base_url="http://127.0.0.1", allow_http=False, keys=settings().keys, now=now()
        )
    assert not step.possible
    assert "statements-waiting" in {check.key for check in step.checks}
    with pytest.raises(WrongState, match="1 report files of small wait"):
        arm("small")
    with transaction(write=True) as session:
        statements.discard(session, "small")
    arm("small")


def test_arming_fixes_file_and_text(each_app: Flask) -> None:
    drafted()
    arm("small")
    with transaction() as session:
        campaign = campaigns.find_campaign(session, "small")
        armed = [facts for entry, facts in history(session, "small") if entry.act == Act.ARM]
        assert campaign.statements == armed[0]["statements"]
        assert campaign.statements == statement_files.fixed_digest(held().files.values())
        assert statement_files.is_as_fixed(session, "small", campaign.statements)
    for act in (
        lambda session: statements.let_wait(session, "small", []),
        lambda session: statements.give(session, "small", {}, 0, BY),
        lambda session: statements.remove(session, "small", "c1", BY),
        lambda session: statements.discard(session, "small"),
    ):
        with pytest.raises(WrongState), transaction(write=True) as session:
            act(session)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statement_files SET content = zeroblob(9) WHERE ratee = 'c1'",
        "UPDATE statement_files SET text = 'other' WHERE ratee = 'c1'",
        "UPDATE statement_files SET ratee = 'c3' WHERE ratee = 'c1'",
        "DELETE FROM statement_files WHERE ratee = 'c1'",
    ],
)
def test_whoever_changes_the_database_is_noticed(app: Flask, change: str) -> None:
    drafted()
    arm("small")
    with transaction() as session:
        assert backup.check(session).faults == ()
    with transaction(write=True) as session:
        session.execute(text(change))
    with transaction() as session:
        assert backup.check(session).faults == (
            "small: report files are not those that were fixed at arming",
        )


def test_without_files_nothing_is_fixed(app: Flask) -> None:
    with transaction(write=True) as session:
        drafts.create(session, a_definition(), "", BY)
    arm("small")
    with transaction() as session:
        assert campaigns.find_campaign(session, "small").statements is None
        assert all("statements" not in facts for _, facts in history(session, "small"))


def test_a_trial_run_has_the_same_files_and_takes_them_along(each_app: Flask) -> None:
    drafted()
    with transaction(write=True) as session:
        made = trial.begin(session, "small", BY)
    assert held(made.code).files == held().files
    arm(made.code)
    trial.erase(made.code, settings().keys, settings().instance / "handout", BY)
    assert held(made.code) == statements.StatementsHeld({}, [], 0)
    assert held().files.keys() == {"c1", "c2"}


def test_files_go_with_their_draft(each_app: Flask) -> None:
    drafted()
    with transaction(write=True) as session:
        statements.let_wait(session, "small", [a_pdf("干部c3.pdf")])
        drafts.delete(session, "small", BY)
    assert held() == statements.StatementsHeld({}, [], 0)


def test_the_state_is_armed_in_the_end(app: Flask) -> None:
    drafted()
    give("small", [a_pdf("干部c3.pdf")])
    arm("small")
    with transaction() as session:
        assert campaigns.find_campaign(session, "small").state is State.ARMED
    assert held().files.keys() == {"c1", "c2", "c3"}


def test_a_campaign_taken_back_has_its_files_and_can_change_them(each_app: Flask) -> None:
    drafted()
    arm("small")
    folder = settings().instance / "handout"
    procedure.disarm("small", settings().keys, folder, BY)
    with transaction() as session:
        assert campaigns.find_campaign(session, "small").statements is None
    give("small", [a_pdf("干部c3.pdf")])
    arm("small")
    with transaction() as session:
        fixed = campaigns.find_campaign(session, "small").statements
    assert fixed == statement_files.fixed_digest(held().files.values())
    assert held().files.keys() == {"c1", "c2", "c3"}
