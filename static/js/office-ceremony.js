/* A page of a ceremony that is left by mistake can be gone on with: what it carries, encrypted under a key that ends with the
   ceremony, is kept in this browser until then. Nothing of a share is readable in it. */
(function () {
  "use strict";
  var NAME = "minping-ceremony-";
  var store;
  try { store = window.localStorage; } catch (refused) { store = null; }
  if (!store) return;

  function one(selector) { return document.querySelector(selector); }
  function forget(campaign) { store.removeItem(NAME + campaign); }

  var goesOn = one("[data-goes-on]");
  var carried = one("main input[name=carried]");
  if (goesOn && carried) {
    try {
      store.setItem(NAME + goesOn.dataset.goesOn, JSON.stringify({ carried: carried.value, until: goesOn.dataset.until }));
    } catch (full) { forget(goesOn.dataset.goesOn); }
  }

  var offer = one("template[data-left]");
  if (offer) {
    var kept = null;
    try { kept = JSON.parse(store.getItem(NAME + offer.dataset.left)); } catch (damaged) { kept = null; }
    if (kept && Date.parse(kept.until) > Date.now()) {
      var form = offer.content.querySelector("form");
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = "carried";
      field.value = kept.carried;
      form.appendChild(field);
      offer.replaceWith(form);
    } else {
      forget(offer.dataset.left);
    }
  }

  document.querySelectorAll("[data-over]").forEach(function (over) {
    if (over.tagName === "FORM") over.addEventListener("submit", function () { forget(over.dataset.over); });
    else forget(over.dataset.over);
  });
})();
