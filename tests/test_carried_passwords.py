"""A password is the same from every keyboard and out of every file; what it holds is never changed."""

import io
from pathlib import Path

import pytest
from flask import Flask

from survey.domain.operations.carried_text import CarriedLines
from survey.services.accounts import passwords
from survey.services.accounts.passwords import fits, hash_password, prepared
from tests.shell import Shell
from tests.variants import OTHER_PASSWORDS, PASSWORD_FILES, TYPED_PASSWORDS

PASSWORD = " Café 四月的河  lantern-93 ①ﬁ\t"
"""With what a careless reader would change: spaces at its ends, signs that NFKC rewrites."""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", PASSWORD_FILES)
def test_the_reader(name: str) -> None:
    lines = CarriedLines(io.BytesIO(PASSWORD_FILES[name](f"{PASSWORD}\n123456\n{PASSWORD}\n")))
    assert [lines.next_line() for _ in range(4)] == [PASSWORD, "123456", PASSWORD, ""]


def test_lines_are_read_as_they_come() -> None:
    """Whoever types, or a programme that waits for the next question, is not asked for the end first."""

    class Typed(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError(size)

    lines = CarriedLines(Typed(b"one\r\ntwo\n"))
    assert [lines.next_line(), lines.next_line()] == ["one", "two"]


def test_signs_that_end_lines_elsewhere_are_the_passwords_own() -> None:
    lines = CarriedLines(io.BytesIO("a\u2028b\x0bc\r\r\n".encode()))
    assert lines.next_line() == "a\u2028b\x0bc\r"


@pytest.mark.parametrize("name", PASSWORD_FILES)
def test_the_commands(shell: Shell, name: str) -> None:
    made = PASSWORD_FILES[name]
    shell.to("counted")
    for signer in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", signer, stdin=made(f"{PASSWORD}\n"))
    both = f"{PASSWORD}\n{PASSWORD}\n"
    assert "is wrong" in shell.refused(SIGN, stdin=made(both.strip()))
    shell.do(SIGN, stdin=made(both))
    assert shell.state() == "certified"


SIGN = "campaign certify small --passwords-stdin --teller a --scrutineer b"


def test_every_keyboard_types_one_password(app: Flask) -> None:
    with app.app_context():
        kept = hash_password(PASSWORD, "王芳")
        for name, typed in TYPED_PASSWORDS.items():
            assert fits(typed(PASSWORD), kept), name
            assert fits(PASSWORD, hash_password(typed(PASSWORD), "王芳")), name
        for name, typed in OTHER_PASSWORDS.items():
            assert not fits(typed(PASSWORD), kept), name


@pytest.mark.parametrize("name", TYPED_PASSWORDS)
def test_passwords_of_before_fit_as_they_were_typed(app: Flask, name: str) -> None:
    typed = TYPED_PASSWORDS[name](PASSWORD)
    with app.app_context():
        kept = passwords.hashing(passwords._hasher.hash, typed)
        assert fits(typed, kept)
        assert not fits(typed + " ", kept)


def test_the_profile() -> None:
    """The examples of RFC 8265, section 4.3, that it allows."""
    for password in ("correct horse battery staple", "Correct Horse Battery Staple", "πßå", "Jack of ♦s"):
        assert prepared(password) == password
    assert prepared("foo\u1680bar") == "foo bar"
