"""Files that are brought as reports, and what can be wrong with one, in words that say how to mend it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.statements.brought import BroughtStatement
from survey.documents.statements.faults import StatementFault, StatementFaultKind
from survey.storage.statement_rows import StatementFile, StatementUpload

from .word_templates import FORMATS

_PRINT_AGAIN = _l("请用 Word 或 WPS 打开原稿，另存（导出）为 PDF，再传。")
_KINDS = {
    StatementFaultKind.EMPTY_FILE: _l("文件是空的。请检查后再传。"),
    StatementFaultKind.TOO_LARGE: _l(
        "文件太大：PDF 每份不超过 5 MB。请降低图片清晰度，或在导出时选“最小文件大小”，再传。"
    ),
    StatementFaultKind.DAMAGED: _l("文件已损坏，打不开。请重新导出，再传。"),
    StatementFaultKind.PASSWORD: _l("文件是加密的，或限制了编辑、打印。请去掉密码和限制后另存，再传。"),
    StatementFaultKind.OTHER_FORMAT: _l("不是 PDF 或 Word 文档（.docx）。请另存为其中一种，再传。"),
    StatementFaultKind.NO_TEXT: _l("文件里没有文字（可能只有图片）。请另存为 PDF，再传。"),
    StatementFaultKind.TOO_LONG: _l(
        "共 %(value)s 字。Word 的文字随票发给每位投票人，不超过 10000 字；更长的请另存为 PDF，再传。"
    ),
    StatementFaultKind.ENTITIES: _l("文件里有不该有的定义。请在 Word 或 WPS 里打开，另存为 .docx。"),
    StatementFaultKind.TOO_MANY_PAGES: _l("共 %(value)s 页，不超过 30 页。请精简后再传。"),
    StatementFaultKind.TOO_COMPLEX: _l("文件太复杂，查不完。请用 Word 或 WPS 重新导出为 PDF，再传。"),
    StatementFaultKind.SCRIPT: _l("PDF 里有会自动运行的内容（脚本、动作或音像）。%(again)s"),
    StatementFaultKind.LINK: _l(
        "PDF 里有通向网址或其他文件的链接，点了会让别人知道谁在看。"
        "请在 Word 里按 Ctrl+A、再按 Ctrl+Shift+F9 去掉链接（WPS：右键“取消超链接”），重新导出为 PDF，再传。"
    ),
    StatementFaultKind.ATTACHMENT: _l("PDF 里夹带了别的文件。%(again)s"),
    StatementFaultKind.FORM: _l("PDF 里有会提交的表单。%(again)s"),
    StatementFaultKind.TOO_MANY_FILES: _l("文件太多：一次不超过 %(value)s 个。请分几次传。"),
    StatementFaultKind.TOO_MUCH_AT_ONCE: _l("查到这里用时太长，从这份起没有再查。请分几次传。"),
    StatementFaultKind.ZIP_IN_ZIP: _l("压缩包里还有压缩包。请把文件都放在一个压缩包里，再传。"),
    StatementFaultKind.NO_FILES: _l("压缩包里没有文件。"),
}
_CHOICES = {
    "unknown": _l("请选择这是谁的报告，或选“不要这份”"),
    "twice": _l("这一位被选了两次，只能有一份"),
}


def sentence(fault: StatementFault) -> str:
    """Return the sentence that says what is wrong and how to mend it."""
    if fault.kind is StatementFaultKind.OTHER_FORMAT and fault.file_format in FORMATS:
        return str(FORMATS[fault.file_format])
    return str(_KINDS[fault.kind]) % {"value": fault.value, "again": _PRINT_AGAIN}


def wrong_choice(kind: str) -> str:
    """Return what is wrong with whose report a file was said to be."""
    return str(_CHOICES[kind])


def described(one: StatementUpload | BroughtStatement) -> str:
    """Describe what a waiting file is, and what of a Word file is not in its text."""
    if one.content:
        said = _("PDF，%(pages)s 页，%(size)s", pages=one.pages, size=size(len(one.content)))
        return str(said) + ("" if one.text else str(_("；扫描件，没有文字")))
    said = _("Word，取出 %(number)s 字", number=len(one.text))
    if one.pictures:
        said += _("；%(number)s 张图片没有带出", number=one.pictures)
    if one.numbers:
        said += _("；%(number)s 段的自动编号没有带出，请核对", number=one.numbers)
    return str(said)


def file(one: StatementFile) -> str:
    """Describe a ratee's file."""
    said = _("PDF，%(pages)s 页，%(size)s", pages=one.pages, size=size(one.size))
    return str(said) + ("" if one.has_text else str(_("；扫描件，没有文字")))


def size(number: int) -> str:
    """Write a number of bytes in MB, never as nothing."""
    return f"{max(number / 1024 / 1024, 0.1):.1f} MB"
