"""Devices that are known: a guesser elsewhere does not keep them out."""

from flask import Flask

from survey.services.accounts.login_throttle import FREE
from tests.web.admin.accounts.test_login import OTHER, log_in, post, with_password


def test_guessing_is_stopped_and_a_known_device_is_not(each_app: Flask) -> None:
    with_password()
    desk, attacker = each_app.test_client(), each_app.test_client()
    log_in(desk)
    post(desk, "/admin/logout", "/admin/me")
    answers = [log_in(attacker, password=f"{OTHER} {n}") for n in range(FREE + 3)]
    assert [answer.status_code for answer in answers] == [403] * FREE + [429] * 3
    assert "分钟后再试" in answers[-1].text
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30
    assert log_in(attacker).status_code == 429
    assert log_in(each_app.test_client()).status_code == 429
    assert log_in(desk).status_code == 303
    assert log_in(each_app.test_client()).status_code == 429


def test_a_device_is_known_for_its_own_account_only(app: Flask) -> None:
    with_password()
    with_password(name="李四")
    attacker = app.test_client()
    log_in(attacker, "李四")
    post(attacker, "/admin/logout", "/admin/me")
    for n in range(FREE):
        log_in(app.test_client(), password=f"{OTHER} {n}")
    assert log_in(attacker).status_code == 429
    (known,) = (cookie for cookie in attacker._cookies.values() if cookie.key.startswith("minping-device-"))
    for mine in app.test_client(), attacker:
        log_in(mine, "李四")
    theirs = known.key
    thief = app.test_client()
    with_password(name="王五")
    log_in(thief, "王五")
    (own,) = (cookie for cookie in thief._cookies.values() if cookie.key.startswith("minping-device-"))
    thief.set_cookie(theirs, own.value, path="/admin/login")
    for n in range(FREE):
        log_in(app.test_client(), "李四", f"{OTHER} {n}")
    assert log_in(thief, "李四").status_code == 429


def test_an_attack_on_one_leaves_the_office_alone(app: Flask) -> None:
    with_password()
    with_password(name="李四")
    for n in range(FREE + 1):
        log_in(app.test_client(), password=f"{OTHER} {n}")
    assert log_in(app.test_client(), "李四").status_code == 303
