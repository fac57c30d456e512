"""A node for voters: everything for them, and nothing by which the office could be reached or forged."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from survey import create_app
from survey.config import Settings
from survey.domain.definition.campaign import Publication
from survey.instance import ready_app
from survey.secrecy import vault
from survey.secrecy.vault import FILE, OFFICE_FILE
from survey.storage.database import db
from survey.web.security import PUBLIC, VOTER, declared_access
from tests.builders import a_definition, open_campaign
from tests.conftest import settings_on
from tests.published import campaign_of, certified, link_of, own, page_link, publish
from tests.signing_in import PASSWORD, an_account, sign_in


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with ready_app(settings, pages=True) as app:
        yield app


def voters_node(settings: Settings, folder: Path) -> Flask:
    """Build the application of a node that got the voters' secrets, on the same database."""
    instance = folder / "voters"
    instance.mkdir(mode=0o700)
    shutil.copy(settings.instance / FILE, instance / FILE)
    return create_app(replace(settings, instance=instance, keys=instance / "keys"))


def test_it_has_voters_and_public_pages_only(office: Flask, settings: Settings, tmp_path: Path) -> None:
    node = voters_node(settings, tmp_path)
    declared = [declared_access(node, endpoint) for endpoint in node.view_functions]
    assert all(who and who <= {VOTER, PUBLIC} for who in declared)
    assert len(node.view_functions) < len(office.view_functions)
    assert not any(str(rule).startswith("/admin") for rule in node.url_map.iter_rules())


def test_no_door_to_the_office(office: Flask, settings: Settings, tmp_path: Path) -> None:
    """Every address of the office, with a valid login of the office's node or without: there is none."""
    node = voters_node(settings, tmp_path)
    owner = an_account("owner")
    client = sign_in(office.test_client(), owner)
    assert client.get("/admin/").status_code == 200, "control: it is a login"
    cookie = client.get_cookie("minping_admin", path="/admin")
    assert cookie is not None
    with node.app_context():
        stranger, insider = node.test_client(), node.test_client()
        insider.set_cookie("minping_admin", cookie.value, path="/admin")
        for rule in office.url_map.iter_rules():
            if not str(rule).startswith("/admin"):
                continue
            path = str(rule).replace("<code>", "small").split("<")[0]
            for somebody in (stranger, insider):
                assert somebody.get(path).status_code == 404, path
                sent = somebody.post(path, data={"name": owner.name, "password": PASSWORD})
                assert sent.status_code == 404, path
                assert "Set-Cookie" not in sent.headers, path


def test_voters_and_readers_miss_nothing(office: Flask, settings: Settings, tmp_path: Path) -> None:
    certified(a_definition())
    edition = publish("small", Publication.LINK, personal=own())
    links = [page_link("small"), link_of("small", "c1", edition)]
    codes = open_campaign(
        office, a_definition(campaign={"code": "now", "title": "测评", "organiser": "考核组"})
    )
    open_campaign(
        office,
        a_definition(
            campaign={"code": "all", "title": "测评", "organiser": "考核组", "entry": "open"}, groups=("A",)
        ),
    )
    device = office.test_client()
    asked = {"Accept": "application/json"}
    given = device.post("/o/all", headers=asked).get_json()["code"]
    cookie = device.get_cookie("minping-code", path="/o/all")
    assert cookie is not None
    node = voters_node(settings, tmp_path)
    with node.app_context():
        client = node.test_client()
        for path in ("/v", "/o/all", "/receipt", "/healthz", "/readyz", *links):
            assert client.get(path).status_code == 200, path
        client.set_cookie("minping-code", cookie.value, path="/o/all")
        assert client.post("/o/all", headers=asked).get_json()["code"] == given
        for code in (codes["A"][0], given):
            assert client.post("/v/ballot", data={"code": code}).status_code == 200
            assert client.post("/v/cast", data={"code": code}).status_code == 201
            assert client.post("/v/cast", data={"code": code}).status_code == 409
        for path in ("/nothing", "/r/none", "/admin"):
            assert client.get(path).status_code == 404
        db.session.remove()


def test_nothing_on_it_makes_a_login(office: Flask, settings: Settings, tmp_path: Path) -> None:
    """With every secret of a voters' node and of every backup the office's cookie cannot be made."""
    held = vault.load_vault(settings.instance)
    owner = an_account("owner")
    sign_in(office.test_client(), owner)
    signer = office.session_interface.get_signing_serializer(office)
    assert signer is not None
    real = signer.dumps({"_user_id": "x"})
    true_key = office.secret_key
    for key in (held.token_key, held.cookie_key, held.link_key):
        office.secret_key = key
        forger = office.session_interface.get_signing_serializer(office)
        assert forger is not None
        assert forger.dumps({"_user_id": "x"}).rpartition(".")[2] != real.rpartition(".")[2]
    office.secret_key = true_key
    file = tmp_path / "b"
    from tests.services.operations.test_backup import take

    take(file)
    session = vault.load_session_key(settings.instance)
    assert session is not None
    needles = (session, session.hex().encode(), session.hex().upper().encode())
    assert not any(needle in file.read_bytes() for needle in needles)
    assert held.token_key.hex().encode() in file.read_bytes(), "control: what is in it is found"
    assert not (tmp_path / "voters" / OFFICE_FILE).exists()


def test_a_restored_instance_knows_codes_and_links_but_no_login(
    office: Flask, settings: Settings, tmp_path: Path
) -> None:
    from tests.job import minping
    from tests.services.operations.test_backup import take

    certified(a_definition())
    edition = publish("small", Publication.LINK, personal=own())
    links = [page_link("small"), link_of("small", "c1", edition)]
    client = sign_in(office.test_client(), an_account("owner"))
    cookie = client.get_cookie("minping_admin", path="/admin")
    assert cookie is not None
    take(tmp_path / "b")
    (tmp_path / "there").mkdir()
    there = settings_on("sqlite", tmp_path / "there", None)
    before = vault.load_session_key(there.instance)
    minping(there, "restore", tmp_path / "b")
    after = vault.load_session_key(there.instance)
    assert None not in (before, after)
    assert len({before, after, vault.load_session_key(settings.instance)}) == 3
    # Even under the old key of sessions: the sessions themselves are gone.
    for old_key in (False, True):
        if old_key:
            shutil.copy(settings.instance / OFFICE_FILE, there.instance / OFFICE_FILE)
        with ready_app(there, pages=True) as app:
            visitor = app.test_client()
            visitor.set_cookie("minping_admin", cookie.value, path="/admin")
            assert visitor.get("/admin/").status_code == 302
            assert [visitor.get(path).status_code for path in links] == [200, 200]
            assert campaign_of("small").code == "small"
