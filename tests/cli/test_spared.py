"""What a command loads is not looked through for garbage; a server looks through what it makes."""

import subprocess
import sys

import pytest

# Registered before the command's own, so called after it.
SHOW = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 1_000)); "


@pytest.mark.parametrize(
    ("command", "frozen"), [("main()", "True"), ("main(['--version'])", "False")], ids=["own", "within"]
)
def test_at_the_end_of_its_own_process_it_is_let_be(command: str, frozen: str) -> None:
    programme = f"{SHOW}from survey.cli import main; {command}"
    done = subprocess.run([sys.executable, "-c", programme, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()[-1]) == (0, frozen)


def test_a_server_looks_through_what_it_makes_as_often_as_usual() -> None:
    programme = (
        "import gc; from survey.cli.ending import go_on_for_long, spare_what_is_loaded; "
        "print(gc.get_threshold()); spare_what_is_loaded(); print(gc.get_threshold()); "
        "go_on_for_long(); print(gc.get_threshold())"
    )
    done = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=True)
    usual, rare, again = done.stdout.splitlines()
    assert usual == again != rare
