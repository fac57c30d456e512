/* Lists of many: the quota that stays in view, rows grouped by grade for the review. Ballots that have one load it first. */
window.minping.list = function (ballot) {
  "use strict";
  const { byId, make, t } = window.minping;
  const { all, cards, pages, titleOf, postOf, listOf, isBoxed, ticked, labelOf } = ballot;
  const TOGETHER = 20;
  const top = byId("top");

  /* Lists in pages of some twenty, all alike. */
  const cut = [];
  pages.forEach((page) => {
    const card = page.cards[0];
    const rows = listOf(card) ? all(".card", listOf(card)) : [card];
    const size = Math.ceil(rows.length / Math.ceil(rows.length / TOGETHER));
    if (rows.indexOf(card) % size) cut[cut.length - 1].cards.push(card);
    else cut.push(page);
  });
  pages.splice(0, pages.length, ...cut);

  const lists = all(".many").map((list) => {
    const range = make("p", "hint");
    list.querySelector("h2").after(range);
    return { list, range, limits: list.querySelector(".limits"), split: pages.filter((page) => list.contains(page.cards[0])).length > 1 };
  });

  const times = {};
  cards.forEach((card) => (times[titleOf(card)] = (times[titleOf(card)] || 0) + 1));
  /* What tells a ratee from all others: the name, with the post where two share it. */
  const called = (card) => (times[titleOf(card)] > 1 && postOf(card) ? `${titleOf(card)} ${postOf(card)}` : titleOf(card));

  /* The name of a page: of its first and last row. */
  const rangeOf = (page) => page.cards.filter((card, place, rows) => !place || place === rows.length - 1).map(titleOf).join(" – ");

  const single = ballot.unroll;
  /* Show the list that a page is cut from, what part of it, and its quotas beside what else stays in view. */
  function unroll(page) {
    single(page);
    lists.forEach(({ list, range, limits, split }) => {
      const here = Boolean(page) && list.contains(page.cards[0]);
      list.hidden = !here;
      if (limits) (here ? top : list).append(limits);
      if (here && split) range.textContent = rangeOf(page);
    });
  }

  /* Whose answers exceed a quota: one line, which opens to a link for each. */
  function nameThem(note, inputs) {
    const box = make("details");
    const short = make("summary", "", note.textContent);
    const whom = (field) => (field.type === "textarea" ? field.value.trim() : called(field.closest(".card")));
    short.append(" ", make("span", "", inputs.map(whom).join(t("、"))));
    box.append(short);
    inputs.forEach((input) => box.append(make("a", "to", whom(input), { href: `#${input.name}` })));
    note.textContent = "";
    note.append(box);
  }

  /* The review of a list, in place of its first row: whoever got the same stands together, what is blank comes first. */
  function gather(card, go) {
    const list = listOf(card);
    const rows = all(".card", list);
    if (rows[0] !== card) return [];
    const part = make("section", "answers");
    const heading = list.querySelector("h2").cloneNode(true);
    heading.removeAttribute("aria-level");
    part.append(heading);
    if (isBoxed(list)) part.append(...boxes(list, rows, go));
    else [null].concat(all("input", card).map((input) => input.value)).forEach((value, place) => {
      const same = rows.filter((row) => (ticked(row)[0] || { value: null }).value === value);
      if (!same.length) return;
      const title = make("h3", value === null ? "blank" : "", value === null ? t("未填") : labelOf(all("input", card)[place - 1]));
      const names = make("ul", "names");
      title.append(" ", make("small", "", String(same.length)));
      same.forEach((row) => names.append(named(row, go)));
      part.append(title, names);
    });
    new Set(all(".fault", list).filter((fault) => !fault.closest(".reason")).map((fault) => fault.textContent)).forEach((text) => part.append(make("p", "fault", text)));
    return [part];
  }

  /* The review of a list with one box each: who is ticked; the others count as what the list says. */
  function boxes(list, rows, go) {
    const given = rows.filter((row) => ticked(row).length);
    const names = make("ul", "names");
    const others = make("p", "hint", t("没有勾的 {0} 人，计为“{1}”。", rows.length - given.length, list.dataset.unticked));
    given.forEach((row) => names.append(named(row, go)));
    const edit = make("button", "edit", t("修改"), { type: "button", "aria-label": t("修改：{0}", ballot.kindOf(list)) });
    edit.addEventListener("click", () => go(rows[0]));
    const title = make("h3", "", given.length ? labelOf(all("input", rows[0])[0]) : t("一个人也没有勾"));
    if (given.length) title.append(" ", make("small", "", String(given.length)));
    return [title, names, others, edit];
  }

  function named(row, go) {
    const item = make("li");
    const edit = make("button", "edit", called(row), { type: "button", "aria-label": t("修改：{0}", called(row)) });
    const reason = row.querySelector(".reason:not([hidden]) textarea");
    edit.addEventListener("click", () => go(row));
    item.append(edit);
    if (reason) item.append(" ", make("span", reason.value.trim() ? "text" : "blank", reason.value.trim() || t("缺理由")));
    return item;
  }

  /* An entry of the jump list: the name alone, its state drawn unless that takes words. */
  function trim(item, card) {
    if (!listOf(card)) return;
    const button = item.firstChild;
    const state = button.lastChild;
    item.className = "chip";
    button.firstChild.textContent = called(card);
    if (state.textContent === t("缺理由")) return;
    if (state.textContent) button.classList.add(state.className === "blank" ? "due" : "given");
    state.classList.add("unseen");
  }

  /* What is said of the quota of a list with one box each; whoever is written down below it counts too. */
  const namesOf = (list) => all(`[id="w-${list.dataset.section}"] textarea`);
  const written = (quota) => namesOf(listOf(quota.inputs[0])).filter((text) => text.value.trim());
  const takes = (quota) => namesOf(listOf(quota.inputs[0])).length;
  const left = (quota, rest, number) => (takes(quota) ? t("已推荐 {0} 人，还可推荐 {1} 人", quota.most - rest, number) : t("已勾 {0} 人，还可勾 {1} 人", quota.most - rest, number));
  const excess = (quota, number) => (takes(quota) ? t("多推荐了 {0} 人", number) : t("多勾了 {0} 人", number));
  function tooMany(quota, given, many) {
    if (takes(quota)) return { text: t("最多推荐 {0} 人，您勾的和写的共 {1} 人。请去掉其中 {2} 人：", quota.most, given, many), short: t("多推荐了 {0} 人，最多 {1} 人", many, quota.most) };
    return { text: t("最多勾 {0} 人，您勾了 {1} 人。请去掉其中 {2} 人：", quota.most, given, many), short: t("多勾了 {0} 人，最多 {1} 人", many, quota.most) };
  }

  /* The field of a name grows with what is written: one line, until unit and post need another. */
  addEventListener("input", ({ target }) => {
    while (target.name.includes(".write_in.") && target.scrollHeight > target.clientHeight && target.rows < 9) target.rows += 1;
  });

  Object.assign(ballot, { namesOf, written, left, excess, tooMany, trim, rangeOf, unroll, nameThem, gather });
};
