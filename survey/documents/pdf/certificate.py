"""The certificate of a count as PDF on A4: to be printed, signed by hand, and checked by its QR code."""

from collections.abc import Sequence
from typing import BinaryIO

from survey.documents.fonts import closing
from survey.documents.layout import certificate_words as words
from survey.documents.layout.glyphs import Gaps
from survey.documents.layout.printed import wide_brackets
from survey.documents.layout.text import printable, wrap
from survey.documents.layout.typesetting import draw_qr, without_scheme
from survey.domain.count.certificate import Certificate, short_digest
from survey.domain.results.official import sign_lines

from .song import MM_PER_POINT, SongPages, song_width

MARGIN, TOP, BOTTOM = 20.0, 18.0, 20.0
BODY, SMALL = 10.5, 9.0
LABEL = 24.0
LINE = BODY * MM_PER_POINT * 1.55
QR_SIDE = 30.0
QUIET = 4.0
TITLE = "计票确认书"
PLACES_HIGH = 46
"""Room in mm for two rows of handwriting and the date."""
VOUCHED_HIGH, HAND = 16.0, 60.0
"""Room in mm for the line on which a reset is confirmed by hand, and its length."""
DATE = "年      月      日"

RECEIPTS = "回执清单摘要是把全部回执码排序、一行一个（每行末有换行）之后的 SHA-256，任何人都可以重算。"
CHECK_VALUES = "校验值取自操作日志，与当场抄写或打印的相同，说明日志此后没有被改写。"
OPEN_ENTRY = "本次开放参加，投票码由各设备自行领取，不逐笔记录，总数见票数统计。"
TRIAL = "这是试投，不是正式计票。"
NO_EXTENSION = "没有延长。"
ABOUT_QR = "扫码核对本页各项摘要和校验值"

Rows = Sequence[Sequence[str]]


def certificate_pdf(certificate: Certificate, check_url: str, out: BinaryIO) -> None:
    """Print a certificate; its QR code leads to ``check_url``.

    What the font lacks is replaced, and a note says so.
    """
    gaps = Gaps()
    pdf = _CertificatePages(gaps.fill_all(certificate), check_url, gaps.notes())
    with closing(pdf):
        pdf.fill()
        pdf.number_pages(8.5, MARGIN, 10)
        data = pdf.output()
    out.write(data)


class _CertificatePages(SongPages):
    """A4 pages filled from top to bottom, each with the count's digest and its number at the foot."""

    def __init__(self, certificate: Certificate, check_url: str, notes: Sequence[str]) -> None:
        super().__init__()
        self._about = certificate
        self._url = check_url
        self._notes = notes
        self.set_margins(MARGIN, TOP)
        self.set_auto_page_break(False)
        self.set_title(printable(f"{certificate.title} {TITLE}"))
        self.set_lang("zh-CN")
        self.set_line_width(0.2)
        self.c_margin = 0

    def footer(self) -> None:
        """Write the count's digest, called by the library on every page."""
        foot = f"{self._about.code} · 计票摘要 {short_digest(self._about.count_digest)}"
        self.write_line(MARGIN, self.h - 10, foot, 8.5)

    def fill(self) -> None:
        """Write everything, in the order in which a reader asks for it."""
        self._head()
        self._heading("一、票数统计")
        heads, accounts = words.account_table(self._about)
        self._table(heads, accounts, [32, *[138 / (len(heads) - 1)] * (len(heads) - 1)], numbers=True)
        self._note("".join(("发出 = 收回 + 未用 + 作废。", *words.paper(self._about))))
        for sentence in (*self._about.texts_not_kept, *self._notes):
            self._note(sentence)
        self._heading("二、摘要")
        self._digests()
        for sentence in words.corrections(self._about):
            self._note(sentence)
        self._heading("三、程序和操作日志校验值")
        self._procedure()
        self._heading("四、发出和作废的投票码")
        self._moved()
        self._heading("五、延长投票")
        self._lines(words.extensions(self._about) or [NO_EXTENSION])
        self._heading("六、票箱钥匙")
        self._lines([words.keeping(self._about), words.destruction(self._about)])
        signed = [*words.signatures(self._about), words.beside(self._about)]
        # What was signed in the programme and by hand stands on one page.
        vouched = words.by_hand(self._about)
        if self._room() < PLACES_HIGH + 14 + self._height_of(signed) + VOUCHED_HIGH * len(vouched):
            self._turn()
        self._heading("七、签字")
        self._lines(signed)
        self._vouched(vouched)
        self._places()

    def _head(self) -> None:
        self.add_page()
        about, top = self._about, TOP
        left = self.w - MARGIN - QR_SIDE
        draw_qr(self, self._url, (left, top), QR_SIDE)
        room = self.epw - QR_SIDE - QUIET - 4
        self.set_y(top)
        self._paragraph(TITLE, 20, room=room, bold=True)
        self._paragraph(about.title, 14, room=room)
        self._paragraph(about.organiser, BODY, room=room)
        self._paragraph(f"活动代码 {about.code}", BODY, room=room)
        if about.is_trial:
            self._paragraph(TRIAL, BODY, room=room, bold=True)
        self.set_y(max(self.get_y(), top + QR_SIDE + 2))
        self._paragraph(f"{ABOUT_QR}：{without_scheme(self._url)}", SMALL)

    def _digests(self) -> None:
        about = self._about
        named = (
            ("活动规则", about.definition_digest),
            ("回执清单", about.receipts_digest),
            ("计票结果", about.count_digest),
            *([("述职报告文件", about.statements_digest)] if about.statements_digest else []),
        )
        for label, digest in named:
            self._fact(label, words.spaced(digest))
        self._note(RECEIPTS)
        self._note("计票摘要的前 12 位印在每份结果文件的页脚。")

    def _procedure(self) -> None:
        zone = self._about.time_zone
        rows = [
            [words.when(step.at, zone), words.step_name(step), step.check_value]
            for step in words.steps(self._about)
        ]
        self._table(("时间", "操作", "之后的校验值"), rows, [45, 75, 50])
        self._note(CHECK_VALUES)
        self._note(f"时间按 {zone}。")

    def _moved(self) -> None:
        zone = self._about.time_zone
        rows = [
            [words.when(one.at, zone), words.before_or_after(one), words.moved(one), one.check_value]
            for one in self._about.moved
        ]
        if rows or not self._about.is_open_entry:
            self._table(("时间", "何时", "票种和张数", "之后的校验值"), rows, [39, 25, 67, 39])
        if any(one.late or one.late_pools for one in self._about.moved):
            self._note(words.LATE)
        if self._about.is_open_entry:
            self._note(OPEN_ENTRY)

    def _vouched(self, places: Sequence[str]) -> None:
        """Leave a line for each one who confirms by hand that an account was rightly reset."""
        for label in places:
            self.set_y(self.get_y() + VOUCHED_HIGH - 6)
            lines = wrap(printable(label), (self.epw - HAND) / (BODY * MM_PER_POINT), song_width)
            for line in lines[:-1]:
                self.write_line(MARGIN, self.get_y(), line, BODY)
                self.set_y(self.get_y() + 6)
            left = MARGIN + self.width_of(lines[-1], BODY) + 1
            self.write_line(MARGIN, self.get_y(), lines[-1], BODY)
            self.line(left, self.get_y() + 1, left + HAND - 6, self.get_y() + 1)
            self.set_y(self.get_y() + 6)

    def _places(self) -> None:
        """Leave room for handwriting: two places a row, then the date."""
        half = self.epw / 2
        *places, _date = sign_lines(self._about.signatures)
        for at in range(0, len(places), 2):
            self.set_y(self.get_y() + 15)
            for column, label in enumerate(f"{wide_brackets(place)}：" for place in places[at : at + 2]):
                left = MARGIN + column * half
                wide = self.width_of(label, 11)
                self.write_line(left, self.get_y(), label, 11)
                self.line(left + wide + 1, self.get_y() + 1, left + half - 6, self.get_y() + 1)
        self.set_y(self.get_y() + 13)
        wide = self.width_of(DATE, 11)
        self.write_line(self.w - MARGIN - wide - 6, self.get_y(), DATE, 11)

    # Setting type

    def _room(self) -> float:
        return float(self.h - BOTTOM - self.get_y())

    def _height_of(self, texts: Sequence[str]) -> float:
        across = self.epw / (BODY * MM_PER_POINT)
        return LINE * sum(len(wrap(printable(text), across, song_width)) for text in texts)

    def _turn(self) -> None:
        self.add_page()
        self.set_y(TOP)

    def _heading(self, text: str) -> None:
        if self._room() < 28:
            self._turn()
        self.set_y(self.get_y() + 4)
        self._paragraph(text, 12, bold=True)

    def _lines(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._paragraph(text, BODY)

    def _note(self, text: str) -> None:
        self._paragraph(text, SMALL)

    def _fact(self, label: str, text: str) -> None:
        if self._room() < 12:
            self._turn()
        top = self.get_y()
        self._paragraph(label, BODY)
        self.set_y(top)
        self._paragraph(text, BODY, indent=LABEL)

    def _paragraph(
        self, text: str, size: float, *, indent: float = 0.0, room: float = 0.0, bold: bool = False
    ) -> None:
        leading = size * MM_PER_POINT * 1.55
        width = (room or self.epw) - indent
        for line in wrap(wide_brackets(printable(text)), width / (size * MM_PER_POINT), song_width):
            if self._room() < leading:
                self._turn()
            self.write_line(MARGIN + indent, self.get_y() + 0.75 * leading, line, size, bold=bold)
            self.set_y(self.get_y() + leading)

    def _table(
        self, heads: Sequence[str], rows: Rows, widths: Sequence[float], *, numbers: bool = False
    ) -> None:
        """Set a table; its head is repeated on every page, a row is never split."""
        self.set_y(self.get_y() + 1)
        self._row(heads, widths, bold=True, numbers=numbers)
        for row in rows:
            if self._room() < _height(row, widths):
                self._turn()
                self._row(heads, widths, bold=True, numbers=numbers)
            self._row(row, widths, numbers=numbers)
        self.set_y(self.get_y() + 1)

    def _row(self, row: Sequence[str], widths: Sequence[float], *, bold: bool = False, numbers: bool) -> None:
        height, top, left = _height(row, widths), self.get_y(), MARGIN
        leading = SMALL * MM_PER_POINT * 1.4
        for at, (text, width) in enumerate(zip(row, widths, strict=True)):
            self.rect(left, top, width, height)
            lines = _wrapped(text, width)
            first = top + (height - len(lines) * leading) / 2 + 0.75 * leading
            for number, line in enumerate(lines):
                free = width - 2.4 - self.width_of(line, SMALL, bold=bold)
                shift = free if numbers and at else 0.0
                self.write_line(left + 1.2 + shift, first + number * leading, line, SMALL, bold=bold)
            left += width
        self.set_y(top + height)


def _wrapped(text: str, width: float) -> list[str]:
    return wrap(wide_brackets(printable(text)), (width - 2.4) / (SMALL * MM_PER_POINT) + 0.01, song_width)


def _height(row: Sequence[str], widths: Sequence[float]) -> float:
    lines = max(len(_wrapped(text, width)) for text, width in zip(row, widths, strict=True))
    return lines * SMALL * MM_PER_POINT * 1.4 + 1.6
