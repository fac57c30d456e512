/* What was tapped on one screen is not meant for the next: for a while that takes no tap, click or Enter. The style
   does the same before script runs, and without it. */
(function () {
  "use strict";
  const STILL = 700;
  const root = document.documentElement;
  let calm = null;
  let spot = null; // where the last tap was
  /* Begin it: a page has changed. While one loads, it counts from the tap that asked for it: whoever has waited
     for a slow network is not kept waiting once more. */
  function still() {
    root.classList.add("still");
    clearTimeout(calm);
    const gone = spot || document.readyState === "complete" ? 0 : performance.now();
    calm = setTimeout(() => root.classList.remove("still"), STILL - gone);
  }
  ["click", "submit", "keydown"].forEach((kind) => addEventListener(kind, (event) => {
    const { target } = event;
    const held = event.repeat && event.key === "Enter" && !target.matches("textarea");
    if (kind === "keydown" ? held : root.classList.contains("still")) {
      event.preventDefault();
      event.stopPropagation();
    } else if (kind === "click") spot = target.getBoundingClientRect();
  }, true));
  still();

  /* Move a button that cannot be undone below the place that was tapped last. */
  function apart(button) {
    const box = button.getBoundingClientRect();
    if (spot && box.top < spot.bottom && spot.top < box.bottom) button.style.marginTop = `${spot.bottom - box.top + 24}px`;
  }

  window.minping = { still, apart };
})();
