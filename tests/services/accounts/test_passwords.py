"""Passwords: what is taken, what guessing costs, how they are kept."""

import subprocess
import sys

import pytest

from survey.domain.errors import BadAccount
from survey.services.accounts import passwords
from tests.services.accounts.test_accounts import GOOD


def test_what_guessing_costs() -> None:
    # In a process of its own: tests hash cheaply. OWASP asks for 46 MiB once or 19 MiB twice, or more.
    code = "from survey.services.accounts.passwords import _hasher as h; print(h.memory_cost, h.time_cost)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    memory, times = map(int, said.stdout.split())
    assert memory * times >= 3 * 64 * 1024


COMMON = ["password1234", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa", "minpingminping", "111111111111"]


@pytest.mark.parametrize("password", COMMON)
def test_common_passwords(password: str) -> None:
    assert len(password) >= 12
    with pytest.raises(BadAccount, match="common"):
        passwords.hash_password(password, "张三")


def test_the_name_is_no_password() -> None:
    with pytest.raises(BadAccount, match="common"):
        passwords.hash_password("zhangsanfeng", "zhangsanfeng")


@pytest.mark.parametrize("password", ["", "Xq7!kd-3fZ", "四月的河四月的河四月的", "x7-" * 67])
def test_too_short_or_too_long(password: str) -> None:
    with pytest.raises(BadAccount, match="12 to 200"):
        passwords.hash_password(password, "张三")


@pytest.mark.parametrize("password", ["Xq7!kd-3fZ&p", GOOD, "竹" * 3 + "k9-Lm2 河水东流", (GOOD * 9)[:200]])
def test_good_passwords(password: str) -> None:
    assert passwords.hash_password(password, "张三").startswith("$argon2id$")


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash_password(GOOD, "a") != passwords.hash_password(GOOD, "a")
