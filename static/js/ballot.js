/* The ballot as script sees it: its pages, answers, quotas, reasons and faults; and what hangs on each answer. */
(function () {
  "use strict";
  const { byId, make, t } = window.minping;
  const form = byId("ballot");
  // An engine without these gets the page as it is, which works by itself.
  const lists = window.minping.list;
  if (!form || !window.crypto || !crypto.getRandomValues || (form.querySelector(".many") && !lists)) return;

  // Faults are told in the page's own words, at the review.
  form.noValidate = true;

  const TWICE = 500;
  const all = (selector, within) => Array.from((within || form).querySelectorAll(selector));
  const cards = all(".card");

  /* The words of a heading, legend or label without its small print. */
  const words = (element) => (element.firstChild ? element.firstChild.textContent.trim() : "");
  const listOf = (element) => element.closest(".many");
  // A list with one box each: an empty one is an answer too, so nothing of it is blank.
  const isBoxed = (element) => Boolean(element.closest(".ticks"));
  // A row of a list is a card without heading, under its legend.
  const nameOf = (card) => card.querySelector("h2, legend");
  const titleOf = (card) => words(nameOf(card).querySelector("label") || nameOf(card));
  const postOf = (card) => {
    const small = nameOf(card).querySelector(":scope > small");
    return small ? small.textContent : "";
  };
  const isRatee = (card) => card.id.startsWith("r-");
  const kindOf = (card) => words((listOf(card) || card).querySelector(".kind") || {});
  const ticked = (fieldset) => all("input:checked", fieldset);
  const labelOf = (input) => input.nextElementSibling.textContent;

  /* One page for each card; lists are cut into others, see list.js. */
  const pages = cards.map((card) => ({ cards: [card] }));

  /* The heading of a page: each page's own to a reader. */
  const headOf = (page) => (listOf(page.cards[0]) || page.cards[0]).querySelector("h2");
  pages.forEach((page) => headOf(page).setAttribute("aria-level", "1"));

  /* Every answer as [name, value], in the order of the page; a reason that nobody asks for is left out. */
  function answers() {
    return Array.from(form.elements)
      .filter((field) => field.name && !["code", "receipt"].includes(field.name))
      .filter((field) => (field.type === "textarea" ? field.value.trim() && !field.closest("[hidden].reason") : field.checked))
      .map((field) => [field.name, field.value]);
  }

  // Half of a surrogate pair, left by a length limit, cannot be encoded.
  const whole = (text) => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, "").replace(/(^|[^\ud800-\udbff])[\udc00-\udfff]/g, "$1");
  const encode = (pairs) => pairs.map((pair) => pair.map((text) => encodeURIComponent(whole(text))).join("=")).join("&");

  function fill(encoded) {
    encoded.split("&").forEach((pair) => {
      const [name, value] = pair.split("=").map(decodeURIComponent);
      const found = Array.from(form.elements).filter((field) => field.name === name);
      found.forEach((field) => {
        if (field.type === "textarea") field.value = value;
        else if (field.value === value) field.checked = true;
      });
    });
    refresh();
  }

  function clear() {
    all("input:not([type=hidden])").forEach((input) => (input.checked = false));
    all("textarea").forEach((text) => (text.value = ""));
    all(".told").forEach((note) => note.remove());
    mark([]);
    chosen.clear();
    refresh();
  }

  /* Whoever is written down under a list to tick is recommended, as are those ticked on it. */
  const given = (quota) => quota.inputs.filter((input) => input.checked).concat(quota.boxed ? ballot.written(quota) : []);
  const whom = (field) => (field.type === "textarea" ? field.value.trim() : titleOf(field.closest(".card")));

  /* Quotas: how many of this ballot's ratees hold the grade, said at every card and line concerned. */
  const quotas = new Map();
  all(".limit").forEach((note) => {
    const id = note.dataset.quota;
    const [, criterion, grade] = id.split(" ");
    all("input", note.closest(".card, .many")).filter((one) => one.name.endsWith(`.${criterion}`) && one.value === grade).forEach((input) => {
      const line = listOf(input) ? listOf(input).dataset.line : words(input.closest("fieldset").querySelector("legend"));
      if (!quotas.has(id)) quotas.set(id, { line, grade: labelOf(input), most: Number(note.dataset.most), boxed: isBoxed(input), inputs: [], shown: null });
      quotas.get(id).inputs.push(input);
    });
  });

  const rest = (quota, subject, left, number) => (quota.boxed ? ballot.left(quota, left, number) : t("{0}还可评 {1} 人", subject, number));
  const excess = (quota, subject, number) => (quota.boxed ? ballot.excess(quota, number) : t("{0}超出 {1} 人", subject, number));

  function limit(quota, id) {
    const over = given(quota);
    const left = quota.most - over.length;
    const names = over.map(whom).join(t("、"));
    const state = `${left} ${left < 0 ? names : ""}`;
    if (state === quota.shown) return;
    if (quota.shown !== null) say(left < 0 ? excess(quota, quota.grade, -left) : rest(quota, quota.grade, left, left));
    quota.shown = state;
    all(`[data-quota="${id}"]`, document).forEach((note) => {
      const head = note.tagName === "P";
      note.classList.toggle("over", left < 0);
      const subject = head ? t("{0}“{1}”", quota.line, quota.grade) : quota.grade;
      if (left >= 0) {
        const [before, after] = rest(quota, subject, left, "\n").split("\n");
        note.textContent = before;
        note.append(make("b", "", String(left)), after);
      } else if (head) note.textContent = t("{0}最多评 {1} 人，您评了 {2} 人：{3}。请改其中 {4} 人", subject, quota.most, over.length, names, -left);
      else {
        note.textContent = excess(quota, subject, -left);
        if (note.tagName === "DIV") ballot.nameThem(note, over);
      }
    });
  }

  /* Reasons appear under the grade that needs them. */
  const reasons = all(".reason");
  function ask(reason) {
    const chosen = ticked(reason.parentNode)[0];
    const needed = Boolean(chosen) && reason.dataset.for.split(" ").includes(chosen.value);
    reason.hidden = !needed;
    reason.open = true; // folded in a row, where it is not needed
    reason.querySelector("textarea").required = needed;
  }

  const counters = all("textarea").map((text) => {
    const counter = make("p", "counter");
    text.after(counter);
    return () => {
      const given = Array.from(text.value).length;
      counter.textContent = given ? t("已写 {0} 字，还可写 {1} 字", given, Math.max(0, text.maxLength - given)) : "";
    };
  });

  function refresh() {
    quotas.forEach(limit);
    reasons.forEach(ask);
    counters.forEach((count) => count());
  }

  /* What would be refused, found before it is sent: a sentence, and the fields that it concerns. */
  function problems() {
    const found = [];
    quotas.forEach((quota) => {
      const over = given(quota);
      const many = over.length - quota.most;
      if (many <= 0) return;
      const subject = t("{0}“{1}”", quota.line, quota.grade);
      const names = over.map((input) => input.name);
      if (quota.boxed) found.push(Object.assign({ names }, ballot.tooMany(quota, over.length, many)));
      else found.push({ text: t("{0}最多评 {1} 人，您评了 {2} 人。请改其中 {3} 人：", subject, quota.most, over.length, many), short: t("{0}超出 {1} 人，最多 {2} 人", subject, many, quota.most), names });
    });
    reasons.filter((reason) => !reason.hidden).forEach((reason) => {
      const text = reason.querySelector("textarea");
      if (!text.value.trim()) found.push({ text: t("选“{0}”须写明理由", labelOf(ticked(reason.parentNode)[0])), names: [text.name] });
    });
    if (form.dataset.blank === "require") {
      cards.filter((card) => isRatee(card) && !isBoxed(card)).forEach((card) => {
        const blank = all("fieldset", card).filter((one) => !ticked(one).length);
        if (blank.length) found.push({ text: t("有 {0} 项没有填写，每一项都必须填写", blank.length), short: t("必须填写"), names: [blank[0].id] });
      });
    }
    all("[data-required]").forEach((root) => {
      const text = root.querySelector("textarea");
      if (text ? text.value.trim() : ticked(root).length) return;
      const asked = words(text ? root.querySelector("b") : root.querySelector("legend"));
      found.push({ text: t("“{0}”没有回答，这一题必须回答", asked), short: t("必须回答"), needed: true, names: [(text || root).id] });
    });
    return found;
  }

  /* Write faults at their lines; what was written there before goes. */
  function mark(found) {
    all(".fault").forEach((fault) => fault.remove());
    all('[aria-describedby$=".fault"]').forEach((place) => place.removeAttribute("aria-describedby"));
    found.forEach((problem) => problem.names.forEach((name) => {
      const place = byId(name);
      if (!place) return;
      const fault = make("p", "fault", problem.short || problem.text, { id: `${name}.fault` });
      if (place.tagName === "TEXTAREA") place.before(fault);
      else place.querySelector("legend").after(fault);
      place.setAttribute("aria-describedby", fault.id);
    }));
  }

  const status = make("p", "unseen", "", { role: "status" });
  form.appendChild(status);
  const say = (text) => {
    status.textContent = text;
  };

  /* A chosen tile pressed again is let go; the second half of a double tap is not meant so. */
  const chosen = new Map();
  form.addEventListener("click", (event) => {
    const input = event.target;
    if (input.type !== "radio") return;
    const before = chosen.get(input.name);
    const now = Date.now();
    if (before && before.input === input && input.checked) {
      if (now - before.at >= TWICE) letGo(input);
    } else {
      chosen.set(input.name, { input, at: now });
    }
  });

  function letGo(input) {
    input.checked = false;
    chosen.delete(input.name);
    say(t("已取消选择"));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* By keyboard too, where browsers do nothing for a chosen one; the key that lets go must not choose again as it comes up. */
  let held = false;
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (input.type !== "radio" || ![" ", "Backspace", "Delete"].includes(event.key)) return;
    if (!event.repeat) held = input.checked;
    if (!held && !event.repeat) return;
    event.preventDefault();
    const before = chosen.get(input.name);
    if (input.checked && !event.repeat && !(before && Date.now() - before.at < TWICE)) letGo(input);
  });
  form.addEventListener("keyup", (event) => held && event.target.type === "radio" && event.preventDefault());

  form.addEventListener("input", refresh);

  const ballot = {
    form, all, cards, pages, answers, encode, fill, clear, refresh, problems, mark, say, words, titleOf, postOf, isRatee, isBoxed, kindOf, listOf, headOf, ticked, labelOf,
    // Radios that were ticked before script ran can be let go too.
    adopt: () => all("input[type=radio]:checked").forEach((input) => chosen.set(input.name, { input, at: 0 })),
    unroll: (page) => cards.forEach((card) => (card.hidden = !page || !page.cards.includes(card))),
    trim() {},
    rangeOf: (page) => titleOf(page.cards[0]),
  };
  if (lists) lists(ballot);
  window.minping.ballot = ballot;
})();
