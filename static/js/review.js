/* The review of all answers and the jump list, built from what the ballot holds. */
(function () {
  "use strict";
  const { make, t } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const { form, all, cards, pages, words, titleOf, postOf, isRatee, isBoxed, kindOf, listOf, ticked, labelOf } = ballot;
  const SHORT = 4;
  const SPOILED = {
    "all-blank": t("一项评价也没有填的"),
    "all-same": t("所评等次（三项以上）全部相同的"),
    "all-top": t("所评等次全部是最高一等的"),
  };
  const legendOf = (fieldset) => words(fieldset.querySelector("legend"));

  /* The lines that rate somebody; the campaign's rule for blanks concerns no question and no comment. */
  const lines = cards.filter((card) => isRatee(card) && !isBoxed(card)).reduce((found, card) => found.concat(all("fieldset", card)), []);
  const blanks = (within) => (!within ? lines : isBoxed(within) ? [] : all("fieldset", within)).filter((line) => !ticked(line).length);

  /* Whether `least` grades or more are alike as a rule forbids. Judged as domain/ballot/ballot.py does: an abstention is no grade. */
  function alike(least) {
    const rules = form.dataset.spoiled;
    const places = lines
      .map((line) => all("input", line).findIndex((input) => input.checked && input.value !== "-"))
      .filter((place) => place >= 0);
    if (!places.length || places.length < least || new Set(places).size > 1) return false;
    return (rules.includes("all-same") && places.length >= 3) || (rules.includes("all-top") && !places[0]);
  }

  const isSpoiled = () => alike(0) || (form.dataset.spoiled.includes("all-blank") && lines.length && !form.querySelector(".ticks") && !lines.some((line) => ticked(line).length));

  /* A word that leads to the empty field it stands for. */
  function gap(field, name, go) {
    const link = make("a", "", t("未填"), { href: `#${field.id}`, "aria-label": `${name} ${t("未填")}` });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(field);
    });
    return link;
  }

  function answer(fieldset, go) {
    const row = make("div");
    const given = ticked(fieldset)[0];
    const value = make("dd", given ? "" : "blank");
    if (!given) value.append(gap(fieldset, legendOf(fieldset), go));
    else if (given.value === "-") value.textContent = labelOf(given);
    else value.append(make("b", "", labelOf(given)));
    row.append(make("dt", "", legendOf(fieldset)), value);
    return row;
  }

  function heading(title, small, target, go) {
    const head = make("h2");
    const text = make("span", "", title);
    if (small) text.append(" ", make("small", "", small));
    const edit = make("button", "edit", t("修改"), { type: "button", "aria-label": t("修改：{0}", title) });
    edit.addEventListener("click", () => go(target));
    head.append(text, edit);
    return head;
  }

  /* What is wrong in a part, each sentence once: two names of one list are wrong in the same words. */
  const faultsOf = (root) => Array.from(new Set(all(".fault", root).map((fault) => fault.textContent)), (text) => make("p", "fault", text));

  /* What was written, a paragraph a field; names that are not on a list have several. */
  function written(root) {
    const given = all("textarea", root).map((text) => text.value.trim()).filter(Boolean);
    return (given.length ? given : [t("没有填写")]).map((text) => make("p", "text", text));
  }

  /* One ratee: every line, reasons under theirs, faults under all. */
  function rated(card, go) {
    const part = make("section", "answers");
    const fieldsets = all("fieldset", card);
    const short = fieldsets.every((one) => legendOf(one).length <= SHORT);
    const list = make("dl", short ? "two" : "");
    fieldsets.forEach((fieldset) => {
      list.append(answer(fieldset, go));
      const reason = fieldset.querySelector(".reason:not([hidden]) textarea");
      if (!reason) return;
      const row = make("div", "whole");
      const given = reason.value.trim();
      const value = make("dd", given ? "text" : "blank", given);
      if (!given) value.append(gap(reason, t("理由"), go));
      row.append(make("dt", "", t("理由")), value);
      list.append(row);
    });
    part.append(heading(titleOf(card), postOf(card), card, go), list, ...faultsOf(card));
    return part;
  }

  /* One part of the review for a question: chosen options, or what was written. */
  function asked(root, title, go) {
    const part = make("section", "answers");
    part.append(heading(title, "", root, go));
    if (root.querySelector("textarea")) part.append(...written(root));
    else if (!ticked(root).length) part.append(make("p", "text", t("没有填写")));
    else {
      ticked(root).forEach((input) => {
        const line = make("p");
        line.append(make("b", "", labelOf(input)));
        part.append(line);
      });
    }
    part.append(...faultsOf(root));
    return part;
  }

  function parts(card, go) {
    if (isRatee(card)) return [rated(card, go)];
    if (card.id === "questions") {
      return all("fieldset, .question", card).map((root) => asked(root, root.tagName === "FIELDSET" ? legendOf(root) : words(root.querySelector("label b")), go));
    }
    const part = make("section", "answers");
    part.append(heading(titleOf(card), kindOf(card), card, go), ...written(card), ...faultsOf(card));
    return [part];
  }

  /* The summary of faults: what is wrong, and where to mend it. */
  function summary(problems, go) {
    const box = make("div", "alert");
    const list = make("ul");
    problems.forEach((problem) => {
      const item = make("li");
      if (problem.text) item.append(make("p", "", problem.text));
      problem.names.forEach((name) => {
        const field = document.getElementById(name);
        const card = field && field.closest(".card");
        if (!card) return;
        const link = make("a", "to", "", { href: `#${name}` });
        // Somebody written down stands here by name, as whoever is on the list.
        const own = name.includes(".write_in.") && field.value.trim();
        const post = own ? titleOf(card) : isRatee(card) ? postOf(card) : kindOf(card);
        link.append(make("b", "", own || titleOf(card)));
        if (post) link.append(" ", make("small", "", post));
        link.addEventListener("click", (event) => {
          event.preventDefault();
          go(field);
        });
        item.append(link);
      });
      list.append(item);
    });
    box.append(make("h2", "", t("还没有提交，有 {0} 处要改", problems.length), { id: "faults", tabindex: "-1" }), list);
    return box;
  }

  const RULES = {
    allow: t("，可以提交，未填的不计入该项的百分比和得分。"),
    abstain: t("，可以提交，未填的计为弃权。"),
    require: t("，填完才能提交。"),
  };

  /* Fill the review; `go` leads to a card or field. */
  function build(review, problems, go) {
    review.textContent = "";
    const title = make("h1", "", t("请核对您的填写"), { tabindex: "-1" });
    if (problems.length) review.append(summary(problems, go));
    review.append(title);
    if (isSpoiled()) {
      const rules = form.dataset.spoiled.split(" ").map((rule) => SPOILED[rule]);
      const box = make("div", "alert");
      const survey = "survey" in form.dataset;
      box.append(make("h2", "", survey ? t("照这样提交，不计入结果") : t("照这样提交，是一张废票")));
      box.append(make("p", "", (survey ? t("本次调查规定，{0}，不计入结果。请修改；仍要这样提交，也可以。", rules.join(t("，"))) : t("本次测评规定，{0}，作废票处理。请修改；仍要这样提交，也可以。", rules.join(t("，"))))));
      review.append(box);
    }
    const blank = blanks().length;
    if (blank) {
      const told = make("p");
      told.append(make("b", "blank", t("有 {0} 处未填", blank)), RULES[form.dataset.blank]);
      review.append(told);
    } else if (lines.length) review.append(make("p", "", t("评价都已填写。")));
    cards.forEach((card) => (listOf(card) ? ballot.gather : parts)(card, go).forEach((part) => review.append(part)));
  }

  /* What is done of one page, in words. */
  function stateOf(card) {
    const fieldsets = all("fieldset", card);
    const texts = all("textarea", card).filter((text) => !text.closest(".reason") && text.value.trim());
    const missing = blanks(card).length;
    const lacks = isRatee(card) && all(".reason:not([hidden]) textarea", card).some((text) => !text.value.trim());
    if (lacks) return [t("缺理由"), true];
    if (ballot.problems().some((problem) => problem.needed && card.contains(document.getElementById(problem.names[0])))) return [t("缺必答题"), true];
    if (!isRatee(card)) {
      const given = texts.length + fieldsets.length - missing;
      return [given ? t("已填") : t("选填"), false];
    }
    if (isBoxed(card)) return [ticked(card).length ? t("已勾") : "", false];
    if (!missing) return [t("已填"), false];
    return [missing === fieldsets.length ? t("未填") : t("差 {0} 项", missing), true];
  }

  /* Fill the jump list. */
  function jumps(place, at, go) {
    place.textContent = "";
    const list = make("ol", "jumps");
    let kind = "";
    pages.forEach((page, index) => page.cards.forEach((card) => {
      if (kindOf(card) && kindOf(card) !== kind && isRatee(card)) {
        kind = kindOf(card);
        list.append(make("li", "kind", kind));
      }
      const item = make("li");
      const button = make("button", "jump", "", { type: "button" });
      const [state, open] = stateOf(card);
      if (index + 1 === at) button.setAttribute("aria-current", "step");
      const name = make("span", "", titleOf(card));
      if (postOf(card) && isRatee(card)) name.append(" ", make("small", "", postOf(card)));
      button.append(name, " ", make("span", open ? "blank" : "state", state));
      button.addEventListener("click", () => go(card));
      item.append(button);
      ballot.trim(item, card);
      list.append(item);
    }));
    place.append(make("h1", "", t("目录"), { tabindex: "-1" }), list);
    ballot.sift(place);
  }

  Object.assign(ballot, { build, jumps, blanks, lines, alike, isSpoiled });
})();
