"""Checking an office's own Word template: harmless, every tag whole and known, and rendered once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO

from docx import Document
from jinja2 import TemplateSyntaxError, nodes

from survey.domain.errors import HeavyTemplate

from .faults import DocumentPlace, TemplateFault, TemplateFaultKind, UnusableTemplate
from .package import Paragraph, read_package
from .placeholders import IN_FOOTER, PLACEHOLDERS, REQUIRED, Placeholder, Shape, Template, sample
from .policy import LOOP_FACTS, NotAllowed, Policy
from .render import Frame, render

MAX_TAGS = 2_000
MAX_TAG_LENGTH = 200
MAX_PARAGRAPH_LENGTH = 20_000
"""Of a paragraph with braces: looking for tags takes the square of openings that are never closed."""
MAX_FAULTS = 100
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LOOSE = re.compile(r"\{[{%#]|[}%#]\}")
_WIDE = re.compile(r"｛[｛{%％]|\{[｛％]|[}%％]｝")
_PREFIXED = re.compile(r"(\{[{%])(p|tr|tc|r)\s")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_WORDS = ("for", "endfor", "if", "elif", "else", "endif")


@dataclass(frozen=True)
class _Tag:
    """One tag as it stands in a paragraph; ``text`` is without the library's prefix."""

    text: str
    prefix: str
    paragraph: Paragraph
    alone: bool

    @property
    def is_statement(self) -> bool:
        return self.text.startswith("{%")

    @property
    def word(self) -> str:
        return (self.text[2:-2].split() or [""])[0]

    def fault(self, kind: TemplateFaultKind, value: str = "", meant: str = "") -> TemplateFault:
        return TemplateFault(kind, self.paragraph.place, value or self.text, meant)


def check_template(kind: Template, data: bytes) -> list[TemplateFault]:
    """List what is wrong with a template for one kind of document; nothing is, where the list is empty."""
    try:
        paragraphs = read_package(data)
    except UnusableTemplate as refused:
        return [refused.fault]
    braced = [paragraph.text for paragraph in paragraphs if "{" in paragraph.text]
    openings = sum(text.count("{") for text in braced)
    if openings > 4 * MAX_TAGS or any(len(text) > MAX_PARAGRAPH_LENGTH for text in braced):
        return [TemplateFault(TemplateFaultKind.TOO_MANY, value=str(openings))]
    tags, faults = _tags(paragraphs)
    if len(tags) > MAX_TAGS:
        return [TemplateFault(TemplateFaultKind.TOO_MANY, value=str(len(tags)))]
    faults += [fault for tag in tags if (fault := _misplaced(tag))]
    whole = [tag for tag in tags if not _misplaced(tag)]
    unpaired = _unpaired(whole)
    if unpaired:
        # Where a tag is broken, it may be the very one that others miss.
        return (faults or unpaired)[:MAX_FAULTS]
    used, unknown = _resolved(kind, whole)
    faults = faults + unknown or _lacking(kind, used)
    return faults[:MAX_FAULTS] or _tried(kind, data)


def _tags(paragraphs: Sequence[Paragraph]) -> tuple[list[_Tag], list[TemplateFault]]:
    """Find the tags of every paragraph, and what only looks like a part of one."""
    tags, faults = [], []
    for paragraph in paragraphs:
        text = paragraph.text.translate(_QUOTES)
        wide = _WIDE.search(text)
        if wide:
            faults.append(TemplateFault(TemplateFaultKind.FULL_WIDTH, paragraph.place, wide[0]))
        loose = _LOOSE.search(_TAG.sub("", text))
        if loose and not wide:
            faults.append(TemplateFault(TemplateFaultKind.BROKEN, paragraph.place, loose[0]))
        for found in _TAG.findall(text):
            inner = found[2:-2]
            if found.startswith("{#"):
                continue
            if _LOOSE.search(inner) or len(found) > MAX_TAG_LENGTH:
                faults.append(
                    TemplateFault(TemplateFaultKind.BROKEN, paragraph.place, found[:MAX_TAG_LENGTH])
                )
                continue
            prefixed = _PREFIXED.match(found)
            plain = _PREFIXED.sub(r"\1 ", found, count=1)
            alone = text.strip() == found
            tags.append(_Tag(plain, prefixed[2] if prefixed else "", paragraph, alone))
    return tags, faults


def _misplaced(tag: _Tag) -> TemplateFault | None:
    """Return what is wrong with a tag by its looks and its place, or ``None``."""
    inner = tag.text[2:-2]
    if inner[:1] in ("-", "+") or inner[-1:] in ("-", "+") or "\n" in inner:
        return tag.fault(TemplateFaultKind.NOT_ALLOWED)
    if tag.is_statement and tag.word not in _WORDS:
        return tag.fault(TemplateFaultKind.NOT_ALLOWED, tag.word)
    if tag.prefix == "r" or (tag.prefix in ("tr", "tc") and not tag.is_statement):
        return tag.fault(TemplateFaultKind.NO_BLOCK)
    if tag.prefix in ("tr", "tc") and not tag.paragraph.table:
        return tag.fault(TemplateFaultKind.OUTSIDE_TABLE)
    if tag.prefix == "p" and not tag.alone:
        return tag.fault(TemplateFaultKind.NOT_ALONE)
    return None


def _unpaired(tags: Sequence[_Tag]) -> list[TemplateFault]:
    """Name beginnings without an end, and the other way round, part by part."""
    faults: list[TemplateFault] = []
    open_tags: list[_Tag] = []
    part = ""
    for tag in (tag for tag in tags if tag.is_statement):
        if tag.paragraph.part != part:
            faults += [one.fault(TemplateFaultKind.NOT_CLOSED) for one in open_tags]
            part, open_tags = tag.paragraph.part, []
        opened = open_tags[-1].word if open_tags else ""
        if tag.word in ("for", "if"):
            open_tags.append(tag)
        elif tag.word in ("elif", "else"):
            if opened != "if":
                faults.append(tag.fault(TemplateFaultKind.NOT_OPENED))
        elif opened != tag.word.removeprefix("end"):
            faults.append(tag.fault(TemplateFaultKind.NOT_OPENED))
        else:
            open_tags.pop()
    return faults + [one.fault(TemplateFaultKind.NOT_CLOSED) for one in open_tags]


def _resolved(kind: Template, tags: Sequence[_Tag]) -> tuple[set[tuple[str, str]], list[TemplateFault]]:
    """Look every name up; return what each part uses, and what cannot be."""
    used: set[tuple[str, str]] = set()
    faults: list[TemplateFault] = []
    for part in dict.fromkeys(tag.paragraph.part for tag in tags):
        among = [tag for tag in tags if tag.paragraph.part == part]
        try:
            # One tag a line, so that the line of a fault tells its tag.
            tree = Policy().parse("\n".join(tag.text for tag in among))
        except NotAllowed as refused:
            kind_of = (
                TemplateFaultKind.LOOP_IN_LOOP
                if refused.what.startswith("for")
                else TemplateFaultKind.NOT_ALLOWED
            )
            faults.append(among[min(refused.lineno, len(among)) - 1].fault(kind_of))
            continue
        except TemplateSyntaxError as refused:
            faults.append(among[min(refused.lineno, len(among)) - 1].fault(TemplateFaultKind.BROKEN))
            continue
        except (ValueError, RecursionError, MemoryError, SyntaxError):  # what parsers make of nonsense
            faults.append(TemplateFault(TemplateFaultKind.BROKEN, DocumentPlace(part)))
            continue
        names = _Names(among, used, faults)
        names.walk(tree, {one.name: one for one in PLACEHOLDERS[kind]}, {})
    return used, faults


@dataclass
class _Names:
    """Walks the tags of one part with what is known at each; ``paths`` are the full names of loop items."""

    tags: Sequence[_Tag]
    used: set[tuple[str, str]]
    faults: list[TemplateFault]

    def walk(self, node: nodes.Node, placeholders: dict[str, Placeholder], paths: dict[str, str]) -> None:
        """Check a node and what is below it."""
        if isinstance(node, nodes.For):
            self._loop(node, placeholders, paths)
        elif isinstance(node, nodes.Output):
            for one in node.nodes:
                if isinstance(one, nodes.Name | nodes.Getattr):
                    self._shown(one, placeholders, paths)
        elif isinstance(node, nodes.Name | nodes.Getattr):
            self._found(node, placeholders, paths)
        else:
            for child in node.iter_child_nodes():
                self.walk(child, placeholders, paths)

    def _loop(self, node: nodes.For, placeholders: dict[str, Placeholder], paths: dict[str, str]) -> None:
        found = self._found(node.iter, placeholders, paths)
        if found is None or not isinstance(node.target, nodes.Name):
            return
        path, one = found
        if one.shape not in (Shape.MANY, Shape.LINES):
            self._fault(node, TemplateFaultKind.NOT_LIST, path)
            return
        name = node.target.name
        shape = Shape.ONE if one.shape is Shape.MANY else Shape.TEXT
        item = Placeholder(name, one.meaning, shape, parts=one.parts)
        for child in node.body:
            self.walk(child, placeholders | {name: item}, paths | {name: path})

    def _shown(self, node: nodes.Expr, placeholders: dict[str, Placeholder], paths: dict[str, str]) -> None:
        found = self._found(node, placeholders, paths)
        if found is None:
            return
        path, one = found
        block, marked = one.shape is Shape.BLOCK, self._tag(node).prefix == "p"
        if block and not marked:
            self._fault(node, TemplateFaultKind.NEEDS_P, path)
        elif marked and not block:
            self._fault(node, TemplateFaultKind.NO_BLOCK, path)
        elif one.shape not in (Shape.TEXT, Shape.BLOCK):
            self._fault(node, TemplateFaultKind.NOT_TEXT, path)

    def _found(
        self, node: nodes.Node, placeholders: dict[str, Placeholder], paths: dict[str, str]
    ) -> tuple[str, Placeholder] | None:
        """Return the full name of what a node names, and what it is; note it where it is nothing."""
        if isinstance(node, nodes.Name):
            if node.name not in placeholders:
                self._fault(node, TemplateFaultKind.UNKNOWN, node.name, _meant(node.name, placeholders))
                return None
            path = paths.get(node.name, node.name)
            self.used.add((self._tag(node).paragraph.part, path))
            return path, placeholders[node.name]
        if not isinstance(node, nodes.Getattr):
            return None
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP_FACTS:
            return "loop", Placeholder("loop", "")
        around = self._found(node.node, placeholders, paths)
        if around is None:
            return None
        parts = {part.name: part for part in around[1].parts} if around[1].shape is Shape.ONE else {}
        path = f"{around[0]}.{node.attr}"
        if node.attr not in parts:
            self._fault(node, TemplateFaultKind.UNKNOWN, path, _meant(node.attr, parts))
            return None
        self.used.add((self._tag(node).paragraph.part, path))
        return path, parts[node.attr]

    def _tag(self, node: nodes.Node) -> _Tag:
        return self.tags[node.lineno - 1]

    def _fault(self, node: nodes.Node, kind: TemplateFaultKind, value: str, meant: str = "") -> None:
        self.faults.append(self._tag(node).fault(kind, value, meant))


def _meant(name: str, placeholders: dict[str, Placeholder]) -> str:
    return "".join(get_close_matches(name, list(placeholders), 1, 0.5))


def _lacking(kind: Template, used: set[tuple[str, str]]) -> list[TemplateFault]:
    """Name what a document of this kind cannot do without."""
    names = {name for _, name in used}
    faults = [
        TemplateFault(TemplateFaultKind.MISSING, value=name) for name in REQUIRED[kind] if name not in names
    ]
    if not any(("footer", name) in used for name in IN_FOOTER):
        faults.append(TemplateFault(TemplateFaultKind.NO_FOOTER, value=IN_FOOTER[0]))
    return faults


def _tried(kind: Template, data: bytes) -> list[TemplateFault]:
    """Render a template with made-up values and open what came of it."""
    try:
        frame = Frame(data)
        out = BytesIO()
        render(frame, sample(kind, frame.width), out)
        Document(BytesIO(out.getvalue()))
    except HeavyTemplate:
        return [TemplateFault(TemplateFaultKind.TOO_MUCH)]
    except Exception:  # whatever an unknown file makes the libraries raise: it cannot be used
        return [TemplateFault(TemplateFaultKind.NOT_WHOLE)]
    return []
