"""What an organiser does on the pages in the browser: each method is one thing that somebody does."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

HOLDERS = ("张三", "李四", "王五")
NEXT = "main form button.primary"


@dataclass
class Desk:
    """Somebody's browser, logged in; on a tablet a finger presses what a mouse clicks elsewhere."""

    page: Page
    server: str
    code: str

    def go(self, place: str = "") -> None:
        """Open the campaign's page, or one below it."""
        self.page.goto(f"{self.server}/admin/c/{self.code}{place}")

    def press(self, what: str | Locator) -> None:
        """Press one thing, with a finger where the screen takes one."""
        found = self.page.locator(what) if isinstance(what, str) else what
        if self.page.evaluate("navigator.maxTouchPoints"):
            found.tap()
        else:
            found.click()

    def press_on(self, what: str | Locator) -> None:
        """Press what leads to another page, and wait until that is there."""
        with self.page.expect_navigation():
            self.press(what)

    def said(self, text: str) -> None:
        """See what the last act has to say."""
        expect(self.page.locator("main .notice").first).to_contain_text(text)

    def stands(self, state: str) -> None:
        """See, on the campaign's page, where it stands."""
        self.go()
        expect(self.page.locator("li[aria-current=step] b")).to_have_text(state)

    def step(self, title: str | re.Pattern[str]) -> None:
        """Follow the campaign's page to the next step."""
        self.go()
        expect(self.page.locator("#next")).to_have_text(title)
        self.press_on("section[aria-labelledby=next] a.primary")

    # Setting up

    def begin(self, template: str, title: str) -> None:
        """Take a template; the page suggests everything but the code."""
        self.page.goto(f"{self.server}/admin/")
        self.press_on("main a.primary")
        self.press_on(self.page.get_by_role("link", name=template).first)
        self.page.fill("#title", title)
        self.page.fill("#code", self.code)
        self.press_on(NEXT)
        self.go("/setup/basics")

    def onward(self, title: str) -> None:
        """Save a page of the set-up and come to the next."""
        self.press("button:has-text('保存，下一步')")
        expect(self.page.locator("main h2").first).to_have_text(title)

    def set_numbers(self, number: int) -> None:
        """Say how many slips each rater group is to get."""
        for row in range(self.page.locator("[name^='groups.'][name$='.issue']").count()):
            self.page.fill(f"[name='groups.{row}.issue']", str(number))

    def fill_in(self, people: list[tuple[str, str]]) -> None:
        """Type names and forms into the empty rows."""
        first = self.page.locator("tbody .act .link").count()
        for place, (name, section) in enumerate(people, first):
            self.page.fill(f"[name='ratees.{place}.name']", name)
            self.page.select_option(f"[name='ratees.{place}.section']", section)

    def bring_in(self, file: Path, number: int) -> None:
        """Bring a roster in."""
        self.press("text=从 Excel 名单导入")
        self.page.set_input_files("#file", file)
        self.press("button:has-text('查看名单')")
        self.said("还没有导入")
        self.press_on(f"button:has-text('导入这 {number} 个')")
        self.go("/setup/ratees")

    def not_by_themselves(self, groups: list[str]) -> None:
        """Take out that each department rates itself: the rows and the groups stand in one order."""
        for row, group in enumerate(groups):
            self.press(f"[name='ratees.{row}.groups'][value='{group}']")

    def preview(self, groups: dict[str, list[str]]) -> None:
        """See each rater group's ballot in its frame: its own people, and nobody else's."""
        for group, names in groups.items():
            self.go(f"/preview?group={group}")
            cards = self.page.frame_locator("iframe").locator("[id^='r-'] h2")
            expect(cards).to_have_count(len(names))
            shown = [re.sub(r"\s+", " ", text).strip() for text in cards.all_text_contents()]
            assert [text.split(" ")[0] for text in shown] == names

    # Key

    def arm(self, shares: bool) -> list[str]:
        """Freeze the rules and make the key; return the words of the shares."""
        self.press(f"input[value={'scrutineers' if shares else 'server'}]")
        self.page.fill("#typed", self.code)
        self.press_on(NEXT)
        given = [self._hand_out(holder) for holder in HOLDERS] if shares else []
        expect(self.page.locator("h1")).to_have_text("规则已冻结，票箱钥匙已生成")
        return given

    def _hand_out(self, holder: str) -> str:
        self.page.fill("#name", holder)
        self.press_on(NEXT)
        words = [item.strip() for item in self.page.locator(".words li").all_inner_texts()]
        self.press_on("text=我已保存好")
        for field in self.page.locator("input[name=word]").all():
            field.fill(words[int(re.sub(r"\D", "", field.get_attribute("id") or "")) - 1])
        self.press_on(NEXT)
        return " ".join(words)

    def count(self, shares: list[str]) -> None:
        """Open the box, with two of the shares where there are any."""
        self.step("开箱计票")
        self.press_on(NEXT)
        for words in shares[::2]:
            self.page.fill("#words", words)
            self.press_on("text=交入这一份")
        if shares:
            self.press_on(NEXT)
        self.said("票数都对得上")

    # Slips

    def slips(self) -> bytes:
        """Have slips and list made as a job, and fetch the file."""
        self.step("发放投票码")
        self.press("text=另要投票码清单（一般不需要）")
        self.press("[name=with_list]")
        self.press_on("text=开始制作")
        button = self.page.locator("text=下载票条和清单")
        button.wait_for(timeout=30_000)
        with self.page.expect_download() as waited:
            self.press(button)
        self.page.wait_for_selector("text=服务器上的文件已删除")
        return waited.value.path().read_bytes()

    def void(self, codes: list[str]) -> None:
        """Take leftover slips out of use."""
        self.go("/codes")
        self.page.fill("#codes", "\n".join(codes))
        self.press_on("text=作废这些投票码")
        self.said(f"已作废 {len(codes)} 个投票码")

    # Running

    def open(self) -> None:
        self.go()
        self.press_on('form[action$="/open"] button')
        self.stands("投票中")

    def note_present(self, numbers: dict[str, int]) -> None:
        """Note how many persons of each group are in the room."""
        self.go()
        self.press("summary:has-text('登记实到人数')")
        for group, number in numbers.items():
            self.page.fill(f"[id='present-{group}']", str(number))
        self.press_on('form[action$="/present"] button')
        self.said("实到人数已登记")

    def close(self) -> None:
        """End the voting, typing the code."""
        self.go()
        self.page.fill("#confirm-typed", self.code)
        self.press_on('form[action$="/close"] button')
        self.stands("已结束")

    def sign(self, part: str, password: str, number: str) -> None:
        """Sign the count; the second is left the part that the first did not take."""
        self.step(re.compile("监票人签字$"))
        if self.page.locator("[name=part][type=radio]").count():
            self.press(f"[name=part][value={part}]")
        self.page.fill("#password", password)
        self.page.fill("#totp", number)
        self.press_on(NEXT)

    def shred(self, confirmed: str) -> None:
        """Destroy ballots, codes and key, typing the code."""
        self.step("销毁密封票和钥匙")
        self.page.fill("#confirmed", confirmed)
        self.page.fill("#typed", self.code)
        self.press_on(NEXT)
        self.said("密封票、投票码和票箱钥匙已销毁")

    def publish(self) -> None:
        """Choose to publish to all, look at the preview, publish."""
        self.step("下载、公布结果")
        self.press("input[value=public]")
        self.press_on(".publish .primary")
        button = self.page.locator(".acts .primary")
        button.scroll_into_view_if_needed()
        # A moment after scrolling the browser still takes the place for the frame's that stood there.
        self.page.wait_for_timeout(500)
        self.press_on(button)

    def stands_published(self) -> None:
        """See that nothing is left to do."""
        self.go()
        expect(self.page.locator("#next")).to_have_text("全部完成")

    # Trial run

    def try_out(self) -> "Desk":
        """Begin a trial run; return the same browser at its page."""
        self.go("/trial")
        self.press_on("text=建立试投")
        return Desk(self.page, self.server, self.page.url.rpartition("/")[2])

    def erase(self) -> None:
        self.go()
        self.page.fill("#confirm-erase", self.code)
        self.press_on('form[action$="/erase"] button')
        self.said("试投数据已全部清除")


def log_in(context: BrowserContext, server: str, name: str, password: str, number: str) -> Page:
    """Log somebody in by the form."""
    page = context.new_page()
    page.goto(f"{server}/admin/login")
    page.fill("#name", name)
    page.fill("#password", password)
    page.fill("#totp", number)
    with page.expect_navigation():
        page.click("main button")
    return page
