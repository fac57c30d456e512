/* Where ratees are opened one after the other: a ballot that waits, opens and closes its cards. It lies over the ballot's
   script and is loaded last, so that other ballots carry nothing of it. */
(function () {
  "use strict";
  const { byId, make, t, stored, kiosk, still } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const { form, all, cards, titleOf, postOf, isRatee, kindOf, ticked } = ballot;
  const EVERY = 5000;
  const SPREAD = 1500;
  const PATIENCE = 10000;
  const SHORT = 6; // characters of a name that a button has room for
  const intro = byId("intro");
  const jump = byId("jump");
  const review = byId("review");
  const dock = form.querySelector(".dock");
  const primary = dock.querySelector(".primary");
  const note = dock.lastElementChild;
  const toJump = byId("top").querySelector(".bare");
  const flag = make("button", "plain flag", "", { type: "button" });
  primary.before(flag);
  let told = JSON.parse(form.dataset.turns);
  let lead = null; // leads to a card, once the list was shown
  let forward = false; // on a card, on the way forward
  let over = ""; // why nothing more is asked
  let timer = null;
  const mending = new Set(); // lines of a turn that has ended, but that cannot stand as they are
  const late = new Set(); // lines that were blank as handing in was opened, or the answers came back

  const turnOf = (card) => told.turns[card.id.slice(2)] || "waiting";
  const isOpen = (card) => isRatee(card) && turnOf(card) === "open";
  const current = () => cards.find(isOpen);
  const shown = () => cards.find((card) => !card.hidden);
  const blanks = (card) => ballot.blanks(card).length;
  const isLocked = (card) => isRatee(card) && !isOpen(card) && !all("fieldset", card).some(isFree);
  const isFree = (line) => mending.has(line) || late.has(line);
  const lines = (card) => all("fieldset", card).length;

  /* What is missing of one whose turn has ended; empty where nothing is. */
  const lacks = (card) => (!blanks(card) ? "" : blanks(card) === lines(card) ? t("未评") : t("差 {0} 项", blanks(card)));

  /* Open and close cards as told. Nothing that was ticked goes: a closed field keeps it. */
  function lock() {
    cards.filter(isRatee).forEach((card) => {
      const turn = turnOf(card);
      const word = card.querySelector(".turn");
      card.dataset.turn = turn;
      all("fieldset", card).forEach((line) => (line.disabled = turn !== "open" && !isFree(line)));
      word.textContent = { open: "", waiting: t("还没有轮到"), absent: t("缺席"), ended: t("测评已结束") }[turn];
      if (turn === "open") word.append(make("b", "", t("正在测评")));
      if (turn === "ended" && lacks(card)) word.append(t("，"), make("span", "blank", lacks(card)));
      if (turn === "ended" && isLate(card)) word.append(t("，"), t("还可以补评"));
    });
  }

  /* Once ballots are taken, what is blank can be filled in: nobody is opened any more for whom a device lost it, or who came late. */
  const isLate = (card) => all("fieldset", card).some((line) => late.has(line) && !ticked(line).length);
  function loosen() {
    late.clear();
    const cut = told.handing_in ? cards.filter((card) => isRatee(card) && turnOf(card) === "ended") : [];
    cut.forEach((card) => all("fieldset", card).filter((line) => !ticked(line).length).forEach((line) => late.add(line)));
    lock();
  }
  ["fill", "clear"].forEach((name) => {
    const change = ballot[name];
    ballot[name] = (fields) => {
      change(fields);
      loosen();
    };
  });

  /* Where things stand, in a sentence. */
  function standing() {
    if (over) return over;
    if (told.handing_in) return cards.some(isLate) ? t("全部测评完，请核对并提交。没有评的还可以补评。") : t("全部测评完，请核对并提交。");
    if (current()) return t("现在测评：{0}", titleOf(current()));
    const turns = Object.keys(told.turns).map((key) => told.turns[key]);
    if (turns.includes("open")) return t("现在测评的一位不在您的票上，请稍候。");
    if (!turns.length) return t("请稍候，还没有开始。轮到谁，本页自动打开，不用刷新。");
    if (!cards.some((card) => isRatee(card) && turnOf(card) === "waiting")) return t("都测评过了。等工作人员开放提交，就能提交。");
    return t("请稍候，等下一位。轮到时本页自动打开，不用刷新。");
  }

  function stateOf(card) {
    if (!isRatee(card)) return [ticked(card).length || all("textarea", card).some((text) => text.value.trim()) ? t("已填") : t("选填"), "state"];
    if (isOpen(card)) return [t("正在测评"), "state now"];
    if (turnOf(card) === "ended") return lacks(card) ? [lacks(card), "blank"] : [t("已填"), "state"];
    return [turnOf(card) === "absent" ? t("缺席") : t("等候"), "state"];
  }

  /* The list of all persons, in the place of the jump list. */
  ballot.jumps = (place, at, go) => {
    lead = go;
    const list = make("ol", "jumps");
    let kind = "";
    cards.forEach((card) => {
      if (isRatee(card) && kindOf(card) !== kind) {
        kind = kindOf(card);
        list.append(make("li", "kind", kind));
      }
      const item = make("li");
      const button = make("button", "jump", "", { type: "button" });
      const name = make("span", "", titleOf(card));
      const [state, look] = stateOf(card);
      if (postOf(card) && isRatee(card)) name.append(" ", make("small", "", postOf(card)));
      if (isOpen(card)) button.setAttribute("aria-current", "step");
      button.disabled = isRatee(card) && !["open", "ended"].includes(turnOf(card));
      button.append(name, " ", make("span", look, state));
      button.addEventListener("click", () => go(card));
      item.append(button);
      list.append(item);
    });
    place.textContent = "";
    place.append(make("h1", "", t("目录"), { tabindex: "-1" }), make("p", "standing", standing()), list);
  };

  /* A shared tablet is one member's for the whole list: it is left by a button, and not wiped while somebody speaks.
     Once ballots are taken, or voting is over, it goes back by itself as any other. */
  if (kiosk) {
    const warning = t("这台平板由一人使用到底。填写只在本页上：刷新或关闭本页，就都没有了；提交之前请不要交给别人。");
    intro.append(make("p", "hint", warning));
    ballot.clearing = (place) => {
      const leave = make("button", "plain", t("离开并清除"), { type: "button" });
      leave.addEventListener("click", () => {
        const box = make("div", "box", "", { role: "alert" });
        const sure = make("button", "plain", t("确定离开"), { type: "button" });
        sure.addEventListener("click", () => {
          stored("sessionStorage", "minping.large", null);
          location.replace("/v#kiosk");
        });
        box.append(make("p", "", t("没有提交的填写全部清除，不能恢复。")), sure);
        leave.replaceWith(box);
        still();
        sure.focus();
      });
      place.append(make("p", "hint", warning), leave);
    };
    // What voter.js takes for a touch, while there is something to wait for.
    setInterval(() => ballot.over || over || told.handing_in || dispatchEvent(new Event("scroll")), 10000);
  }

  function drop(line) {
    ticked(line).forEach((input) => (input.checked = false));
    all("textarea", line).forEach((text) => (text.value = ""));
    line.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* What cannot stand as it is can be changed once more: else this ballot could never be cast. What was refused of somebody
     never opened – a restored list may say so – goes. */
  const build = ballot.build;
  ballot.build = (place, found, go) => {
    mending.clear();
    found.forEach((problem) => problem.names.forEach((name) => {
      const field = byId(name);
      const line = field && field.closest("fieldset");
      if (!line) return;
      const card = line.closest(".card");
      if (!isRatee(card) || ["open", "ended"].includes(turnOf(card))) mending.add(line);
      else if (ticked(line).length) drop(line);
    }));
    lock();
    build(place, found, go);
    const parts = all(".answers", place);
    cards.forEach((card) => {
      const own = parts.splice(0, card.id === "questions" ? all("fieldset, .question", card).length : 1);
      if (isLocked(card)) all(".edit", own[0]).forEach((edit) => (edit.hidden = true));
    });
  };

  /* The buttons below, after the ballot's own script has set them. */
  const fit = ballot.fit;
  ballot.fit = () => {
    forward = Boolean(shown()) && primary.classList.contains("on");
    furnish();
    fit();
  };
  function furnish() {
    const next = current();
    const waiting = !jump.hidden && !told.handing_in;
    if (forward) {
      primary.textContent = t("返回目录");
      primary.classList.remove("on");
    }
    flag.textContent = !next ? t("可以提交了") : titleOf(next).length > SHORT ? t("轮到下一位") : t("轮到{0}", titleOf(next));
    flag.hidden = !forward || !(next ? next !== shown() : told.handing_in);
    // What is called comes first; the way back to the list steps behind it.
    flag.parentNode.classList.toggle("called", !flag.hidden);
    primary.hidden = waiting;
    ballot.cast.hidden = !told.handing_in;
    if (shown() && isLocked(shown())) note.hidden = true;
    if (!waiting) return;
    note.hidden = false;
    note.textContent = t("全部测评完，才能提交");
  }
  function follow() {
    const next = current();
    if (jump.hidden) toJump.click();
    if (next) lead(next);
  }
  flag.addEventListener("click", follow);

  /* From a card the way leads back to the list; from there to the review once ballots are taken. */
  addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented || dock.hidden || !review.hidden) return;
    if (jump.hidden ? shown() && !forward : told.handing_in) return;
    event.preventDefault();
    event.stopPropagation();
    // Whoever comes while somebody is rated need not look for them.
    if (!intro.hidden && current()) follow();
    else if (jump.hidden) toJump.click();
  }, true);

  /* Take what was told. A page that is done with gives way to the next person; one that is not says that it is somebody's turn. */
  function take(next) {
    const before = current();
    const held = told.handing_in;
    told = next;
    if (told.handing_in === held) lock();
    else loosen();
    const here = shown();
    const done = here && forward && isLocked(here) && !blanks(here);
    if (!jump.hidden) ballot.jumps(jump, 0, lead);
    if (!jump.hidden) ballot.clearing(jump, toJump.click.bind(toJump));
    furnish();
    ballot.say(standing());
    if (current() && current() !== before && !dock.hidden && (!jump.hidden || done)) follow();
  }

  const same = ({ revision, handing_in: open, turns }) => JSON.stringify([revision, open, Object.entries(turns).sort()]);
  function ask() {
    clearTimeout(timer);
    if (ballot.over || over) return;
    timer = setTimeout(ask, EVERY + SPREAD * (2 * Math.random() - 1));
    if (document.hidden) return;
    const patience = new Promise((resolve, reject) => setTimeout(reject, PATIENCE));
    const how = { headers: { Accept: "application/json" }, credentials: "omit", cache: "no-store" };
    Promise.race([fetch(form.dataset.turn, how).then((answer) => answer.json()), patience]).then((found) => {
      if (ballot.over) return;
      if (found.error === "closed") over = found.message;
      // All of it is compared: a restored list may count as far as the one before.
      if (over || (found.turns && same(found) !== same(told))) take(over ? told : found);
    }).catch(() => {
      // The network is away for a moment; the next one asks again.
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(ask, SPREAD * Math.random());
  });

  // What the page carried for those without script stands in the fields as well.
  all(".carried").forEach((field) => field.remove());
  loosen();
  if (jump.hidden) ballot.fit();
  else toJump.click();
  ask();
})();
