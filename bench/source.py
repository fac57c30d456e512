"""A package's modules, read and not run: what each imports, and which import one another in a circle."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Arrows = Mapping[str, set[str]]


@dataclass(frozen=True)
class Module:
    """One file of a package; ``parts`` lead to it from the package's own folder."""

    name: str
    parts: tuple[str, ...]
    source: str

    @property
    def is_package(self) -> bool:
        """Whether this is the ``__init__`` of a room."""
        return self.parts[-1] == "__init__.py"

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self.source.count("\n")

    @property
    def room(self) -> str:
        """The folder that it lies in, below the package."""
        return "/".join(self.parts[:-1])

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.parts[-1].removesuffix(".py")

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python reads it."""
        return ast.parse(self.source)


def name_of(path: Path, package: Path) -> str:
    """Name the module in a file: dots for folders, and nothing for ``__init__``."""
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_modules(package: Path) -> list[Module]:
    """Read every module below a package's folder."""
    return [
        Module(name_of(path, package), path.relative_to(package).parts, path.read_text("utf-8"))
        for path in sorted(package.rglob("*.py"))
    ]


def imports(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """Name every module that a source imports, wherever in it; of ``from a import b`` both a and a.b."""
    for origin, names in _imported(ast.parse(source), module, is_package):
        yield origin
        yield from (f"{origin}.{name}" for name in names)


def _imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[str, list[str]]]:
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield origin, [alias.name for alias in node.names]


def arrows(modules: list[Module]) -> dict[str, set[str]]:
    """Draw an arrow from each module to those of the same package that it imports, wherever in it.

    ``from room import module`` leads to the module alone, not to its room. That Python runs a room's
    ``__init__`` before what lies in it is no arrow either: what is said counts, not what follows from it.
    """
    known = {module.name for module in modules}
    return {module.name: set(_wanted(module, known)) - {module.name} for module in modules}


def _wanted(module: Module, known: set[str]) -> Iterator[str]:
    for origin, names in _imported(module.tree, module.name, module.is_package):
        inside = [f"{origin}.{name}" for name in names]
        yield from (name for name in inside if name in known)
        if origin in known and not (inside and known.issuperset(inside)):
            yield origin


def circles(found: Arrows) -> list[list[str]]:
    """Group the modules that import one another, each reached from each; those alone are left out."""
    reached = {module: _reached(module, found) for module in found}
    groups = {
        tuple(sorted(other for other in theirs if module in reached[other]))
        for module, theirs in reached.items()
        if module in theirs
    }
    return sorted([*group] for group in groups)


def _reached(start: str, found: Arrows) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for other in found[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return seen
