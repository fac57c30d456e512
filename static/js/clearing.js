/* Clearing all that was filled in: asked for at another place, and taken back as long as the page is there. */
(function () {
  "use strict";
  const { make, t, still, apart } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const wipe = make("button", "plain wipe", t("清除全部填写"), { type: "button" });
  ballot.wiped = "";

  /* Say something on top of a place, with one button. */
  function told(place, text, label, act) {
    const box = make("div", "box", "", { role: "status" });
    const button = make("button", "plain", label, { type: "button" });
    button.addEventListener("click", () => {
      box.remove();
      act();
    });
    box.append(make("p", "", text), button);
    place.querySelector("h1").after(box);
    return button;
  }

  /* Offer what was cleared; `then` shows that it is back. */
  function offerBack(place, then) {
    told(place, t("已全部清除。"), t("撤销清除"), () => {
      ballot.fill(ballot.wiped);
      ballot.adopt();
      ballot.keep(1);
      ballot.wiped = "";
      then();
    });
  }

  /* Furnish the jump list; `then` shows it anew. */
  function clearing(jump, then) {
    if (ballot.wiped) offerBack(jump, then);
    jump.append(wipe);
    wipe.hidden = !ballot.answers().length;
    wipe.onclick = () => {
      wipe.hidden = true;
      scrollTo(0, 0);
      const sure = told(jump, t("已填的全部清除？"), t("全部清除"), () => {
        ballot.wiped = ballot.encode(ballot.answers());
        ballot.clear();
        ballot.forget();
        then();
      });
      apart(sure);
      sure.focus();
      still();
    };
  }

  Object.assign(ballot, { offerBack, clearing });
})();
