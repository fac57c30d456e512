"""The commands that have a count signed, and destroy what it was made of."""

import pyotp
import pytest

from tests.shell import DEFINITION, PASSWORD, Shell


def test_present_and_certifying(shell: Shell) -> None:
    shell.to("open")
    shell.do("campaign present small --group A --number 7")
    assert 'no rater group "C"' in shell.refused("campaign present small --group C --number 7")
    for step in ("closed", "counted"):
        shell.step(step)
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    sign = "campaign certify small --passwords-stdin --teller a --scrutineer"
    assert "is wrong" in shell.refused(f"{sign} b", stdin=f"{PASSWORD}\nwrong\n")
    assert "two accounts" in shell.refused(f"{sign} a", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert "8 ballots of 7 persons" in shell.refused(f"{sign} b", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert shell.state() == "counted"


def test_one_account_certifies_where_the_definition_says_so(shell: Shell) -> None:
    shell.file("d.toml", DEFINITION.replace("code = ", "signatures = 1, code = "))
    shell.to("counted")
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    sign = "campaign certify small --passwords-stdin --scrutineer a"
    assert "leave the teller out" in shell.refused(f"{sign} --teller b", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert "is wrong" in shell.refused(sign, stdin="wrong\n")
    assert shell.state() == "counted"
    assert "is certified" in shell.do(sign, stdin=f"{PASSWORD}\n").out
    assert shell.state() == "certified"


def test_two_accounts_certify_by_default(shell: Shell) -> None:
    shell.to("counted")
    said = shell("campaign certify small --passwords-stdin --scrutineer a", stdin=f"{PASSWORD}\n")
    assert said.status == 2
    assert "--teller" in said.err
    assert shell.refused("campaign certify nobody --scrutineer a")


def test_certifying_asks_for_a_second_factor_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """One number stands for one signing, and a disabled account for none."""
    shell.to("counted")
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    secret = pyotp.random_base32()
    shell.change("UPDATE accounts SET totp_secret = :secret WHERE name = 'b'", secret=secret)
    sign = "campaign certify small --passwords-stdin --teller a --scrutineer b"
    for wrong in ("", "000000"):
        said = shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{wrong}\n")
        assert "second factor" in said
    shell.change("UPDATE accounts SET disabled = true WHERE name = 'b'")
    number = pyotp.TOTP(secret).now()
    assert "is wrong" in shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{number}\n")
    shell.change("UPDATE accounts SET disabled = false WHERE name = 'b'")
    shell.do(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{number}\n")
    assert shell.state() == "certified"
    assert "second factor" in shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{number}\n")


def test_a_passkey_cannot_be_asked_for_on_the_command_line(shell: Shell) -> None:
    """Nor is it passed over: whoever has nothing that can be typed signs in the browser."""
    shell.to("counted")
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    shell.change(
        "INSERT INTO passkeys SELECT x'01', id, x'a0', 0, 'x', created_at, NULL "
        "FROM accounts WHERE name = 'b'"
    )
    sign = "campaign certify small --passwords-stdin --teller a --scrutineer b"
    for typed in ("", "\n", "123456\n"):
        said = shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{typed}")
        assert "sign in the browser" in said
    assert shell.state() == "counted"


def test_shredding_wants_the_code(shell: Shell) -> None:
    shell.to("certified")
    said = shell("campaign shred small", stdin="smal\n")
    assert said.status == 1
    assert "nothing was destroyed" in said.err
    assert shell.state() == "certified"
    assert shell("campaign shred small", stdin="small\n").status == 0
    assert shell.state() == "shredded"
    assert not (shell.folder / "instance/keys/small.key").exists()
