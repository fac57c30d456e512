"""What is wrong with a roster and how to mend it, and why a line of it is left out, in words."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.layout.file_format import FileFormat
from survey.documents.roster.cells import RosterFault, RosterFaultKind
from survey.documents.roster.rows import GIVEN_KEY, GROUPS, NAME, POST, SECTION, STATEMENT, UNIT
from survey.documents.roster.skipping import SkippedKind

FILE_FAULTS: Mapping[str, object] = {
    RosterFaultKind.EMPTY: _l("文件是空的。请填好再传。"),
    RosterFaultKind.TOO_LARGE: _l("文件过大，没有读取。请把内容按“数值”粘贴到新的工作簿，或分成几个文件。"),
    RosterFaultKind.DAMAGED: _l("文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再传。"),
    RosterFaultKind.OLD_FORMAT: _l("这是旧格式（.xls 或 .et）文件。请用 Excel 或 WPS 另存为 .xlsx 再传。"),
    RosterFaultKind.PASSWORD: _l("文件是加密的。请去掉密码，保存后再传。"),
    RosterFaultKind.OTHER_FORMAT: _l("这不是 Excel 或 CSV 文件。请下载模板，填写后再传。"),
    RosterFaultKind.ENTITIES: _l("文件中有不安全的内容，没有读取。请把内容按“数值”粘贴到新的工作簿再传。"),
    RosterFaultKind.ENCODING: _l("这一行有无法识别的文字编码。请用 Excel 另存为 .xlsx 再传。"),
    RosterFaultKind.EXTERNAL_LINKS: _l("工作簿引用了其他文件。请断开链接再传。"),
    RosterFaultKind.HIDDEN_SHEET: _l("所有的工作表都是隐藏的。请取消隐藏。"),
    RosterFaultKind.DOUBLE_HEAD: _l("有两列是同样的表头。请只留一列。"),
    RosterFaultKind.HIDDEN_COLUMN: _l("这一列被隐藏了。请取消隐藏并核对，不用的请删去。"),
    "hidden-row": _l("这一行被隐藏了。请取消隐藏并核对，不用的请删去。"),
}
"""Sentences of other files of rows: of clients, and of an assessment's numbers, points and seats."""

SENTENCES: Mapping[RosterFaultKind, object] = {
    RosterFaultKind.EMPTY: _l("文件是空的。请填写名册后再导入。"),
    RosterFaultKind.TOO_LARGE: _l("文件过大，没有读取。请新建一个只有名册的工作簿，把内容按“数值”粘贴过去。"),
    RosterFaultKind.DAMAGED: _l("文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"),
    RosterFaultKind.OLD_FORMAT: _l(
        "这是旧格式（.xls 或 .et）文件。"
        "请用 Excel 或 WPS 打开，点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入。"
    ),
    RosterFaultKind.PASSWORD: _l(
        "文件是加密的：有打开密码，或者设了只读。请打开它，点“文件”→“信息”→“保护工作簿”→“用密码进行加密”"
        "（WPS：“文件”→“文档加密”→“密码加密”），清空密码后保存，再导入。"
    ),
    RosterFaultKind.OTHER_FORMAT: _l("这不是 Excel 或 CSV 文件。请下载名单模板，填写后导入。"),
    RosterFaultKind.ENTITIES: _l("文件中有不安全的内容，没有读取。请把内容按“数值”粘贴到新的工作簿再导入。"),
    RosterFaultKind.ENCODING: _l("这一行有无法识别的文字编码。请用 Excel 另存为“CSV UTF-8”或 .xlsx 再导入。"),
    RosterFaultKind.EXTERNAL_LINKS: _l(
        "工作簿引用了其他文件。请在 Excel 的“数据—编辑链接”中断开链接，再导入。"
    ),
    RosterFaultKind.HIDDEN_SHEET: _l("所有的工作表都是隐藏的。请取消隐藏名册所在的工作表。"),
    RosterFaultKind.NO_HEADS: _l(
        "这不像一张名册：没有表头，也只有一列。至少要有“姓名”一列，请对照名单模板。"
    ),
    RosterFaultKind.MISSING_HEAD: _l(
        "没有“%(heading)s”这一列。请在下面选出哪一列是；测评表也可以全部用同一张。"
    ),
    RosterFaultKind.DOUBLE_HEAD: _l("有两列都选作了“%(heading)s”。请只留一列，另一列选“不导入”。"),
    RosterFaultKind.NO_ROWS: _l("表头下面没有测评对象。请至少填写一行。"),
    RosterFaultKind.TOO_MANY_ROWS: _l("超过 %(most)s 行，从这一行起没有读取。请分成几次测评。"),
    RosterFaultKind.HIDDEN_COLUMN: FILE_FAULTS[RosterFaultKind.HIDDEN_COLUMN],
    RosterFaultKind.MERGED: _l("单元格 %(area)s 是合并的，分不清是一个人还是几个人。请取消合并，每人一行。"),
    RosterFaultKind.FORMULA: _l("这一格是公式（现在显示“%(cached)s”）。请复制后“选择性粘贴—数值”。"),
    RosterFaultKind.ERROR_VALUE: _l("这一格是错误值。请改成文字。"),
    RosterFaultKind.DATE: _l("这一格被 Excel 当成了日期。请把这一列设为“文本”格式，再重新填写。"),
    RosterFaultKind.NUMBER: _l("这里应当是文字，却只有数字或符号。请核对是否填错了列。"),
    RosterFaultKind.TRUTH: _l("这一格是逻辑值。请把这一列设为“文本”格式，再重新填写。"),
    RosterFaultKind.CONTROL: _l("有看不见的控制字符（%(code)s）。请删去后重新输入。"),
    RosterFaultKind.LOST_CHARACTER: _l("有一个字没能保存下来，变成了问号。请重新输入这个字。"),
    RosterFaultKind.PRIVATE_CHARACTER: _l(
        "有一个自造字（%(code)s），别的电脑上显示不出来。请换成国家标准字库中的字。"
    ),
    RosterFaultKind.FULL_WIDTH: _l("“%(found)s”是全角的。请改成半角的“%(plain)s”。"),
    RosterFaultKind.TOO_LONG: _l("太长：有 %(length)s 个字符，最多 %(most)s 个。请缩短。"),
    RosterFaultKind.MISSING: _l("这一格没有填。请填写“%(heading)s”。"),
    RosterFaultKind.UNKNOWN_SECTION: _l("没有这张测评表。可以填：%(known)s。"),
    RosterFaultKind.UNCLEAR_SECTION: _l("有几张测评表同名，分不清是哪一张。请先把测评表改成不同的名称。"),
    RosterFaultKind.UNKNOWN_GROUP: _l("没有“%(name)s”这个票种。可以填：%(known)s。"),
    RosterFaultKind.UNCLEAR_GROUP: _l("有几个票种都叫“%(name)s”，分不清是哪一个。请先把票种改成不同的名称。"),
    RosterFaultKind.DOUBLE_GROUP: _l("票种“%(name)s”写了两次。请删去一个。"),
    RosterFaultKind.BAD_KEY: _l(
        "编号只能用英文字母、数字和 + _ -，以字母或数字开头，且不能是 q。请改正或留空。"
    ),
    RosterFaultKind.DOUBLE_KEY: _l("编号与第 %(first)s 行相同。请改成不同的编号，或留空。"),
    RosterFaultKind.DOUBLE_ROW: _l(
        "与第 %(first)s 行的姓名、职务和测评表都相同。请删去一行；确是两人的，请在职务中区分。"
    ),
    RosterFaultKind.NEAR_DOUBLE: _l(
        "“%(name)s”与第 %(first)s 行的“%(known)s”像是同一个人的两种写法，职务和测评表也相同。"
        "是一个人的，请删去一行；确是两人的，请在职务中区分。"
    ),
}

COLUMN_LABELS = {
    NAME: _l("姓名（班子、项目的名称）"),
    POST: _l("职务"),
    UNIT: _l("单位"),
    SECTION: _l("测评表（或能分出用哪张表的类别）"),
    GROUPS: _l("票种（由谁来评）"),
    STATEMENT: _l("述职报告"),
    GIVEN_KEY: _l("编号（再次导入时认出同一个人）"),
}
"""What a column of a roster may be."""

SKIPPED = {
    SkippedKind.TITLE: _l("在表头上面，是标题或填表说明"),
    SkippedKind.TOTAL: _l("像是合计"),
    SkippedKind.SIGNED: _l("像是填表人、审核人、日期或盖章处"),
    SkippedKind.NOTE: _l("像是注释"),
    SkippedKind.HEADING: _l("像是小标题"),
    SkippedKind.HEADS: _l("又是一行表头"),
    SkippedKind.EXAMPLE: _l("是模板里的示例"),
    SkippedKind.EMPTY: _l("没有要导入的内容"),
    SkippedKind.HIDDEN: _l("被隐藏或被筛选掉了"),
    SkippedKind.CHOSEN: _l("您选了不导入这一类"),
}
"""Why a line of a roster is taken for nobody's."""

FORMATS = {
    FileFormat.WEB_PAGE: _l(
        "这是网页格式的表格（有的系统导出时也叫 .xls）。"
        "请用 Excel 或 WPS 打开，点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入。"
    ),
    FileFormat.XML_WORKBOOK: _l(
        "这是 XML 表格（有的系统导出时也叫 .xls）。"
        "请用 Excel 或 WPS 打开，点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入。"
    ),
    FileFormat.OPEN_WORKBOOK: _l(
        "这是 OpenDocument 表格（.ods）。"
        "请用 Excel 或 WPS 打开，点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入。"
    ),
    FileFormat.BINARY_WORKBOOK: _l(
        "这是二进制工作簿（.xlsb）。"
        "请用 Excel 或 WPS 打开，点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入。"
    ),
    FileFormat.APPLE: _l(
        "这是苹果电脑的 Numbers 表格。请用 Numbers 打开，点“文件”→“导出为”→“Excel…”，再导入导出的文件。"
    ),
}
"""What a file is that is neither Excel nor CSV, where a few clicks make one of it."""

LARGE_SHEET = _l(
    "工作表太大，多半是名单下面的空行带着格式。请选中最后一个人下面的一整行，按 Ctrl+Shift+↓ 选到最后一行，"
    "点右键“删除”，保存后再导入；还是太大的，请新建工作簿，把内容按“数值”粘贴过去。"
)


def sentence(fault: RosterFault) -> str:
    """Return the sentence that says what is wrong and how to mend it."""
    text = SENTENCES[fault.kind]
    if fault.kind is RosterFaultKind.OTHER_FORMAT and fault.file_format in FORMATS:
        text = FORMATS[fault.file_format]
    if fault.kind is RosterFaultKind.TOO_LARGE and "large_sheet" in fault.params:
        text = LARGE_SHEET
    return str(text) % {"heading": fault.heading, **fault.params}


def place(fault: RosterFault) -> str:
    """Describe where a fault is, as Excel shows it."""
    parts = []
    if fault.sheet:
        parts.append(_("“%(sheet)s”", sheet=fault.sheet))
    if fault.row is not None:
        parts.append(_("第 %(row)s 行", row=fault.row))
    if fault.column:
        parts.append(_("%(column)s 列", column=fault.column))
    return " ".join(parts) or str(_("整个文件"))
