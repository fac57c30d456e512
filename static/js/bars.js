/* What stays in view never takes more than a quarter of the height: first the bar scrolls away, then what is below. */
(function () {
  "use strict";
  const ballot = window.minping.ballot;
  if (!ballot) return;
  const top = document.getElementById("top");
  const bar = top.querySelector(".bar");
  const dock = ballot.form.querySelector(".dock");

  function fit() {
    // Names of an exceeded quota that the voter opened may cover more.
    if (top.querySelector("details[open]")) return;
    const most = innerHeight / 4;
    const above = top.offsetHeight;
    const under = dock.offsetHeight;
    const kept = above + under > most ? above - bar.offsetHeight : above;
    top.style.top = `${kept - above}px`;
    dock.classList.toggle("loose", kept + under > most);
    document.documentElement.style.scrollPaddingTop = `${kept + 12}px`;
  }
  // No event says that the size of the text has changed; a scroll comes before it matters.
  ["resize", "scroll", "click"].forEach((kind) => addEventListener(kind, fit));

  ballot.fit = fit;
})();
