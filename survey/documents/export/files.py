"""What every file that is handed out is called, and of which media type it is."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from survey.documents.layout.text import printable

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    "csv": "text/csv",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
    "key": "application/octet-stream",
    "paper-key": "application/octet-stream",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "toml": "application/toml",
    "txt": "text/plain",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""The media types, by the ending of a file's name."""

Disposition = Literal["attachment", "inline"]
"""What a browser is to do with a file: keep it, or show it if it can."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)", re.I)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z._-]")
LONGEST = {"title": 120, "other_title": 60, "about": 72}
"""Bytes in UTF-8 of the parts of a name that people chose: file systems end at 255 for all of it."""


@dataclass(frozen=True)
class FileName:
    """What a file is called: ``shown`` in Chinese, ``plain`` in ASCII for programs that know no other."""

    shown: str
    plain: str

    def disposition(self, kind: Disposition) -> str:
        """Write it as the header Content-Disposition of an answer.

        That holds Latin letters only: the Chinese name stands beside the plain one, as RFC 8187 writes it.
        """
        return f"{kind}; filename=\"{self.plain}\"; filename*=UTF-8''{quote(self.shown, safe='')}"


@dataclass(frozen=True)
class NamedFile:
    """A file that is handed out; ``shown`` and ``plain`` are its names, with parts to be filled in."""

    shown: str
    plain: str

    @property
    def media(self) -> str:
        """Return its media type."""
        return MEDIA[self.plain.rpartition(".")[2]]

    def named(self, **parts: object) -> FileName:
        """Return its name; ``parts`` fill it in, a campaign without a title is named by its code."""
        if "title" in parts:
            parts["title"] = parts["title"] or parts["campaign_code"]
        shown = {key: _cleaned(str(part), LONGEST.get(key, 60)) for key, part in parts.items()}
        # A draft may have any text as the key of a ratee.
        plain = {key: _NOT_PLAIN.sub("_", str(part)) for key, part in parts.items()}
        return FileName(self.shown.format(**shown), self.plain.format(**plain))


def file_names(names: list[str]) -> list[str]:
    """Make one file name per name, without ending: allowed on Windows, and unique whatever the case."""
    taken: set[str] = set()
    found = []
    for name in names:
        clean = _cleaned(name, 180)
        unique, number = clean, 1
        while unique.lower() in taken:
            number += 1
            unique = f"{clean} ({number})"
        taken.add(unique.lower())
        found.append(unique)
    return found


def _cleaned(name: str, most: int) -> str:
    """Return a name with what every file system takes, at most so many bytes of it."""
    # Signs that nobody sees could turn "fdp.exe" into what looks like a PDF file.
    seen = "".join(sign for sign in printable(name) if unicodedata.category(sign) != "Cf")
    clean = _FORBIDDEN.sub("_", " ".join(seen.split()))
    while len(clean.encode()) > most:
        clean = clean[:-1]
    clean = clean.strip(" .") or "_"
    return f"_{clean}" if _RESERVED.fullmatch(clean.partition(".")[0].strip()) else clean


RESULTS = NamedFile("{title} 测评结果.{kind}", "{campaign_code}.{kind}")
FORMS = NamedFile("{title} 各对象汇总表.{kind}", "{campaign_code}-forms.{kind}")
FORMS_EACH = NamedFile("{title} 各对象汇总表({each}).zip", "{campaign_code}.{kind}")
ONE_FORM = NamedFile("{title} {about}.{kind}", "{campaign_code}-{ratee}.{kind}")
OWN_RESULTS = NamedFile("{title} {about} 个人结果.{kind}", "{campaign_code}-{ratee}.{kind}")
DEFINITION = NamedFile("{title} 定义文件.toml", "{campaign_code}.toml")
ROSTER = NamedFile("{title} 名单模板.xlsx", "{campaign_code}-roster.xlsx")
RATING_MATRIX = NamedFile("{title} 互评矩阵.xlsx", "{campaign_code}-matrix.xlsx")
CLIENT_LIST = NamedFile("{title} 短信名单模板.xlsx", "{campaign_code}-sms-list.xlsx")
KEY = NamedFile("{title} 票箱钥匙({campaign_code}).key", "{campaign_code}.key")
PAPER_KEY = NamedFile("{title} 纸票钥匙({campaign_code}).paper-key", "{campaign_code}.paper-key")
KEYS = NamedFile("{title} 票箱钥匙和纸票钥匙({campaign_code}).zip", "{campaign_code}-keys.zip")
STATEMENT = NamedFile("{title} {name} 述职报告.pdf", "{campaign_code}-{ratee}.pdf")
READ_STATEMENT = NamedFile("述职报告.pdf", "report.pdf")
"""One name for all that voters open: what is kept on a phone does not tell whose report was read."""
SHARE = NamedFile("{title} 钥匙份额{number}.txt", "{campaign_code}-share-{number}.txt")
SHARE_SHEET = NamedFile("{title} 钥匙份额{number}(密封).pdf", "{campaign_code}-share-{number}.pdf")
LINK_PNG = NamedFile("{title} 二维码.png", "{campaign_code}-link.png")
LINK_SVG = NamedFile("{title} 二维码.svg", "{campaign_code}-link.svg")
POSTER = NamedFile("{title} 海报.pdf", "{campaign_code}-poster.pdf")
SLIPS = NamedFile("{title} 票条.pdf", "{campaign_code}-slips.pdf")
CODES = NamedFile("{title} 投票码.csv", "{campaign_code}-codes.csv")
MADE_SLIPS = NamedFile("{title} 票条{number}张.pdf", "{campaign_code}-slips-{number}.pdf")
MADE_BALLOTS = NamedFile("{title} 纸票{number}张.pdf", "{campaign_code}-ballots-{number}.pdf")
MADE_SPECIMENS = NamedFile("{title} 纸票样张{number}张.pdf", "{campaign_code}-specimens-{number}.pdf")
MADE_SLIPS_AND_CODES = NamedFile("{title} 票条和投票码{number}张.zip", "{campaign_code}-slips-{number}.zip")
CERTIFICATE = NamedFile("{title} 计票确认书.pdf", "{campaign_code}-certificate.pdf")
REPORT = NamedFile("{title} 测评情况报告.docx", "{campaign_code}-report.docx")
BANDS = NamedFile("{title} {about} 组织认定.xlsx", "{campaign_code}-bands.xlsx")
COMPARISON = NamedFile("{title} 与 {other_title} 的比较.csv", "{campaign_code}-{other}.csv")
LINKS = NamedFile("{title} 个人结果链接.csv", "{campaign_code}-links.csv")
REPORT_BOOK = NamedFile("{title} {about} 填报表.xlsx", "{assessment_code}-{key}-{period}.xlsx")
LINK_SLIPS = NamedFile("{title} 个人结果链接单.pdf", "{campaign_code}-links.pdf")
SEAT_LIST = NamedFile("{title} 席位名单.xlsx", "{assessment_code}-seats.xlsx")
SEAT_SLIPS = NamedFile("{title} 登录链接单.pdf", "{assessment_code}-logins.pdf")
LOG_TABLE = NamedFile("操作日志.csv", "minping-log.csv")
LOG_LINES = NamedFile("操作日志.jsonl", "minping-log.jsonl")
REPORT_TEMPLATE = NamedFile("测评情况报告模板.docx", "minping-report.docx")
OWN_REPORT_TEMPLATE = NamedFile("测评情况报告模板(本单位).docx", "minping-report-own.docx")
TABLES_TEMPLATE = NamedFile("结果汇总表模板.docx", "minping-tables.docx")
OWN_TABLES_TEMPLATE = NamedFile("结果汇总表模板(本单位).docx", "minping-tables-own.docx")
SETUP = NamedFile("{title} 考核设置.xlsx", "{assessment_code}-setup.xlsx")
SETUP_TEMPLATE = NamedFile("年度考核设置模板.xlsx", "minping-assessment-setup.xlsx")
ASSESSMENT_DEFINITION = NamedFile("{title} 考核定义文件.toml", "{assessment_code}.toml")
PERIOD_PAPER = NamedFile("{title} {period} {about}.{kind}", "{assessment_code}-{period}-{paper}.{kind}")
VISIT_FORM = NamedFile("{title} {period} 查访核验表.{kind}", "{assessment_code}-{period}-visits.{kind}")
COMMITMENTS = NamedFile("{title} 目标责任书.{kind}", "{assessment_code}-commitments.{kind}")
SCORE_SHEETS = NamedFile("{title} 考核计分表({number}).{kind}", "{assessment_code}-scores-{number}.{kind}")
SUMMARY = NamedFile("{title} 综合得分汇总表({number}).{kind}", "{assessment_code}-summary-{number}.{kind}")
PROPOSAL = NamedFile("{title} 等次建议表({number}).{kind}", "{assessment_code}-proposal-{number}.{kind}")
LETTER = NamedFile("{title} {about} 反馈意见书.{kind}", "{assessment_code}-{key}-letter.{kind}")
LETTERS = NamedFile("{title} 反馈意见书.{kind}", "{assessment_code}-letters.{kind}")
MENDING_LIST = NamedFile("{title} 整改台账.{kind}", "{assessment_code}-mending.{kind}")
ARCHIVE = NamedFile("{title} 考核档案.zip", "{assessment_code}-archive.zip")
