/* The end of the review: 提交, and what is asked before a ballot with blanks, or a spoiled one, is cast. */
(function () {
  "use strict";
  const { byId, make, t, still, apart } = window.minping;
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const NAMED = 6;
  // Never where 核对 was: there is a bar whose button leads down to it.
  const cast = make("button", "primary", "", { id: "cast" });
  const dock = ballot.form.querySelector(".dock");
  const way = dock.querySelector("button");

  /* Name who has blanks, and how many. */
  function missing() {
    const names = ballot.cards
      .filter((card) => ballot.isRatee(card) && ballot.blanks(card).length)
      .map((card) => t("{0} {1} 处", ballot.titleOf(card), ballot.blanks(card).length));
    const named = names.slice(0, NAMED).join(t("、"));
    return names.length > NAMED ? t("{0}……共 {1} 个", named, names.length) : named;
  }

  /* The question as an element; empty where nothing is to be asked. */
  function question() {
    const box = make("div", "box", "", { id: "ask" });
    const say = (text) => box.append(make("p", "", text));
    const blank = ballot.blanks().length;
    if (ballot.isSpoiled()) say("survey" in ballot.form.dataset ? t("照这样提交，不计入结果") : t("照这样提交，是一张废票"));
    // Nobody on a list is an answer, and may be a slip.
    const empty = ballot.all(".ticks").filter((list) => !ballot.ticked(list).length && !ballot.namesOf(list).some((text) => text.value.trim()));
    if (blank) say(t("有 {0} 处未填", blank) + t("：") + missing());
    empty.forEach((list) => say(ballot.kindOf(list) + t("：") + t("一个人也没有勾")));
    if (!blank && !empty.length && !ballot.answers().length) say(t("没有填写"));
    if (!box.firstChild) return "";
    const tile = make("label", "cell");
    tile.append(make("input", "", "", { type: "checkbox", id: "sure" }), make("span", "", t("就这样提交")));
    box.append(tile);
    return box;
  }

  /* Whether it may be cast; what is still to be ticked is said. */
  function agreed() {
    const sure = byId("sure");
    if (!sure || sure.checked) return true;
    // Below the tile, which is not to move to where the finger is.
    if (!byId("sure.fault")) sure.parentNode.after(make("p", "fault", t("请先勾选"), { id: "sure.fault" }));
    sure.setAttribute("aria-describedby", "sure.fault");
    sure.focus();
    still();
    return false;
  }

  /* Write the end of the review. */
  function ending(review, faulty) {
    cast.textContent = t("提交");
    cast.style.marginTop = "";
    review.append(faulty ? "" : question(), cast);
  }

  /* Let the same be sent again, from where it is said that it was not. */
  function again(box) {
    cast.textContent = t("再试一次");
    box.append(cast);
  }

  /* Once the review is shown: where the bar does not stay at the bottom, it cannot keep them apart. */
  function settle() {
    if (!/sticky/.test(getComputedStyle(dock).position)) apart(cast);
  }
  way.addEventListener("click", () => {
    if (way.type === "submit") return;
    cast.scrollIntoView();
    still();
  });

  Object.assign(ballot, { cast, agreed, ending, again, settle });
})();
