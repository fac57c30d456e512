/* On the page that hands out a code: it goes on to the first card at once, before anything is fetched. What the
   introduction says stood on the page before. */
(function () {
  "use strict";
  const root = document.documentElement;
  const form = document.getElementById("hand-out");
  const show = () => { root.className = ""; };
  root.className = "opening";
  form.action += /^#kiosk/i.test(location.hash) ? "#kiosk" : "#/1/go";
  form.submit();
  // Whoever comes back, or waits in vain, finds the button.
  addEventListener("pageshow", (event) => event.persisted && show());
  setTimeout(show, 9000);
})();
