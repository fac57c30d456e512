/* A report that came as a file: its text is fetched when its line is opened, and stands in the card. */
(function () {
  "use strict";
  const { byId, make, t, kiosk } = window.minping;
  const reading = byId("reading");
  // In a preview there is nobody to ask.
  if (!reading || !window.fetch) return;

  // On a shared tablet a page that stays open would tell the next voter what was read.
  if (kiosk) Array.from(reading.elements).forEach((button) => {
    if (!button.value.endsWith(".pdf")) return;
    button.nextElementSibling.remove();
    button.remove();
  });

  function read(details) {
    const button = details.querySelector("button");
    Array.from(details.querySelectorAll("[role=status]")).forEach((old) => old.remove());
    const said = make("p", "hint", t("正在取文字……"), { role: "status" });
    button.hidden = true;
    button.after(said);
    const body = `code=${encodeURIComponent(reading.elements.code.value)}&statement=${details.dataset.statement}`;
    const fail = (why) => {
      said.textContent = why;
      button.hidden = false;
    };
    fetch(reading.action, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body,
      credentials: "omit",
      cache: "no-store",
    }).then((answer) => answer.json().then((found) => {
      if (!answer.ok) {
        fail(found.message);
        return;
      }
      const text = make("p", "", found.text);
      said.remove();
      button.replaceWith(text, make("p", "hint", t("文字取自 PDF，版式和图片见原件。")));
      details.removeAttribute("data-statement");
    })).catch(() => fail(t("没有取到，请再试一次。您的填写都还在。")));
  }

  Array.from(document.querySelectorAll("details[data-statement]")).forEach((details) => {
    details.addEventListener("toggle", () => {
      if (details.open && details.dataset.statement && !details.querySelector("button").hidden) read(details);
    });
    details.querySelector("button").addEventListener("click", (event) => {
      event.preventDefault();
      read(details);
    });
  });
})();
