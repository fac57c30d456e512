/* Passkeys: the browser has one sign what the server asks for, and the form around the button takes it along.
   Without script, or where browser or address have none, nothing of this is shown and numbers are typed. */
(function () {
  "use strict";
  var able = Boolean(window.PublicKeyCredential && window.isSecureContext && navigator.credentials && window.fetch);

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function known(list) {
    return (list || []).map(function (one) { return { type: one.type, id: bytes(one.id) }; });
  }

  function readable(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
    if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
    return { publicKey: options };
  }

  function written(credential) {
    var answer = credential.response, response = { clientDataJSON: text(answer.clientDataJSON) };
    if (answer.attestationObject) response.attestationObject = text(answer.attestationObject);
    if (answer.authenticatorData) response.authenticatorData = text(answer.authenticatorData);
    if (answer.signature) response.signature = text(answer.signature);
    var id = text(credential.rawId);
    return JSON.stringify({ id: id, rawId: id, type: credential.type, response: response });
  }

  function asked(box, form) {
    if (box.dataset.make) return navigator.credentials.create(readable(JSON.parse(box.dataset.make)));
    var token = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    var headers = { Accept: "application/json" };
    return fetch(box.dataset.passkey, { method: "POST", body: token, headers: headers })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer); })
      .then(function (options) { return navigator.credentials.get(readable(options)); });
  }

  function attach(box) {
    var button = box.querySelector("button"), fault = box.querySelector(".error"), form = box.closest("form");
    button.addEventListener("click", function () {
      if (!form.reportValidity()) return;
      button.disabled = true;
      fault.hidden = true;
      asked(box, form).then(function (credential) {
        form.elements.passkey.value = written(credential);
        form.submit();
      }).catch(function () {
        button.disabled = false;
        fault.hidden = false;
      });
    });
    // Whoever types instead, after going back, sends no answer of before; form.submit() does not come here.
    form.addEventListener("submit", function () { form.elements.passkey.value = ""; });
    box.hidden = false;
  }

  document.querySelectorAll("[data-origin]").forEach(function (box) {
    var here = location.origin === box.dataset.origin;
    if (box.matches("[data-passkey], [data-make]")) {
      if (able && here) attach(box);
      return;
    }
    // A place that tells about passkeys: how to have one here, or where else to go.
    var add = box.querySelector("[data-here]"), elsewhere = box.querySelector("[data-elsewhere]");
    if (add) add.hidden = !(able && here);
    if (elsewhere) elsewhere.hidden = here;
    if ((able && here) || (elsewhere && !here)) box.hidden = false;
  });
})();
