/* While a sheet is filled in, each card says what its lines come to. The server adds them up anew. */
(function () {
  "use strict";
  function sum(card) {
    var said = card.querySelector("output[data-word]");
    if (!said) return;
    var total = 0, typed = 0;
    card.querySelectorAll("input").forEach(function (field) {
      var text = field.value.normalize("NFKC").trim();
      if (!/^\d{1,9}(\.\d{0,6})?$/.test(text)) return;
      typed += 1;
      total += Number(text);
    });
    said.textContent = typed ? said.dataset.word.replace("{0}", String(Math.round(total * 1e6) / 1e6)) : "";
  }
  document.querySelectorAll("[data-sum]").forEach(function (card) {
    card.addEventListener("input", function () { sum(card); });
    sum(card);
  });
})();
