"""What voters get runs on Chrome 78 and iOS 12: newer syntax is refused (calls: ``test_engines.py``)."""

import re

import pytest

from survey.web import languages
from survey.web.voter.assets import PARTS, asset_text, joined, shrunk
from tests.builders import ROOT
from tests.engines import style_faults
from tests.shrink import shrunk_file

STATIC = ROOT / "static"
SCRIPTS = [part for parts in PARTS.values() for part in parts if part.endswith(".js")]
STYLES = [part for parts in PARTS.values() for part in parts if part.endswith(".css")]

# ES2017 is the floor; beside it what one of the two engines lacks.
NEWER_SCRIPT = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish coalescing": r"\?\?",
    "logical assignment": r"(?:\|\||&&)=",
    "object spread": r"\{\s*\.\.\.|,\s*\.\.\.\w+\s*\}",
    "catch without a name": r"catch\s*\{",
    "lookbehind": r"\(\?<[=!]",
    "named group": r"\(\?<\w",
    "regular expression flags": r"/[gimuy]*[sdv][gimuy]*\.test|\\p\{",
    "private or static field": r"\bthis\.#|\bstatic\b",
    "big integer": r"\b\d+n\b|BigInt",
    "numeric separator": r"\b\d+_\d",
    "module or dynamic import": r"\bimport\b|\bexport\b",
    "async iteration": r"for await|async \*",
    "newer method": r"\.(?:at|flat|flatMap|fromEntries|replaceAll|matchAll|trimStart|trimEnd|allSettled|any|"
    r"replaceChildren|checkVisibility|findLast|toSorted|hasOwn|finally|showModal|requestSubmit)\(",
    "newer interface": r"structuredClone|queueMicrotask|globalThis|ResizeObserver|crypto\.subtle|randomUUID|"
    r"serviceWorker|AbortSignal|BroadcastChannel|PointerEvent|pointerdown|<dialog",
    "evaluated text": r"\beval\(|new Function|innerHTML|document\.write",
}


def faults(text, rules):
    return [(what, match.group()) for what, rule in rules.items() for match in re.finditer(rule, text, re.M)]


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_stays_above_the_floor(name):
    assert faults(shrunk((STATIC / name).read_text()), NEWER_SCRIPT) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("a?.b", NEWER_SCRIPT),
        ("const x = { ...y };", NEWER_SCRIPT),
        ("try { f(); } catch { g(); }", NEWER_SCRIPT),
        ("list.at(-1)", NEWER_SCRIPT),
    ],
)
def test_linter_sees_what_it_should(text, rules):
    assert len(faults(text, rules)) == 1


@pytest.mark.parametrize("name", [*SCRIPTS, *STYLES])
def test_each_part_is_short(name):
    assert len((STATIC / name).read_text().splitlines()) <= (500 if name.endswith(".css") else 300)


def test_shrinking_touches_comments_and_indentation_only():
    source = '/* One\n   two */\n  // three\n  const a = "// four /* five */";\n    f(a);  // six\n'
    assert shrunk(source) == 'const a = "// four /* five */";\nf(a);  // six\n'


@pytest.mark.parametrize("name", PARTS)
def test_what_is_served_is_made_of_the_sources_as_they_are(name):
    made = (STATIC / "voter" / name).read_text()
    assert made == shrunk_file(name), "make shrink"
    assert (faults(made, NEWER_SCRIPT) if name.endswith(".js") else style_faults(made)) == []
    assert asset_text(str(STATIC), name, languages.LANGUAGES[0]) == made.partition("\n")[2]


def test_a_source_that_was_changed_since_is_served_as_it_stands(tmp_path):
    for folder, text in (("js", 'say(t("共 {0} 项"));\n'), ("voter", '/* of others */\nt("旧")\n')):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "entry.js").write_text(text)
    assert asset_text(str(tmp_path), "entry.js", languages.LANGUAGES[0]) == joined(tmp_path, "entry.js")
