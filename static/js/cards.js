/* The ballot card by card: introduction, pages, jump list, review, sending. Loaded last, it starts the rest. */
(function () {
  "use strict";
  const { byId, make, t, kiosk, retain, still } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const { form, all, pages, postOf, isRatee, headOf, cast } = ballot;
  const REVIEW = pages.length + 1;
  const JUMP = -1;
  const NAMES = { review: REVIEW, list: JUMP };
  const intro = byId("intro");
  const top = byId("top");
  const bar = top.querySelector(".bar");
  const dock = form.querySelector(".dock");
  const primary = dock.querySelector("button");
  const title = document.title;
  const others = document.querySelectorAll('button[id^="language"]');
  let at = 0;
  let back = false; // the card was reached from the review
  let from = 1; // where the jump list was opened
  let depth = 0; // steps of the browser's history since the ballot was opened
  let faults = []; // what the server found
  let tried = false; // faults are said once the voter has seen the review
  let locked = false; // a request was sent and its fate is unknown

  // The furniture that only script needs.
  const review = make("section", "", "", { id: "review" });
  const jump = make("section", "", "", { id: "jump" });
  const previous = make("button", "plain prev", "", { type: "button" });
  const note = make("p");
  const count = make("span", "count");
  const toJump = make("button", "tool bare", t("目录"), { type: "button" });
  const progress = make("progress", "", "", { max: pages.length, value: 0, "aria-label": t("填写进度") });
  const row = make("div", "row");
  primary.before(row);
  row.append(previous, primary);
  dock.append(note);
  dock.before(review, jump);
  bar.insertBefore(count, byId("large"));
  bar.insertBefore(toJump, byId("large"));
  top.append(progress);
  document.documentElement.classList.add("steps");

  const pageOf = (card) => pages.findIndex((page) => page.cards.includes(card)) + 1;
  const isPerson = (place) => {
    const page = pages[place - 1];
    return Boolean(page) && page.cards.length === 1 && isRatee(page.cards[0]) && Boolean(postOf(page.cards[0]));
  };

  function headingOf(place) {
    if (place === 0) return intro.querySelector("#faults") || intro.querySelector("h1");
    if (place === JUMP) return jump.querySelector("h1");
    if (place === REVIEW) return review.querySelector("#faults") || review.querySelector("h1");
    return headOf(pages[place - 1]);
  }

  function furnish() {
    const onPage = at > 0 && at < REVIEW;
    const names = onPage ? ballot.rangeOf(pages[at - 1]) : "";
    bar.querySelector(".seal").hidden = bar.querySelector(".who").hidden = at !== 0;
    toJump.hidden = at <= 0 || locked;
    // Another language is another page: no answer may be lost on the way to it.
    others.forEach((other) => { other.hidden = at !== 0 || (ballot.answers().length > 0 && !ballot.own()); });
    count.hidden = at === 0;
    count.textContent = onPage ? `${at} / ${pages.length}` : at === REVIEW ? t("核对") : "";
    progress.hidden = at === 0;
    progress.value = onPage ? at : at === REVIEW ? pages.length : progress.value;
    previous.hidden = at === 0 || at === REVIEW;
    if (at === JUMP) previous.textContent = t("返回");
    else previous.textContent = at === 1 ? t("说明") : isPerson(at - 1) && isPerson(at) ? t("上一位") : t("上一页");
    if (at === JUMP) primary.textContent = t("核对并提交");
    else if (at === REVIEW) primary.textContent = t("翻到最后");
    else if (at === 0) primary.textContent = t("开始");
    else if (back) primary.textContent = t("返回核对");
    else if (at === pages.length) primary.textContent = t("核对");
    else primary.textContent = isPerson(at + 1) ? t("下一位") : t("下一页");
    primary.classList.toggle("on", onPage && !back);
    primary.classList.toggle("down", at === REVIEW);
    primary.type = at === REVIEW ? "button" : "submit";
    dock.style.display = locked ? "none" : "";
    hint(pages[at - 1], back, locked);
    const place = onPage ? `${at}/${pages.length} ${names}` : at === REVIEW ? t("核对") : at === JUMP ? t("目录") : "";
    document.title = place ? `${place} – ${title}` : title;
  }

  const hint = ballot.lead({ row, note, previous, review, jump }, (field) => go(pageOf(field.closest(".card")), field, { back: true }));

  /* Show one place; `field` is brought into view, else the page begins at its heading. */
  function show(place, field) {
    at = place;
    intro.hidden = place !== 0;
    review.hidden = place !== REVIEW;
    jump.hidden = place !== JUMP;
    ballot.unroll(pages[place - 1]);
    if (place === REVIEW) {
      tried = true;
      rebuild();
    }
    if (place === JUMP) {
      ballot.jumps(jump, from, (card) => go(pageOf(card), card));
      ballot.clearing(jump, () => {
        tried = false;
        show(JUMP);
      });
    }
    furnish();
    still();
    ballot.fit();
    if (place > 0) ballot.keep(place, locked);
    scrollTo(0, 0);
    const heading = headingOf(place);
    heading.tabIndex = -1;
    heading.focus();
    if (field) {
      const control = field.matches("textarea") ? field : field.querySelector("input:checked") || field.querySelector("input, textarea");
      if (control) control.focus();
      scrollTo(0, field.getBoundingClientRect().top + pageYOffset - top.offsetHeight - 12);
    }
    ballot.settle();
  }

  /* Go to a place as a step of its own, so that the browser's back button undoes it. */
  function go(place, field, more) {
    back = Boolean(more && more.back) && place !== REVIEW;
    if (place === JUMP) from = at;
    // A shared tablet has no history to go back into.
    if (!kiosk) step(place);
    show(place, field);
  }

  function step(place) {
    depth += 1;
    location.hash = hashOf(place);
  }

  /* Places stand in the fragment, not in history.state: pushState would make a reload a GET, without the code. */
  function hashOf(place) {
    const name = Object.keys(NAMES).find((one) => NAMES[one] === place) || place;
    return `/${name}/${place === JUMP ? from : back ? "back" : ""}/${depth}`;
  }

  /* Read a place back; null where the fragment names none. */
  function placed() {
    const [start, name, more, steps] = location.hash.split("/");
    if (start !== "#") return null;
    depth = Number(steps) || 0;
    const place = NAMES[name] || Number(name);
    if (!(place >= JUMP && place <= REVIEW && place % 1 === 0)) return null;
    if (place === JUMP) from = Math.min(Math.max(Number(more) || 1, 1), REVIEW);
    back = more === "back";
    return place;
  }

  const problems = () => (tried ? ballot.problems().concat(faults) : []);

  function rebuild() {
    const found = problems();
    ballot.mark(found);
    ballot.build(review, found, (field) => {
      const card = field.closest(".card");
      if (locked) return;
      const first = pages[pageOf(card) - 1].cards[0] === card && field === card;
      go(pageOf(card), first ? null : field, { back: true });
    });
    ballot.ending(review, found.length);
    note.textContent = found.length ? t("您的填写都还在，改好再提交") : t("提交后不能修改");
  }

  function submit() {
    if (!locked && ballot.problems().length) {
      faults = [];
      show(REVIEW);
      return;
    }
    if (!locked && !ballot.agreed()) return;
    ballot.keep(REVIEW, true);
    if (dock.hidden) return;
    cast.disabled = true;
    cast.textContent = t("正在提交…");
    ballot.say(t("正在提交"));
    ballot.send((outcome, answer) => {
      cast.disabled = false;
      ballot.say("");
      const known = outcome !== "again";
      locked = !known;
      if (outcome === "received") ballot.received(answer);
      else if (outcome === "refused") ballot.refused(answer);
      else if (outcome === "faulty") fault(answer);
      else warn(known ? answer : null);
      if (ballot.over) close();
    });
  }

  /* Show at their lines what the server refused; one sentence may concern several. */
  function fault(fields) {
    const texts = new Map();
    Object.keys(fields).forEach((name) => texts.set(fields[name], (texts.get(fields[name]) || []).concat(name)));
    faults = Array.from(texts, ([text, names]) => ({ text, names }));
    show(REVIEW);
  }

  /* Say that it was not sent; every answer stays. */
  function warn(message) {
    show(REVIEW);
    const box = make("div", "alert", "", { role: "alert" });
    const heading = make("h2", "", message ? t("还没有提交") : t("未提交成功"), { id: "failed", tabindex: "-1" });
    const advice = message || t("网络可能断了，您的填写都还在。请检查网络，再试一次；多试几次也只计一次。");
    box.append(heading, make("p", "", advice));
    review.prepend(box);
    // The first try may have arrived: until that is known, nothing may be changed.
    all(".edit, #ask", review).forEach((part) => (part.hidden = locked));
    if (locked) ballot.again(box);
    heading.focus();
  }

  function close() {
    // Nothing of the ballot is left to go back to: the way back leads out of it at once.
    if (depth) history.go(-Math.min(depth, history.length - 1));
    if (byId("receipt")) addEventListener("popstate", retain);
    toJump.hidden = count.hidden = progress.hidden = true;
    others.forEach((other) => { other.hidden = true; });
    bar.querySelector(".seal").hidden = bar.querySelector(".who").hidden = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (cast.disabled) return;
    if (dock.hidden) {
      scrollTo(0, 0);
      return;
    }
    if (at === REVIEW) submit();
    else if (at === JUMP || back) go(REVIEW);
    else go(at + 1);
  });
  previous.addEventListener("click", () => go(at === JUMP ? from : at - 1));
  others.forEach((other) => other.addEventListener("click", (event) => {
    event.preventDefault();
    ballot.reopen(other.getAttribute("formaction"));
  }));
  toJump.addEventListener("click", () => go(JUMP));
  form.addEventListener("input", () => {
    faults = [];
    if (tried && at > 0 && at < REVIEW) ballot.mark(ballot.problems());
    ballot.keep(at > 0 ? at : 1);
  });
  addEventListener("hashchange", () => {
    if (ballot.over || kiosk) return;
    if (locked || cast.disabled) {
      placed();
      back = false;
      step(REVIEW);
      return;
    }
    const place = placed();
    // Changes made by go() have been shown already.
    if ((place || 0) !== at) show(place || 0);
  });

  // Nothing is kept or sent here until the voter has chosen; a request on its way is not asked about.
  ballot.clash = (found) => locked || cast.disabled || ballot.over || ballot.choose(found, () => show(at));

  const place = kiosk ? null : placed();
  history.scrollRestoration = "manual";
  const draft = ballot.own();
  const prefilled = ballot.answers().length > 0;
  intro.append(ballot.explain(), make("p", "hint", t("选错了，再点一次就取消；用键盘，按空格键或退格键。")));
  ballot.refresh();
  ballot.adopt();
  // Links of a summary that the server wrote lead to cards that are hidden now.
  [intro, top].forEach((place) => place.addEventListener("click", (event) => {
    const link = event.target.closest("a.to");
    if (!link) return;
    const field = byId(link.getAttribute("href").slice(1));
    event.preventDefault();
    go(pageOf(field.closest(".card")), field, { back: place === intro });
  }));
  // Begun on the page before: its button leads to the first card.
  const fresh = Boolean(place) && location.hash === "#/1/go";
  if (draft && !prefilled && place && !fresh) {
    // The page was loaded anew in the middle of the ballot.
    ballot.restore(draft);
    show(place);
  } else {
    if (draft && !prefilled) {
      const box = ballot.offer(draft, (page) => go(Math.min(page, REVIEW)), () => {
        headingOf(0).focus();
        ballot.offerBack(intro, () => go(Math.min(draft.page, REVIEW)));
      });
      intro.querySelector("h1").after(box);
    }
    show(fresh && !draft ? 1 : 0);
  }
})();
