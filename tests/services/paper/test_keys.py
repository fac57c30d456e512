"""One paper key a campaign: made by the first printing, never silently replaced, destroyed in time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from survey.domain.definition.campaign import Custody
from survey.domain.errors import BadFile, PaperKeyLost, WrongKey
from survey.secrecy.custody import read_key_file
from survey.secrecy.paper_key import PaperKey, new_paper_key, paper_key_path, read_paper_key, write_paper_key
from survey.services.campaigns import campaigns, procedure, trial
from survey.services.custody import key_files
from survey.services.custody.key_files import key_path
from survey.services.operations import backup
from survey.services.paper import collecting, keys, printing
from survey.services.paper.keys import (
    drop_unnoted_key,
    is_copied,
    is_missing,
    keep_paper_key,
    noted_name,
    paper_key_of,
)
from survey.services.paper.printing import key_undone
from survey.storage import campaign_rows
from survey.storage.database import db, transaction
from survey.web.context import settings
from tests.builders import BY, a_definition

from .printed import armed, begun, campaign, listed, noted


def path(code: str = "small") -> Path:
    return paper_key_path(settings().keys, code)


def missing() -> list[Path]:
    with transaction() as session:
        return backup.missing_keys(session, settings().keys)


def test_the_first_printing_makes_it_and_the_log_names_it(each_app: Flask) -> None:
    codes = armed(each_app)
    assert not path().exists()
    made = begun(listed(codes))
    assert path().stat().st_mode & 0o777 == 0o600
    with transaction() as session:
        assert noted_name(session, "small") is None
    noted(made)
    with transaction() as session:
        assert noted_name(session, "small") == made.key.name
        assert paper_key_of(settings().keys, campaign(), session) == made.key
    assert begun(listed(codes)).key == made.key


def test_a_lost_key_is_not_made_anew(each_app: Flask, tmp_path: Path) -> None:
    codes = armed(each_app)
    made = begun(listed(codes))
    noted(made)
    assert missing() == []
    kept = path().rename(tmp_path / "kept")
    for _ in range(2):
        with pytest.raises(PaperKeyLost):
            begun(listed(codes))
        assert not path().exists()
    with pytest.raises(PaperKeyLost), transaction(write=True) as session:
        keep_paper_key(session, settings().keys, made.key)
    assert missing() == [path()]
    path().write_bytes(kept.read_bytes())
    assert missing() == []
    assert begun(listed(codes)).key == made.key


def test_another_key_is_refused(each_app: Flask) -> None:
    codes = armed(each_app)
    noted(begun(listed(codes)))
    path().unlink()
    write_paper_key(path(), new_paper_key("small"))
    with pytest.raises(WrongKey, match="put the exported copy"):
        begun(listed(codes))
    with transaction() as session, pytest.raises(WrongKey):
        paper_key_of(settings().keys, campaign(), session)
    assert missing() == [path()]
    path().write_bytes(b"{}")
    assert missing() == [path()]
    with pytest.raises(BadFile):
        begun(listed(codes))


def test_a_printing_that_failed_takes_its_key_away(each_app: Flask) -> None:
    codes = armed(each_app)
    made = begun(listed(codes))
    with pytest.raises(EOFError), key_undone(settings().keys, made):
        raise EOFError
    assert not path().exists()
    again = begun(listed(codes))
    noted(again)
    with pytest.raises(EOFError), key_undone(settings().keys, again):
        raise EOFError
    assert path().exists()


def test_two_first_printings_end_with_one_key(each_app: Flask) -> None:
    codes = armed(each_app)
    both = Barrier(2)

    def begin() -> object:
        with each_app.app_context():
            both.wait()
            made = begun(listed(codes))
            db.session.remove()
            return made.key

    with ThreadPoolExecutor(2) as threads:
        one, other = [thread.result() for thread in [threads.submit(begin) for _ in range(2)]]
    assert one == other == read_paper_key(path(), "small")


def test_one_of_two_that_fails_does_not_cost_the_other_its_key(each_app: Flask) -> None:
    codes = armed(each_app)
    begun(listed(codes))
    going_on = begun(listed(codes))
    with transaction(write=True) as session:
        drop_unnoted_key(session, settings().keys, "small")
    noted(going_on)
    assert read_paper_key(path(), "small") == going_on.key


def test_of_two_keys_that_were_made_one_is_noted(each_app: Flask) -> None:
    codes = armed(each_app)
    late = begun(listed(codes))
    path().unlink()
    noted(begun(listed(codes)))
    with pytest.raises(WrongKey):
        noted(late)
    early = begun(listed(codes))
    assert early.key != late.key


def armed_and_printed() -> PaperKey:
    """Arm a campaign whose box's key is not here, and print nothing for it."""
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(paper={}), BY)
        campaigns.arm(session, "small", Custody.SCRUTINEERS, BY)
        made = printing.begin_with(session, settings().keys, "small", [])
    noted(made)
    return made.key


def test_taking_a_campaign_back_destroys_it(each_app: Flask) -> None:
    armed_and_printed()
    procedure.disarm("small", settings().keys, settings().instance, BY)
    assert not path().exists()
    with transaction(write=True) as session:
        campaigns.arm(session, "small", Custody.SCRUTINEERS, BY)
        assert noted_name(session, "small") is None
        assert not is_missing(session, settings().keys, campaign_rows.find_campaign(session, "small"))


def test_what_a_disarming_left_is_not_used_again(each_app: Flask) -> None:
    key = armed_and_printed()
    kept = path().read_bytes()
    procedure.disarm("small", settings().keys, settings().instance, BY)
    path().write_bytes(kept)
    with transaction(write=True) as session:
        campaigns.arm(session, "small", Custody.SCRUTINEERS, BY)
        again = printing.begin_with(session, settings().keys, "small", [])
    assert again.key != key
    assert read_paper_key(path(), "small") == again.key
    # The task of every minute leaves the key of a campaign that is armed again.
    procedure.destroy_former_keys(settings().keys)
    assert path().exists()


def test_a_trial_has_its_own_and_erasing_destroys_it(app: Flask) -> None:
    codes = armed(app)
    noted(begun(listed(codes)))
    with transaction(write=True) as session:
        tried = trial.begin(session, "small", BY).code
    with transaction(write=True) as session, key_files.Undo() as undo:
        key_files.keep_key(settings().keys, campaigns.arm(session, tried, Custody.SERVER, BY), undo)
    with transaction(write=True) as session:
        made = printing.begin_with(session, settings().keys, tried, [])
    assert path(tried).exists()
    assert made.key.name != read_paper_key(path(), "small").name
    trial.erase(tried, settings().keys, settings().instance, BY)
    assert not path(tried).exists()
    assert path().exists()


def exported(target: Path) -> dict[str, Path]:
    with key_files.Undo() as undo, transaction() as session:
        return key_files.export(session, campaign(), settings().keys, target, undo)


def test_both_keys_are_copied_and_put_back(app: Flask, tmp_path: Path) -> None:
    codes = armed(app)
    assert list(exported(tmp_path / "early.key")) == ["small.key"]
    made = begun(listed(codes))
    noted(made)
    copies = exported(tmp_path / "copy.key")
    assert copies == {
        "small.key": tmp_path / "copy.key",
        "small.paper-key": tmp_path / "copy.paper-key",
    }
    seed = read_key_file(key_path(settings().keys, "small"))
    for name, copy in copies.items():
        assert copy.stat().st_mode & 0o777 == 0o600
        lost = settings().keys / name
        lost.unlink()
        lost.write_bytes(copy.read_bytes())
    assert read_key_file(key_path(settings().keys, "small")) == seed
    assert begun(listed(codes)).key == made.key
    assert key_files.copied_facts(campaign(), settings().keys, copies) == {keys.COPIED: True}


def test_a_wrong_paper_key_is_not_copied(app: Flask, tmp_path: Path) -> None:
    codes = armed(app)
    noted(begun(listed(codes)))
    path().unlink()
    write_paper_key(path(), new_paper_key("small"))
    with pytest.raises(WrongKey):
        exported(tmp_path / "copy.key")
    assert list(tmp_path.glob("copy*")) == []


def test_where_scrutineers_hold_the_box_s_key_the_paper_key_is_copied(app: Flask, tmp_path: Path) -> None:
    key = armed_and_printed()
    assert exported(tmp_path / "k") == {"small.paper-key": tmp_path / "k"}
    assert read_paper_key(tmp_path / "k", "small") == key
    path().unlink()
    assert missing() == [path()]


def test_the_log_knows_whether_it_was_copied(app: Flask) -> None:
    from survey.domain.audit.acts import Act
    from survey.services.audit import audit

    armed(app)
    with transaction(write=True) as session:
        audit.record(session, BY, Act.EXPORT_KEY, "small")
        assert not is_copied(session, "small")
        audit.record(session, BY, Act.EXPORT_KEY, "small", **{keys.COPIED: True})
        assert is_copied(session, "small")


def test_no_secret_of_it_is_in_the_database(app: Flask) -> None:
    codes = armed(app)
    made = begun(listed(codes))
    noted(made)
    for file in settings().instance.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert made.key.seed not in content
            assert made.key.seed.hex().encode() not in content or file == path()


def test_a_copy_that_is_put_back_after_the_close_is_destroyed(app: Flask) -> None:
    codes = armed(app)
    noted(begun(listed(codes)))
    kept = path().read_bytes()
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
        collecting.collect(session, "small", BY)
    procedure.destroy_former_keys(settings().keys)
    assert path().read_bytes() == kept  # it is needed until the close
    procedure.close("small", BY, settings().keys)
    path().write_bytes(kept)
    procedure.destroy_former_keys(settings().keys)
    assert not path().exists()
