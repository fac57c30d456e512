"""What Enter, or a phone keyboard's 前往, does in a form: what its first submit button does."""

from playwright.sync_api import Page

WRONG = """() => {
  const other = ["hidden", "file", "button", "submit"];
  const typed = (field) => field.tagName === "INPUT" && !other.includes(field.type);
  const told = ["formaction", "name", "value"];
  const does = (button) => told.map((name) => button.getAttribute(name) || "").join(" ");
  const found = [];
  for (const form of document.forms) {
    const fields = Array.from(form.elements);
    const buttons = fields.filter((field) => field.type === "submit" && !field.disabled);
    if (!fields.some(typed) || buttons.length < 2) continue;
    const [first, ...others] = buttons;
    const main = others.filter((button) => button.matches(".primary, [value=save]")).map(does);
    const same = (first.name && !first.value) || main.includes(does(first));
    const good = first.hasAttribute("aria-hidden") ? same : first.matches(".primary");
    if (!good) found.push(["Enter", first.outerHTML]);
  }
  return found;
}"""


def wrong_defaults(page: Page) -> list[tuple[str, str]]:
    """List the buttons that Enter presses in a form of several, and that are not its main act.

    A hidden button may stand first that does what the main one does, or nothing.
    """
    return [(what, html) for what, html in page.evaluate(WRONG)]
