/* While a share is typed in digits, a group whose check digit does not fit is named at once. The server reads them anew:
   survey/secrecy/share_digits.py, which this follows. */
(function () {
  "use strict";
  var field = document.querySelector("textarea[data-wrong]");
  var said = field && field.form.querySelector("output[for=words]");
  if (!said) return;
  var GROUPS = 20, DIGITS = 6, SHORTEST = 4;
  var DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];

  function isRight(at, group) {
    var row = at % 10;
    if (!/^[0-9]{6}$/.test(group)) return false;
    for (var place = 0; place < DIGITS; place += 1) row = Number(DAMM[row][Number(group[place])]);
    return row === 0;
  }

  function groupsIn(text) {
    var lines = text.normalize("NFKC").replace(/\p{Cf}/gu, "").split("\n");
    var plain = lines.filter(function (line) { return line.trim()[0] !== "#"; }).join("\n");
    var tokens = plain.match(/[0-9A-Za-z]+/g) || [];
    var signs = tokens.join("");
    if (2 * signs.replace(/[^0-9]/g, "").length <= signs.length) return [];
    var parts = [];
    tokens.forEach(function (token, at) {
      var following = tokens[at + 1] || "";
      if (token !== String(parts.length + 1) || following.length < SHORTEST) parts.push(token);
    });
    var sixes = parts.filter(function (part) { return part.length === DIGITS; }).length;
    if (parts.length === GROUPS || (2 * sixes > parts.length && parts.length > 1)) return parts;
    return parts.join("").match(/.{1,6}/g) || [];
  }

  function look() {
    var groups = groupsIn(field.value);
    var whole = groups.filter(function (group) { return group.length === DIGITS; });
    // The group that is being typed is not wrong yet.
    var wrong = groups.map(function (group, at) {
      return at === groups.length - 1 && group.length < DIGITS || isRight(at + 1, group) ? 0 : at + 1;
    }).filter(Boolean);
    var text = whole.length ? field.dataset.count.replace("{0}", String(whole.length)) : "";
    if (wrong.length) text += " " + field.dataset.wrong.replace("{0}", wrong.join("、"));
    if (said.textContent !== text) said.textContent = text;
    said.classList.toggle("error", wrong.length > 0);
    field.setAttribute("aria-invalid", wrong.length > 0 ? "true" : "false");
  }

  field.addEventListener("input", look);
  look();
})();
