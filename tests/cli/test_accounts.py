"""Signers' accounts and the command line: what is told, what stands on the certificate, what is refused."""

import pytest

from survey import create_app
from survey.services.accounts import accounts
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.count import certificate
from survey.storage.database import db, transaction
from tests.builders import BY
from tests.name_tellers import counted, take_part
from tests.shell import PASSWORD, Shell
from tests.signing_in import an_account

SIGN = "campaign certify small --teller teller --scrutineer scrutineer --passwords-stdin"
BOTH = f"{PASSWORD}\n{PASSWORD}\n"


def by_an_owner(shell: Shell) -> None:
    """Let an owner of the instance keep both signers out and let them in again, as the pages do."""
    app = create_app(shell.settings)
    with app.app_context():
        an_account("owner", name="王主任")
        for name in ("teller", "scrutineer"):
            with transaction(write=True) as session:
                account = accounts.named(session, name)
                accounts.disable(session, account, By("王主任", BY.at))
                accounts.enable(session, account, By("王主任", BY.at))
        db.session.remove()
        db.engine.dispose()


def create_signers(shell: Shell) -> None:
    for name in ("teller", "scrutineer"):
        said = shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD + "\n")
        assert said.err == (
            "note: this will stand, as an act of the command line, "
            "on the certificate of each campaign that it signs\n"
        )


def test_accounts_of_the_command_line_sign_whenever_they_were_made(shell: Shell) -> None:
    shell.to("counted")
    create_signers(shell)
    shell.do(SIGN, stdin=BOTH)
    app = create_app(shell.settings)
    with app.app_context():
        with transaction() as session:
            about = certificate.certified(session, "small")
        db.engine.dispose()
    for signer in about.signers:
        assert signer.standing is not None
        assert [(one.change.act, one.is_open) for one in signer.standing.resets] == [("account", False)]
        assert signer.standing.resets[0].change.actor.startswith("command line (")


def test_what_an_owner_reset_is_confirmed_before_it_signs(shell: Shell) -> None:
    shell.to("counted")
    create_signers(shell)
    by_an_owner(shell)
    said = shell.refused(SIGN, stdin=BOTH)
    assert '"王主任" reset the account "teller" after small was armed' in said
    assert "minping admin confirm-reset teller --campaign small" in said
    assert shell.state() == "counted"
    assert 'there is no account "nobody"' in shell.refused("admin confirm-reset nobody --campaign small")
    done = shell.do("admin confirm-reset teller --campaign small")
    assert "account-enabled by 王主任" in done.out
    assert "as an act of the command line" in done.err
    assert '"scrutineer"' in shell.refused(SIGN, stdin=BOTH)
    data = shell.do("admin confirm-reset scrutineer --campaign small --json").json
    assert [one["by"] for one in data["confirmed"]] == ["王主任"]
    assert "no reset" in shell.refused("admin confirm-reset scrutineer --campaign small")
    shell.do(SIGN, stdin=BOTH)
    assert shell.state() == "certified"
    assert "certified" in shell.refused("admin confirm-reset scrutineer --campaign small")
    app = create_app(shell.settings)
    with app.app_context():
        with transaction() as session:
            audit.verify(session)
            about = certificate.certified(session, "small")
        db.engine.dispose()
    for signer in about.signers:
        assert signer.standing is not None
        made, enabled = signer.standing.resets
        assert made.confirmed is None
        assert enabled.confirmed is not None
        assert enabled.confirmed.role == "command line"
    assert [step.act for step in about.steps].count("reset-confirmed") == 2


def test_a_link_says_where_it_will_stand(shell: Shell) -> None:
    shell.to("draft")
    create_signers(shell)
    shell.do("admin create anna")
    assert "certificate" in shell.do("admin link teller").err
    assert shell.do("admin link anna").err == ""


@pytest.mark.parametrize("name", ["command line (root)", "Command Line", "command line (x"])
def test_no_account_is_called_like_the_command_line(shell: Shell, name: str) -> None:
    shell.to("draft")
    assert "command line" in shell.refused("admin create", name)


def test_accounts(shell: Shell) -> None:
    shell.do("init")
    said = shell.do("admin create 张三 --json").json
    assert (said["name"], said["role"]) == ("张三", "organiser")
    assert said["link"].startswith("http://127.0.0.1:8000/admin/link/")
    assert "already" in shell.refused("admin create 张三")
    assert "12 to 200" in shell.refused("admin create x --password-stdin", stdin="short\n")
    assert "common" in shell.refused("admin create x --password-stdin", stdin="password1234\n")
    assert shell.do("admin create x --password-stdin --json", stdin=PASSWORD).json["link"] is None
    assert shell.do("admin create y --unit 考核组 --json").json["unit"] == "考核组"
    assert "80 printable" in shell.refused("admin create z --unit", "组" * 81)


def test_a_login_link_for_a_lost_password(shell: Shell) -> None:
    shell.do("init")
    first = shell.do("admin create 张三 --role owner --json").json["link"]
    second = shell.do("admin link 张三 --json").json["link"]
    assert second.startswith("http://127.0.0.1:8000/admin/link/")
    assert second != first
    assert "http" in shell.do("admin link 张三 --reset-second-factor").out
    acts = [entry["act"] for entry in shell.do("audit list --json").json]
    assert acts == ["account", "login-link", "second-factor-reset", "login-link"]
    assert 'no account "李四"' in shell.refused("admin link 李四")


def test_a_place_of_a_teller_is_freed_where_no_owner_can(shell: Shell) -> None:
    shell.do("init")
    app = create_app(shell.settings)
    with app.app_context():
        counted(app, ["小张"])
        for name in "甲乙丙":
            take_part(an_account("scrutineer", name=name))
        db.session.remove()
        db.engine.dispose()
    command = "admin release-teller 丙 --campaign nominate --reason"
    assert "at most" in shell.refused(command, "调" * 61)
    said = shell.do(command, "调离", "--json")
    assert said.json["account"] == "丙"
    assert "as an act of the command line" in said.err
    assert '"丙" holds no place' in shell.refused(command, "调离")
    admit = "admin admit-teller 丁 --campaign nominate --reason 四人停用"
    assert 'no account "丁"' in shell.refused(admit)
    shell.do("admin create 丁 --role scrutineer")
    assert "can do so as it is" in shell.refused(admit)
