/* What is told on the way, where it happens: ticks that cannot stand together, grades all alike, what is still empty. */
(function () {
  "use strict";
  const { make, t } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const { form, all, cards, isRatee, isBoxed, ticked, labelOf, lines, alike, say } = ballot;
  const dock = form.querySelector(".dock");

  function tell(after, text) {
    const note = make("p", "told", text);
    after.after(note);
    say(text);
    // What stands behind the buttons below is not seen.
    const behind = note.getBoundingClientRect().bottom - dock.getBoundingClientRect().top;
    if (behind > 0) scrollBy(0, behind + 8);
    return note;
  }

  /* An option that stands alone takes the place of the others, and they of it, until it is pressed again; one too many is refused. */
  let undo = {};
  form.addEventListener("click", (event) => {
    const input = event.target;
    if (input.type !== "checkbox" || !input.name) return;
    const fieldset = input.closest("fieldset");
    const { by, gone } = undo;
    undo = {};
    all(".told", fieldset).forEach((note) => note.remove());
    if (input.checked) {
      const most = fieldset.dataset.most;
      const others = ticked(fieldset).filter((one) => one !== input && (input.dataset.alone || one.dataset.alone));
      if (others.length) {
        others.forEach((one) => (one.checked = false));
        undo = { by: input, gone: others };
        tell(input.parentNode, t("已取消：{0}。点错了，再点一次可恢复。", others.map(labelOf).join(t("、"))));
      } else if (ticked(fieldset).length > most) {
        input.checked = false;
        tell(input.parentNode, t("最多选 {0} 项。要换一项，请先取消一项。", most));
      }
    } else if (by === input) {
      gone.forEach((one) => (one.checked = true));
      say(t("已恢复"));
    }
  });

  /* Half of the ballot looks like one that is not counted: said once, for as long as it holds. */
  let warning = null;
  if (/same|top/.test(form.dataset.spoiled)) form.addEventListener("input", (event) => {
    const input = event.target;
    if (warning) {
      if (!alike(0)) warning.remove();
    } else if (input.type === "radio" && alike(Math.min(lines.length, Math.max(3, lines.length / 2)))) {
      warning = tell(input.closest("fieldset").lastElementChild, t("到现在为止，您评的等次全部相同。全部这样填，作废，不计入结果。"));
    }
  });

  /* Whatever is still empty of some cards, in order: lines to rate, questions that must be answered, reasons asked for. */
  const holes = (within) => within.reduce((found, card) => found.concat(all("fieldset, .question, .reason", card).filter((one) => {
    if (!((isRatee(card) && !isBoxed(card)) || one.hasAttribute("data-required")) || one.hidden || one.disabled) return false;
    if (one.tagName === "FIELDSET") return !ticked(one).length;
    return !one.querySelector("textarea").value.trim();
  })), []);

  /* A button that leads from one empty place to the next, on the review, the jump list and the pages reached from there;
     and at the buttons of a page how many are on it. Returns what brings both up to date where the voter is. */
  function lead({ row, note, previous, review, jump }, go) {
    const seek = make("button", "plain", t("下一处未填"), { type: "button" });
    let last = null;
    let here = [];
    const next = () => {
      const found = holes(cards);
      return found.find((one) => last && last.compareDocumentPosition(one) & 4) || found[0];
    };
    function update() {
      const [page, back, locked] = here;
      const left = page ? holes(page.cards).length : 0;
      if (left) note.textContent = t("本页还有 {0} 项未填", left);
      note.hidden = page ? !left : review.hidden;
      // A page on the way forward has no such button: nothing is looked for there.
      const to = locked || (page && !back) ? null : next();
      seek.hidden = !to || Boolean(page && to === last);
      if (page) previous.hidden = !seek.hidden;
    }
    form.addEventListener("focusin", (event) => {
      last = event.target.closest("fieldset, .question, .reason") || last;
      if (here[1]) update();
    });
    form.addEventListener("input", update);
    seek.addEventListener("click", () => go(next()));
    return (...place) => {
      here = place;
      const told = review.querySelector("p > .blank");
      const bar = jump.querySelector(".row");
      if (bar) bar.prepend(seek);
      if (place[0]) row.prepend(seek);
      else last = null;
      if (!review.hidden) (told ? told.parentNode : review.querySelector("h1")).after(seek);
      update();
    };
  }

  /* A switch on the jump list that leaves what is open. */
  let only = false;
  function sift(place) {
    const items = all("li", place);
    const open = (item) => item.querySelector(".blank, .due");
    const toggle = make("button", "tool", t("只看未填"), { type: "button" });
    const apply = () => {
      toggle.setAttribute("aria-pressed", only);
      items.forEach((item) => (item.hidden = only && !open(item)));
    };
    toggle.addEventListener("click", () => {
      only = !only;
      apply();
    });
    if (!items.some(open)) return;
    const bar = make("div", "row");
    bar.append(toggle);
    place.querySelector("h1").after(bar);
    apply();
  }

  Object.assign(ballot, { lead, sift });
})();
