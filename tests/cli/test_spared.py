"""What a command loads is not looked through for garbage; a server looks through what it makes."""

import ast
import subprocess
import sys

import pytest

from tests.builders import ROOT

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


def ends_and_lasts(source: str) -> dict[str, bool]:
    """Map each command that goes on until it is told to end to whether it says that it goes on for long."""
    found = {}
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and any(
            ast.unparse(one).startswith("click.command") or ast.unparse(one).endswith(".command()")
            for one in function.decorator_list
        ):
            called = {
                node.func.id
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            if "end_on_signals" in called:
                found[function.name] = "go_on_for_long" in called
    return found


def test_whatever_goes_on_until_it_is_told_to_end_says_so() -> None:
    found: dict[str, bool] = {}
    for path in (ROOT / "survey/cli").rglob("*.py"):
        found |= ends_and_lasts(path.read_text("utf-8"))
    assert found == {"serve": True, "worker": True, "run": True}


def test_one_that_does_not_say_so_would_be_found() -> None:
    source = "@sms.command()\ndef run() -> None:\n    end_on_signals()\n"
    assert ends_and_lasts(source) == {"run": False}
    assert ends_and_lasts(source + "    go_on_for_long()\n") == {"run": True}
