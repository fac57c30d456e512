/* The draft on this device, and the way of a finished ballot into the box. */
(function () {
  "use strict";
  const page = window.minping;
  const { byId, make, t, stored, checkOf, kiosk, DRAFT } = page;
  const ballot = page.ballot;
  if (!ballot) return;
  const { form, answers, encode } = ballot;
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const PATIENCE = 30000;
  const code = form.elements.code.value;
  const check = checkOf(code);
  // One receipt for a code and a device: two tabs, or a page opened anew, send the same.
  let receipt = newReceipt();
  const tab = newReceipt();
  let known = null; // the tab that wrote the draft last, as far as this one knows

  /* 60 random bits, made here: nobody but this device knows the receipt before it is cast. */
  function newReceipt() {
    const random = Array.from(crypto.getRandomValues(new Uint8Array(12)));
    return random.map((byte) => ALPHABET[byte & 31]).join("").match(/.{4}/g).join("-");
  }

  /* The draft of this very code, if there is one; a shared tablet keeps none. */
  const own = () => (kiosk ? null : page.draft(check));

  /* Go on with a draft, or (null) in the place of one that is gone. */
  function follow(found) {
    known = found && found.tab;
    if (found) receipt = found.receipt;
  }

  function forget() {
    known = null;
    return page.forget(check);
  }

  /* Whether another tab wrote the draft, or removed it, since this one did: the voter is told, and decides. */
  function clashes() {
    const found = own();
    const clash = (found && found.tab) !== known;
    if (clash) ballot.clash(found);
    return clash;
  }
  addEventListener("storage", () => known && clashes());

  /* Say where answers are until they are submitted. */
  function explain() {
    const works = !kiosk && stored("localStorage", "minping.try", "1") && stored("localStorage", "minping.try", null);
    return make("p", "hint", works ? t("提交之前，答案只存在这部手机里，24 小时后自动清除。在“目录”里可以随时清除。") : t("提交之前，答案只在本页上；关闭本页就没有了。"));
  }

  /* Keep all answers on this device. */
  function keep(at, sent) {
    if (kiosk || clashes()) return;
    const fields = encode(answers());
    if (!fields && !sent) forget();
    else if (stored("localStorage", DRAFT + check, JSON.stringify({ at: Date.now(), check, tab, fields, receipt, page: at, sent: Boolean(sent) }))) known = tab;
  }

  /* The request: always as long as the campaign's fixed size, whatever was ticked and written. */
  function bodyOf() {
    const body = `${encode([["code", code]].concat(answers(), [["receipt", receipt]]))}&pad=`;
    let size = Number(form.dataset.size);
    while (size < body.length) size *= 2;
    return body + "0".repeat(size - body.length);
  }

  let busy = false;
  let body = null;
  let enclosed = receipt;
  let tries = 0;

  /* Send the ballot, or the very same request again; `told` gets what came of it, once. */
  function send(told) {
    if (busy) return;
    busy = true;
    if (!body) {
      body = bodyOf();
      enclosed = receipt;
    }
    tries += 1;
    const request = new XMLHttpRequest();
    const end = (outcome, answer) => {
      busy = false;
      // Only a request whose fate is unknown must be repeated unchanged.
      if (outcome !== "again") {
        body = null;
        tries = 0;
      }
      told(outcome, answer);
    };
    request.open("POST", `/v/cast${location.search}`);
    request.timeout = PATIENCE;
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("Accept", "application/json");
    request.onerror = request.ontimeout = request.onabort = () => end("again");
    request.onload = () => {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {
        // A hall's sign-in page, a proxy's error: not from the ballot box.
      }
      const key = answer && answer.error;
      if (request.status === 201 && answer && answer.receipt) end("received", answer.receipt);
      else if (key === "already-cast" && tries > 1) end("received", enclosed);
      else if (key === "invalid-ballot") end("faulty", answer.fields);
      else if (/^not-.*open/.test(key)) end("later", answer.message);
      else if (["already-cast", "closed", "unknown-code", "too-large"].includes(key)) end("refused", answer);
      else end("again");
    };
    request.send(body);
  }

  /* Put the receipt in the place of the ballot: no answer and no code stays on the page. */
  function received(given) {
    forget();
    const main = document.querySelector("main");
    const content = byId("received").content.cloneNode(true);
    const output = content.querySelector("output");
    output.id = "receipt";
    output.textContent = given;
    if (kiosk) ballot.all('a[href^="/"]', content).forEach((link) => link.remove());
    else output.parentNode.previousElementSibling.append(t("手机上的草稿已清除。"));
    main.textContent = "";
    main.append(content);
    page.retain();
    page.offerCopy(output);
    finish(main.querySelector("h1"));
  }

  /* Say that this code cannot cast a ballot (any more), in the server's words. */
  function refused(answer) {
    forget();
    const main = document.querySelector("main");
    const [title, ...advice] = answer.message.split(/。|\. /);
    main.textContent = "";
    main.append(make("h1", "", title), make("p", "", advice.join(t("。"))));
    if (!("survey" in form.dataset)) main.append(make("a", "link", t("输入投票码"), { href: kiosk ? "/v#kiosk" : `/v${location.search}` }));
    finish(main.querySelector("h1"));
  }

  /* Ask for the ballot in another language. Only the code is sent: answers stay in the draft, which is offered there. */
  function reopen(address) {
    const leaf = make("form", "", "", { method: "post", action: address, hidden: "" });
    leaf.append(make("input", "", "", { type: "hidden", name: "code", value: code }));
    document.body.append(leaf);
    leaf.submit();
  }

  function finish(heading) {
    ballot.over = true;
    ballot.wiped = "";
    document.title = heading.textContent;
    heading.tabIndex = -1;
    heading.focus();
    scrollTo(0, 0);
    page.still();
    document.querySelectorAll("main .primary").forEach(page.apart);
  }

  Object.assign(ballot, { check, own, explain, keep, send, received, refused, reopen, follow, forget });
})();
