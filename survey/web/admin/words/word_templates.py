"""Word templates and what can be wrong with one, in words that say how to mend it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.layout.file_format import FileFormat
from survey.documents.word.faults import DocumentPlace, TemplateFault, TemplateFaultKind
from survey.documents.word.placeholders import Template

NAMES = {Template.REPORT: _l("测评情况报告"), Template.TABLES: _l("结果汇总表（Word）")}
ABOUT = {
    Template.REPORT: _l("程序、票数、结果、不予显示的内容、组织认定和签字栏。"),
    Template.TABLES: _l("个人汇总表、班子汇总表、总表等，每张另起一页，宽表自动横排。"),
}
_PARTS = {
    "body": _l("正文"),
    "header": _l("页眉"),
    "footer": _l("页脚"),
    "note": _l("脚注或尾注"),
}
_KINDS = {
    TemplateFaultKind.TOO_LARGE: _l("文件太大，或解开以后太大。请去掉大图片，另存一份再传。"),
    TemplateFaultKind.NOT_WORD: _l("这不是 Word 文档（.docx）。请在 Word 或 WPS 里另存为 .docx。"),
    TemplateFaultKind.DAMAGED: _l(
        "文件已损坏，或不是 Word 文档（.docx）。请在 Word 或 WPS 里打开，另存为 .docx。"
    ),
    TemplateFaultKind.PASSWORD: _l(
        "文件是加密的。请打开它，点“文件”→“信息”→“保护文档”→“用密码进行加密”"
        "（WPS：“文件”→“文档加密”→“密码加密”），清空密码后保存，再传。"
    ),
    TemplateFaultKind.MACROS: _l("文件里有宏。请另存为不含宏的 .docx。"),
    TemplateFaultKind.EMBEDDED: _l("文件里嵌有别的文件或控件（%(value)s）。请删去，或改成普通文字和图片。"),
    TemplateFaultKind.EXTERNAL: _l(
        "文件引用了外部内容（%(value)s：%(meant)s）。图片请改为嵌入，超链接请取消，附加的模板请改回 Normal。"
    ),
    TemplateFaultKind.FIELD: _l(
        "有不允许的域“%(value)s”。只能用页码、页数、日期、目录、引用等域，请删去它。"
    ),
    TemplateFaultKind.ENTITIES: _l("文件里有不该有的定义。请在 Word 或 WPS 里打开，另存为 .docx。"),
    TemplateFaultKind.BROKEN: _l(
        "标记“%(value)s”不完整，或者写错了。一个标记要写在同一段里，从 {{ 到 }} 或从 {% 到 %}。"
    ),
    TemplateFaultKind.FULL_WIDTH: _l("“%(value)s”用了全角括号。请改成半角的 {{ }} 或 {% %}。"),
    TemplateFaultKind.NOT_ALLOWED: _l(
        "“%(value)s”用了不允许的写法。只能写占位符、for … endfor 和 if … endif。"
    ),
    TemplateFaultKind.UNKNOWN: _l("没有叫“%(value)s”的占位符。请对照下面的列表改正。"),
    TemplateFaultKind.NOT_TEXT: _l("“%(value)s”有多项，不能直接写出来。请用 for … endfor 逐项写。"),
    TemplateFaultKind.NOT_LIST: _l("“%(value)s”不是多项，不能用 for。请直接写它。"),
    TemplateFaultKind.NEEDS_P: _l("“%(value)s”是整块内容，要写成 {{p %(value)s }}，并单独占一段。"),
    TemplateFaultKind.NO_BLOCK: _l(
        "“%(value)s”不是整块内容。文字写成 {{ }}，不要在括号后面加 p、tr、tc 或 r。"
    ),
    TemplateFaultKind.NOT_ALONE: _l(
        "“%(value)s”要单独占一段，同一段里的其他文字会丢失。请把它们移到别的段。"
    ),
    TemplateFaultKind.OUTSIDE_TABLE: _l("“%(value)s”只能写在表格里。表格以外请用 {%p … %}。"),
    TemplateFaultKind.NOT_CLOSED: _l("“%(value)s”没有结束。请补上 endfor 或 endif。"),
    TemplateFaultKind.NOT_OPENED: _l("“%(value)s”没有开头，或者与开头不配对。请检查 for 和 if。"),
    TemplateFaultKind.LOOP_IN_LOOP: _l(
        "“%(value)s”这样循环不行。循环里面的循环，只能逐项写外层那一项的内容。"
    ),
    TemplateFaultKind.TOO_MANY: _l("标记太多（%(value)s 个）。请精简模板。"),
    TemplateFaultKind.MISSING: _l("缺少“%(value)s”，没有它文件就没有内容。请从自带模板抄过来。"),
    TemplateFaultKind.NO_FOOTER: _l(
        "页脚里缺少计票摘要。请在页脚写上 {{ %(value)s }}，这样纸上的表才能与计票核对。"
    ),
    TemplateFaultKind.NOT_WHOLE: _l(
        "用样例试做时失败：可能是 for 与 endfor 一个在表格里、一个在表格外。请让它们在同一处。"
    ),
    TemplateFaultKind.TOO_MUCH: _l("用样例试做时文件过大或太慢。请精简模板。"),
}
FORMATS = {
    FileFormat.OLD_DOCUMENT: _l(
        "这是旧格式（.doc 或 .wps）文件。"
        "请用 Word 或 WPS 打开，点“文件”→“另存为”，类型选“Word 文档（*.docx）”，再传。"
    ),
    FileFormat.WEB_PAGE: _l(
        "这是网页格式的文档（有时也叫 .doc）。"
        "请用 Word 或 WPS 打开，点“文件”→“另存为”，类型选“Word 文档（*.docx）”，再传。"
    ),
    FileFormat.XML_DOCUMENT: _l(
        "这是 XML 格式的文档。请用 Word 或 WPS 打开，点“文件”→“另存为”，类型选“Word 文档（*.docx）”，再传。"
    ),
    FileFormat.OPEN_DOCUMENT: _l(
        "这是 OpenDocument 文档（.odt）。"
        "请用 Word 或 WPS 打开，点“文件”→“另存为”，类型选“Word 文档（*.docx）”，再传。"
    ),
    FileFormat.RICH_TEXT: _l(
        "这是 RTF 格式的文档（.rtf，有时也叫 .doc）。"
        "请用 Word 或 WPS 打开，点“文件”→“另存为”，类型选“Word 文档（*.docx）”，再传。"
    ),
    FileFormat.WORD_TEMPLATE: _l(
        "这是 Word 模板文件（.dotx）。"
        "请用 Word 或 WPS 打开，点“文件”→“另存为”，类型选“Word 文档（*.docx）”，再传。"
    ),
    FileFormat.APPLE: _l(
        "这是苹果电脑的 Pages 文稿。请用 Pages 打开，点“文件”→“导出为”→“Word…”，再传导出的文件。"
    ),
}
"""What a file is that is no Word document, where a few clicks make one of it."""

_MEANT = _l("您要写的可能是“%(meant)s”。")


def sentence(fault: TemplateFault) -> str:
    """Return the sentence that says what is wrong and how to mend it."""
    # Not by gettext's own placeholders: the sentences show tags with percent signs.
    text = _KINDS[fault.kind]
    if fault.kind is TemplateFaultKind.NOT_WORD and fault.file_format in FORMATS:
        text = FORMATS[fault.file_format]
    said = str(text)
    for name, value in (("value", fault.value), ("meant", fault.meant)):
        said = said.replace(f"%({name})s", value)
    if fault.meant and fault.kind is TemplateFaultKind.UNKNOWN:
        said += str(_MEANT).replace("%(meant)s", fault.meant)
    return said


def place(where: DocumentPlace) -> str:
    """Describe where in the document a fault is."""
    said = str(_PARTS.get(where.part, ""))
    if where.table:
        said += _(
            "第 %(table)s 个表格第 %(row)s 行第 %(column)s 格",
            table=where.table,
            row=where.row,
            column=where.column,
        )
    return said or str(_("整个文件"))
