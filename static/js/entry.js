/* On the entry page itself, before anything is fetched: a scanned code goes on its way at once, and what the page
   needs to be filled in by hand is asked for where there is none. Style and script would stand in the ballot's way. */
(function () {
  "use strict";
  const root = document.documentElement;
  const given = document.currentScript.dataset;
  const code = location.hash.slice(1);
  const make = (tag, attributes) => root.appendChild(Object.assign(document.createElement(tag), attributes));

  /* Hidden until the style is there, or until it is known that it does not come. */
  root.className = "opening";
  let asked = false;
  function show() {
    if (asked) return;
    asked = true;
    const shown = () => root.classList.remove("opening");
    make("link", { rel: "stylesheet", href: given.style, onload: shown, onerror: shown });
    make("script", { src: given.src });
  }

  // Neither a shared tablet's page nor a receipt shown again is a code.
  const scanned = code && !/^(kiosk|receipt)(?![0-9a-z])/i.test(code);
  // The code leaves the address before anything else can see it.
  if (scanned) history.replaceState(null, "", location.pathname + location.search);
  // Sooner, a browser would give up reading the page, and nothing would be there for whoever waits in vain.
  addEventListener("DOMContentLoaded", () => {
    if (!scanned) return show();
    const form = make("form", { method: "post", action: given.to });
    form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "code", value: code }));
    form.submit();
    form.remove();
    addEventListener("pageshow", (event) => event.persisted && show());
    setTimeout(show, 9000);
  });
})();
