/* Typing keeps the session alive, at most one request in five minutes; two minutes before its end a line says so. */
(function () {
  "use strict";
  var box = document.getElementById("session");
  var token = document.querySelector("input[name=csrf_token]");
  if (!box || !token || !window.fetch) return;
  var MINUTE = 60000, NOTED = 5 * MINUTE, WARNED = 120;
  var asked = Date.now(), until = Date.now() + 30 * MINUTE, timer = 0;

  function show(when) {
    box.querySelectorAll("[data-when]").forEach(function (line) { line.hidden = line.dataset.when !== when; });
  }

  function after(seconds) {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000);
  }

  function take(seconds, method) {
    until = Date.now() + seconds * 1000;
    if (seconds <= 0) { show("over"); return; }
    if (seconds > WARNED) { show(""); after(seconds - WARNED); return; }
    show(method === "POST" ? "last" : "soon");
    after(seconds + 1);
  }

  function ask(method) {
    if (method === "POST") asked = Date.now();
    var sent = { method: method, headers: { "X-CSRFToken": token.value }, redirect: "manual", credentials: "same-origin" };
    fetch(box.dataset.address, sent).then(function (answer) {
      if (!answer.ok) throw new Error("no answer");
      return answer.json().then(function (said) { take(said.seconds, method); });
    }).catch(function () {
      // No longer logged in, or no network: nothing is said before the time that was known is over.
      if (Date.now() < until) after((until - Date.now()) / 1000); else show("over");
    });
  }

  function look() { ask("GET"); }

  document.addEventListener("input", function () { if (Date.now() - asked >= NOTED) ask("POST"); });
  box.querySelector("button").addEventListener("click", function () { ask("POST"); });
  // A sleeping computer counts no seconds: what has passed is asked for when somebody is back.
  document.addEventListener("visibilitychange", function () { if (!document.hidden && Date.now() - asked >= MINUTE) look(); });
  // Most pages are left before the minute is over, and ask nothing.
  after(60);
})();
