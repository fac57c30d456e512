/* What a voter is asked about drafts: to go on with one or begin anew, and which of two pages holds. */
(function () {
  "use strict";
  const { make, t, still } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const { form } = ballot;
  const dock = form.querySelector(".dock");

  /* Put a question before anything else: until it is answered nothing is sent. Each choice is given the draft as it is then. */
  function ask(box, ...choices) {
    dock.hidden = true;
    still();
    choices.forEach(([kind, words, then]) => {
      const button = make("button", kind, words, { type: "button" });
      button.addEventListener("click", () => {
        const newest = ballot.own();
        box.remove();
        dock.hidden = false;
        still();
        then(newest);
      });
      box.append(button);
    });
    return box;
  }

  function restore(draft) {
    ballot.follow(draft);
    ballot.fill(draft.fields);
    ballot.adopt();
  }

  /* What the introduction says about a draft; `on` gets the page where it was left, `stay` is for beginning anew. */
  function offer(draft, on, stay) {
    const box = make("div", "box", "", { id: "draft" });
    const when = new Date(draft.at);
    const time = `${when.getHours()}:${String(when.getMinutes()).padStart(2, "0")}`;
    box.append(make("p", "", t("这部手机上有您 {0} 没有提交的填写。", time)));
    return ask(box, ["primary", t("接着填写"), (newest) => {
      // Another page may have gone on meanwhile.
      const taken = newest || draft;
      restore(taken);
      on(taken.page);
    }], ["plain", t("清除，重新填写"), (newest) => {
      ballot.wiped = (newest || draft).fields;
      ballot.forget();
      stay();
    }]);
  }

  /* Another page wrote the draft (null: removed it). `show` shows the ballot as it is then. */
  function choose(found, show) {
    if (document.getElementById("clash")) return;
    const box = make("div", "box", "", { id: "clash", role: "alert" });
    box.append(make("b", "", t("另一个页面也在填写")), make("p", "", found ? t("为免互相覆盖，本页先不保存。") : t("那边的填写已经提交或清除。")));
    const choices = [["plain", t("用本页的填写"), (newest) => {
      ballot.follow(newest);
      show();
    }]];
    if (found) choices.unshift(["primary", t("改用那边的填写"), (newest) => {
      if (newest) {
        ballot.clear();
        restore(newest);
      }
      show();
    }]);
    form.prepend(ask(box, ...choices));
    scrollTo(0, 0);
  }

  Object.assign(ballot, { offer, choose, restore });
})();
