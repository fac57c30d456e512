"""A second person at a terminal: named as the account is, and never let past a second factor."""

import contextlib
import json
import sqlite3

from tests.shell import DEFINITION, PASSWORD, Shell

SECOND = "campaign correct small --set campaign.organiser=组织部 --password-stdin --second"


def test_a_second_person_stands_in_the_log_as_the_account_is_called(shell: Shell) -> None:
    """A name is known in any width; in the log, on the certificate and under tables it has its own."""
    shell.to("armed")
    shell.do("admin create --role scrutineer --password-stdin", "beth", stdin=PASSWORD)
    shell.do(SECOND, "ｂｅｔｈ", stdin=f"{PASSWORD}\n")
    with contextlib.closing(sqlite3.connect(str(shell.settings.sqlite_file))) as database:
        [(facts,)] = database.execute("SELECT detail FROM audit WHERE act = 'correct'").fetchall()
    assert json.loads(facts)["second"] == "beth"


def test_late_codes_name_the_account_too(shell: Shell) -> None:
    shell.file("d.toml", DEFINITION.replace("issue = 10", "issue = 4"))
    shell.to("open")
    shell.do("admin create --role scrutineer --password-stdin", "beth", stdin=PASSWORD)
    late = "token issue small --group B --count 2 --csv late.csv --password-stdin --second"
    assert "confirmed by beth" in shell.do(late, "ｂｅｔｈ", stdin=f"{PASSWORD}\n").err


def test_a_second_person_with_a_passkey_alone_is_sent_to_the_browser(shell: Shell) -> None:
    shell.to("armed")
    shell.do("admin create --role scrutineer --password-stdin", "beth", stdin=PASSWORD)
    shell.change("INSERT INTO passkeys SELECT x'01', id, x'a0', 0, 'x', created_at, NULL FROM accounts")
    assert "in the browser" in shell.refused(SECOND, "beth", stdin=f"{PASSWORD}\n123456\n")
