"""After a ceremony nothing that was kept of it gives a share: no page, cookie, backup or file."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.definition.campaign import Custody, State
from survey.secrecy import ceremony
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns
from survey.services.custody import ceremonies
from survey.services.operations import backup
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, issue
from tests.serving import served
from tests.web.ceremonies import ask, begin, bring, confirm, show, words_on
from tests.web.people import browser, hidden

from .bytes_on_disk import files_below
from .kept import Kept
from .places import Places
from .polls import quick_app

NAMES = ("张三", "李四", "王五")


class Scene:
    """An instance with a draft, an organiser's browser of which everything is kept, and backups."""

    def __init__(self, settings: Settings, places: Places, folder: Path, app: Flask) -> None:
        self.settings, self.places, self.app = settings, places, app
        self.backups = folder / "backups"
        self.backups.mkdir()
        self.stolen = folder / "stolen"
        with transaction(write=True) as session:
            campaigns.load(session, a_definition(), BY)
        self.client = browser(app, "组织者", "organiser")
        self.kept = Kept(self.client)

    def back_up(self) -> None:
        target = self.backups / f"{len(list(self.backups.iterdir()))}.backup"
        backup.write(self.settings.instance, target, By("timer", datetime.now(UTC)))

    def steal(self) -> None:
        """Copy the key of the ceremony while it goes on: what only who is on the office's node can."""
        shutil.copytree(self.settings.instance / ceremony.FOLDER, self.stolen)

    def everything(self) -> list[Path]:
        """List every file that is left: of the instance, its keys, its database, and all backups."""
        return [*self.places.files(), *files_below(self.settings.keys, self.backups)]

    def hand_out(self, upto: int = 3) -> list[str]:
        """Walk through the ceremony, or to where somebody has confirmed and no more come; keep everything."""
        answer = self.kept.keep(begin(self.client))
        given = []
        self.steal()
        for name in NAMES[:upto]:
            page = self.kept.keep(show(self.client, answer.text, name))
            given.append(" ".join(words_on(page.text)))
            self.back_up()
            asked = self.kept.keep(ask(self.client, page.text))
            answer = self.kept.keep(confirm(self.client, asked.text, given[-1].split()))
        self.back_up()
        return given

    def state(self) -> State:
        with transaction() as session:
            return find_campaign(session, "small").state


@pytest.fixture
def each_scene(
    each_settings: Settings, database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Scene]:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    with quick_app(each_settings) as app:
        yield Scene(each_settings, Places(each_settings, server), tmp_path, app)


@pytest.fixture
def scene(settings: Settings, tmp_path: Path) -> Iterator[Scene]:
    with quick_app(settings) as app:
        yield Scene(settings, Places(settings, None), tmp_path, app)


def shares_in(found: list[dict[str, Any]]) -> set[str]:
    return {words for one in found for words in one.get("waiting", one.get("words", ()))}


def test_a_finished_ceremony_gives_no_share(each_scene: Scene) -> None:
    given = each_scene.hand_out()
    assert each_scene.state() is State.ARMED
    assert each_scene.kept.read_with(each_scene.everything(), "arm") == []
    # The control: with the key that was destroyed the first page alone gives all of them.
    assert shares_in(each_scene.kept.read_with(files_below(each_scene.stolen), "arm")) == set(given)


@pytest.mark.parametrize(
    "how",
    ["stopped", "begun anew", "begun anew by another", "logged out", "armed otherwise", "draft changed"],
)
def test_a_ceremony_broken_off_gives_no_share(scene: Scene, how: str) -> None:
    given = scene.hand_out(2)
    everything = scene.everything()
    assert shares_in(scene.kept.read_with(everything, "arm")) >= set(given), "control: it still goes on"
    {
        "stopped": lambda: scene.client.post("/admin/c/small/arm/stop"),
        "begun anew": lambda: begin(scene.client),
        "begun anew by another": lambda: begin(browser(scene.app, "另一人", "organiser")),
        "logged out": lambda: scene.client.post("/admin/logout"),
        "armed otherwise": lambda: browser(scene.app, "另一人", "organiser").post(
            "/admin/c/small/arm", data={"custody": "server", "typed": "small"}
        ),
        "draft changed": lambda: _change(scene),
    }[how]()
    assert scene.kept.read_with(scene.everything(), "arm") == []
    page = next(iter(scene.kept.pages))
    answer = scene.client.post("/admin/c/small/arm/show", data={"carried": page, "name": "张三"})
    assert words_on(answer.text) == []


def _change(scene: Scene) -> None:
    data = a_definition(campaign={"code": "small", "title": "改过的测评", "organiser": "考核组"})
    with transaction(write=True) as session:
        campaigns.load(session, data, BY)
    scene.client.post("/admin/c/small/arm/ask", data={"carried": scene.kept.pages[-1]})


@pytest.mark.parametrize("who", ["a worker", "a start or a command", "whoever sends a page"])
def test_nobody_comes_back_for_ninety_minutes(
    scene: Scene, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.hand_out(1)
    folder = scene.settings.instance
    soon, late = (datetime.now(UTC) + ceremony.MAX_DURATION + timedelta(minutes=one) for one in (-1, 1))
    ceremonies.tidy(folder, soon)
    assert scene.kept.read_with(scene.everything(), "arm"), "control: a minute before it still goes on"
    if who == "a worker":
        ceremonies.tidy(folder, late)
    elif who == "a start or a command":
        ceremony.sweep(folder, late)
    else:
        monkeypatch.setattr("survey.web.admin.custody.ceremonies.now", lambda: late)
        assert show(scene.client, f'name="carried" value="{scene.kept.pages[-1]}"', "李四").status_code == 409
    assert scene.kept.read_with(scene.everything(), "arm") == []
    assert ceremony.going_on(folder) == []


def test_after_the_count_the_pages_that_carried_shares_give_none(each_scene: Scene) -> None:
    given = each_scene.hand_out()
    codes = issue(each_scene.app, "small", {"A": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    for code in codes["A"]:
        cast(each_scene.app, code, {"c1.de": "excellent"})
    close(each_scene.app, "small")
    each_scene.kept, former = Kept(each_scene.client), each_scene.stolen
    shutil.rmtree(former)
    page = each_scene.kept.keep(each_scene.client.post("/admin/c/small/count/shares"))
    each_scene.steal()
    for words in given[1:]:
        page = each_scene.kept.keep(bring(each_scene.client, page.text, words=words))
        each_scene.back_up()
    everything = each_scene.everything()
    assert shares_in(each_scene.kept.read_with(everything, "count")) == set(given[1:]), (
        "control: not counted yet"
    )
    answer = each_scene.client.post("/admin/c/small/count", data={"carried": hidden(page.text)})
    assert (answer.status_code, each_scene.state()) == (303, State.COUNTED)
    each_scene.back_up()
    assert each_scene.kept.read_with(each_scene.everything(), "count") == []
    assert (
        each_scene.client.post(
            "/admin/c/small/count", data={"carried": each_scene.kept.pages[-1]}
        ).status_code
        == 409
    )
    assert shares_in(each_scene.kept.read_with(files_below(each_scene.stolen), "count")) == set(given[1:])


def test_the_key_is_in_no_backup_and_nobody_elses_to_read(scene: Scene) -> None:
    scene.hand_out(2)
    [file] = files_below(scene.settings.instance / ceremony.FOLDER)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert scene.kept.read_with(files_below(scene.backups), "arm") == []
    # And nothing of the shares is in the file itself, nor in page or file without the cookie.
    scene.kept.cookies = [
        cookie | {"ceremony": {"secret": "A" * 43 + "="}} for cookie in scene.kept.cookies[:1]
    ]
    assert scene.kept.read_with(scene.everything(), "arm") == []


def test_the_ceremony_goes_on_after_a_restart(settings: Settings) -> None:
    """Another process of the office's node, or the same one begun again, reads the key of the file."""
    with quick_app(settings) as app:
        with transaction(write=True) as session:
            campaigns.load(session, a_definition(), BY)
        client = browser(app, "组织者", "organiser")
        page = begin(client, 2, 2).text
        shown = show(client, page, "张三").text
        asked = ask(client, shown).text
        with client.session_transaction("/admin/") as kept:
            session_before = dict(kept)
    with quick_app(settings) as again:
        again.config["WTF_CSRF_ENABLED"] = False
        other = again.test_client()
        with other.session_transaction("/admin/") as kept:
            kept.update(session_before)
        page = confirm(other, asked, words_on(shown)).text
        shown = show(other, page, "李四").text
        assert confirm(other, ask(other, shown).text, words_on(shown)).status_code == 303
        with transaction() as session:
            assert find_campaign(session, "small").state is State.ARMED
            acts = [entry.act for entry, _ in audit.history(session, "small")]
        assert acts[-3:] == ["share", "share", "arm"]
        assert ceremony.going_on(settings.instance) == []


def test_a_server_that_runs_ends_what_nobody_can_need(settings: Settings) -> None:
    """Its worker looks: for what is too old, and for what the campaign is past."""
    now = datetime.now(UTC)
    with quick_app(settings):
        for code in ("draft", "armed", "old"):
            data = a_definition(campaign={"code": code, "title": "测评", "organiser": "考核组"})
            with transaction(write=True) as session:
                campaigns.load(session, data, BY)
                if code == "armed":
                    campaigns.arm(session, code, Custody.SERVER, BY)
    with served(settings):
        begun = {
            "arm.draft": 1,
            "arm.armed": 1,
            "arm.none": 1,
            "count.draft": 1,
            "recount.armed": 1,
            "arm.old": -1,
        }
        for name, minutes in begun.items():
            ceremony.begin(settings.instance, name, b"s" * 32, now + timedelta(minutes=60 * minutes))
        waiting = threading.Event()
        for _ in range(600):
            if len(ceremony.going_on(settings.instance)) <= 1:
                break
            waiting.wait(0.1)
        assert ceremony.going_on(settings.instance) == ["arm.draft"]
