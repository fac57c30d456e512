"""Count the house: modules, functions, rooms, doors, names for two things, circles, tests (``make house``).

Every figure is read from the source; nothing is run. The table is Markdown, for ``docs/architecture.md``.
A module is a file with code: ``__init__`` and migrations are left out, but for classes and circles.
"""

import argparse
import ast
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median

from .bare_words import bare_acts, bare_roles
from .source import Module, arrows, circles, read_modules

ROOT = Path(__file__).resolve().parents[1]
SHORT_MODULE, LONG_MODULE, LONG_FUNCTION = 40, 300, 40
MIGRATIONS = "storage/migrations"
MOVED_TESTS = {"secrecy": "secrecy_units"}
"""Rooms whose tests lie under another name: ``tests/secrecy`` is the attackers'."""

Figures = dict[str, str]
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """One function or method; ``public`` where no part of its name is private."""

    name: str
    lines: int
    public: bool
    documented: bool


def figures(package: Path, tests: Path) -> Figures:
    """Count one package and its tests; each figure under its name, in the order of the table."""
    everything = read_modules(package)
    modules = [one for one in everything if not one.is_package and not one.room.startswith(MIGRATIONS)]
    return {
        **_module_figures(modules),
        **_function_figures([function for module in modules for function in functions(module)]),
        **_room_figures(modules),
        **_door_figures(modules),
        **_name_figures(everything),
        "import circles": _listed(" ↔ ".join(circle) for circle in circles(arrows(everything))),
        **_test_figures(modules, tests),
    }


def functions(module: Module) -> Iterator[Function]:
    """Find all functions of a module, methods and inner ones too."""
    yield from _functions(module.tree, module.name, public=True)


def _functions(node: ast.AST, name: str, public: bool) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, AnyFunction):
            # A function within a function is nobody else's.
            mine = public and not child.name.startswith("_")
            lines = (child.end_lineno or child.lineno) - child.lineno + 1
            yield Function(f"{name}.{child.name}", lines, mine, ast.get_docstring(child) is not None)
            yield from _functions(child, f"{name}.{child.name}", public=False)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{name}.{child.name}", public and not child.name.startswith("_"))
        else:
            yield from _functions(child, name, public)


def doubles(modules: Iterable[Module]) -> dict[str, list[str]]:
    """Find the class names that more than one module defines, with those modules."""
    found = defaultdict(list)
    for module in modules:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(module.name)
    return {name: where for name, where in sorted(found.items()) if len(where) > 1}


def untested(modules: Iterable[Module], tests: Path, mirrored: bool) -> list[str]:
    """List the modules without a test module of the same name; in the same room, where ``mirrored``."""
    there = {path.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    names = {path.rpartition("/")[2] for path in there}
    return [
        module.name
        for module in modules
        if (_test_of(module) not in there if mirrored else f"test_{module.stem}.py" not in names)
    ]


def _test_of(module: Module) -> str:
    first, *others = module.parts[:-1] or ("",)
    return "/".join(filter(None, (MOVED_TESTS.get(first, first), *others, f"test_{module.stem}.py")))


def _module_figures(modules: Sequence[Module]) -> Figures:
    sizes = {module.name: module.lines for module in modules}
    return {
        "modules": str(len(sizes)),
        "lines": str(sum(sizes.values())),
        "median module, lines": f"{median(sizes.values()):.0f}",
        f"modules below {SHORT_MODULE} lines": str(sum(size < SHORT_MODULE for size in sizes.values())),
        f"modules above {LONG_MODULE} lines": str(sum(size > LONG_MODULE for size in sizes.values())),
        "longest module": _longest(sizes),
    }


def _function_figures(found: Sequence[Function]) -> Figures:
    sizes = {function.name: function.lines for function in found}
    public = [function.documented for function in found if function.public]
    return {
        "functions": str(len(found)),
        "median function, lines": f"{median(function.lines for function in found):.0f}",
        f"functions above {LONG_FUNCTION} lines": str(sum(one.lines > LONG_FUNCTION for one in found)),
        "longest function": _longest(sizes),
        "public functions with a docstring": _share(sum(public), len(public)),
    }


def _room_figures(modules: Sequence[Module]) -> Figures:
    rooms = Counter(module.room for module in modules)
    (largest, size), *_ = rooms.most_common(1)
    return {
        "rooms": str(len(rooms)),
        "largest room": f"{largest or '.'} ({size})",
        "modules in each room": ", ".join(f"{room or '.'} {held}" for room, held in sorted(rooms.items())),
    }


def _door_figures(modules: Sequence[Module]) -> Figures:
    """Count what one sees on opening a floor: its rooms, and the modules beside them."""
    doors = defaultdict(set)
    for module in modules:
        if len(module.parts) > 1:
            doors[module.parts[0]].add(module.parts[1])
    return {
        "doors of each floor": ", ".join(f"{floor} {len(found)}" for floor, found in sorted(doors.items()))
    }


def _name_figures(modules: Sequence[Module]) -> Figures:
    return {
        "class names for two things": _listed(doubles(modules)),
        "modules with a role as a bare string": _number(map(bare_roles, modules)),
        "modules with an act of the log as a bare string": _number(map(bare_acts, modules)),
    }


def _test_figures(modules: Sequence[Module], tests: Path) -> Figures:
    every = len(modules)
    return {
        f"modules with a test of the same name, {where}": _share(
            every - len(untested(modules, tests, mirrored)), every
        )
        for where, mirrored in (("anywhere", False), ("in the mirrored room", True))
    }


def _number(found: Iterable[list[str]]) -> str:
    """Count the modules in which anything was found."""
    return str(sum(map(bool, found)))


def _longest(sizes: dict[str, int]) -> str:
    name = max(sizes, key=lambda one: sizes[one])
    return f"{name} ({sizes[name]})"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return f"{len(found)}: {', '.join(found)}" if found else "0"


def table(columns: dict[str, Figures]) -> Iterator[str]:
    """Lay figures out as a Markdown table, one column for each state of the house."""
    yield " | ".join(["| figure", *columns]) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for name in dict.fromkeys(name for column in columns.values() for name in column):
        yield " | ".join([f"| {name}", *(column.get(name, "") for column in columns.values())]) + " |"


def figures_at(commit: str) -> Figures:
    """Count the house as it stood at a commit; nothing of the working tree is touched."""
    packed = _git("archive", "--format=tar", commit, "survey", "tests")
    with tempfile.TemporaryDirectory(prefix="minping-house-") as folder:
        with tarfile.open(fileobj=BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        return figures(Path(folder) / "survey", Path(folder) / "tests")


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode().strip())
    return done.stdout


def _before(reference: str) -> dict[str, Figures]:
    commit = _git("rev-parse", "--verify", "--short", f"{reference}^{{commit}}").decode().strip()
    return {f"before ({commit})": figures_at(commit)}


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="house", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--before", metavar="REF", help="a commit to set beside it")
    before = parser.parse_args(given).before
    columns = {**(_before(before) if before else {}), "now": figures(ROOT / "survey", ROOT / "tests")}
    sys.stdout.writelines(f"{line}\n" for line in table(columns))


if __name__ == "__main__":
    main()
