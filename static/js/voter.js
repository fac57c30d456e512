/* Every voter page: large type, the typed code, the shared tablet, copying a receipt.
   Floor: Chrome 78, iOS 12 (ES2017). Without script every page works as it stands. */
(function () {
  "use strict";
  const LARGE = "minping.large";
  const DRAFT = "minping.draft.";
  const RECEIPT = "minping.receipt";
  const SHOWN = "#receipt";
  const DAY = 24 * 3600 * 1000;
  const MANY = 8;
  const IDLE = 60;
  const WARNING = 15;
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const { still, apart } = window.minping;

  /* Say a text in the page's language, `{0}` and so on filled in: another language's script has other texts in the same places. */
  const t = (text, ...values) => text.replace(/\{(\d)\}/g, (all, place) => values[place]);
  const chinese = root.lang.startsWith("zh");

  /* Make an element: its class, its text, attributes. */
  function make(tag, kind, text, attributes) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    if (text) element.textContent = text;
    // A campaign's own words on a page in another language are read out in theirs.
    if (text && !chinese && /[\u3400-\u9fff]/.test(text)) element.lang = "zh-CN";
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  }

  /* Read, write or (null) remove; storage may be forbidden, full or absent. */
  function stored(kind, name, value) {
    try {
      if (value === undefined) return window[kind].getItem(name);
      if (value === null) window[kind].removeItem(name);
      else window[kind].setItem(name, value);
      return true;
    } catch (error) {
      return null;
    }
  }

  /* A short check of a code: 32 bits of its 75, so the code cannot be worked out from it (FNV-1a). */
  function checkOf(code) {
    let hash = 2166136261;
    for (const symbol of code) hash = Math.imul(hash ^ symbol.charCodeAt(0), 16777619);
    return (hash >>> 0).toString(36);
  }

  /* The draft of a code, by the code's check: each on this device has its own. The old, the damaged and those too many go. */
  function draft(check) {
    const found = names().map((name) => {
      try {
        const one = JSON.parse(stored("localStorage", name));
        const age = Date.now() - one.at;
        if (age >= 0 && age < DAY && typeof one.fields === "string" && name === DRAFT + one.check) return one;
      } catch (error) {
        // Not ours: removed below.
      }
      return stored("localStorage", name, null) && null;
    }).filter(Boolean).sort((one, other) => other.at - one.at);
    found.slice(MANY).forEach((one) => forget(one.check));
    return found.slice(0, MANY).find((one) => one.check === check) || null;
  }
  const forget = (check) => stored("localStorage", DRAFT + check, null);
  function names() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith("minping.draft"));
    } catch (error) {
      return [];
    }
  }
  const forgetAll = () => names().forEach((name) => stored("localStorage", name, null));

  // Large type lasts as long as the tab: localStorage must be empty once a ballot is cast. To a tab of its own,
  // which has nothing of this one, the fragment takes it along.
  const large = byId("large");
  function enlarge(on) {
    root.classList.toggle("large", on);
    large.setAttribute("aria-pressed", String(on));
    stored("sessionStorage", LARGE, on ? "1" : null);
  }
  large.hidden = false;
  enlarge(stored("sessionStorage", LARGE) === "1" || location.hash === "#large");
  large.addEventListener("click", () => enlarge(!root.classList.contains("large")));
  addEventListener("click", ({ target }) => {
    if (target.target) target.hash = root.classList.contains("large") ? "large" : "";
  });

  // A shared tablet is opened at /v#kiosk. The fragment goes along from page to page: nothing is stored. A link
  // that was forwarded has more behind it (?from=…), which is no code.
  const KIOSK = /^#kiosk(?![0-9a-z])/i;
  const kiosk = KIOSK.test(location.hash);
  let touched = Date.now();
  let idle = null;
  let leaving = false;
  function leave() {
    // Once: asking again a second later would break off what was asked for.
    if (leaving) return;
    leaving = true;
    stored("sessionStorage", LARGE, null);
    stored("sessionStorage", RECEIPT, null);
    forgetAll();
    // replace() alone would stay on the page where only the fragment differs.
    if (location.pathname + location.search === "/v") location.reload();
    else location.replace("/v#kiosk");
  }
  function watch() {
    const left = IDLE - Math.floor((Date.now() - touched) / 1000);
    const entry = byId("entry");
    const blank = entry && location.pathname === "/v" && !entry.elements.code.value && !byId("faults");
    if (blank && !root.classList.contains("large")) touched = Date.now();
    else if (left <= 0) leave();
    else if (left <= WARNING && !idle) {
      idle = make("p", "idle", t("很久没有操作，本页将清除并返回。要继续填写，请点一下屏幕。"), { role: "alert" });
      document.body.appendChild(idle);
    }
  }
  function touch() {
    touched = Date.now();
    if (!idle) return;
    idle.remove();
    idle = null;
    still();
  }
  if (kiosk) {
    // The way back would send the form that led here again, and with it the code of whoever stood here before.
    history.replaceState(null, "", location.href);
    root.classList.add("kiosk");
    document.querySelectorAll("form").forEach((form) => form.setAttribute("action", form.getAttribute("action") + "#kiosk"));
    document.querySelectorAll('a[href^="/"]').forEach((link) => link.setAttribute("href", link.getAttribute("href") + "#kiosk"));
    document.querySelectorAll('button[id^="language"]').forEach((other) => other.setAttribute("formaction", other.getAttribute("formaction") + "#kiosk"));
    ["touchstart", "mousedown", "keydown", "input", "scroll"].forEach((kind) => addEventListener(kind, touch, true));
    setInterval(watch, 1000);
    document.addEventListener("visibilitychange", watch);
  }
  // A page that the browser kept, or fills in as it was left, must not show one voter's code to the next; a shared tablet, nothing.
  addEventListener("pageshow", (event) => {
    const again = event.persisted || performance.navigation.type === 2;
    if (again && byId("entry")) byId("code").value = "";
    if (!event.persisted) return;
    still();
    leaving = false;
    if (kiosk) leave();
  });

  /* Keep what `main` shows, the receipt, for this tab, and an address in the place of the ballot's that sends no code again. */
  function retain() {
    if (kiosk) return;
    const main = document.querySelector("main");
    if (stored("sessionStorage", RECEIPT) || stored("sessionStorage", RECEIPT, main.outerHTML)) readdress();
  }
  function readdress() {
    history.replaceState(null, "", `/v${location.search}${SHOWN}`);
    // A slip scanned now changes the fragment only.
    addEventListener("hashchange", () => location.pathname === "/v" && location.hash !== SHOWN && location.reload());
  }

  /* Show the tab's receipt again; without one the entry stands there. */
  function recall() {
    const kept = stored("sessionStorage", RECEIPT);
    if (location.hash !== SHOWN) return;
    history.replaceState(null, "", location.pathname + location.search);
    if (!kept) return;
    // Parsed like this, no text becomes a script.
    const main = new DOMParser().parseFromString(kept, "text/html").querySelector("main");
    document.querySelector("main").replaceWith(main);
    document.title = document.querySelector("h1").textContent;
    offerCopy(byId("receipt"));
    readdress();
  }

  /* Read a code as people type or paste it, out of a link too; null where a character cannot be part of one. */
  function symbolsOf(typed) {
    const text = typed.normalize("NFKC").toUpperCase().replace(/%2D|[\s\-\u00ad\u200b-\u2014\u2060\u2212]/g, "");
    const read = text.replace(/%23/g, "#").replace(/O/g, "0").replace(/[IL]/g, "1");
    const found = read.split(/[^0-9A-Z]/).find((part) => part.length === 16 && fits(part));
    if (found) return found;
    return Array.from(read).every((symbol) => ALPHABET.includes(symbol)) ? read : null;
  }

  /* The last symbol makes a polynomial over GF(32) vanish, as secrecy/token.py makes it. */
  function fits(symbols) {
    let total = 0;
    for (const symbol of symbols.slice(0, -1)) {
      total = (total ^ ALPHABET.indexOf(symbol)) << 1;
      if (total & 32) total ^= 37;
    }
    return ALPHABET[total] === symbols.slice(-1);
  }

  function enter(entry) {
    const input = entry.elements.code;
    const follow = () => {
      const code = location.hash.slice(1);
      if (!code || kiosk) return;
      if (KIOSK.test(location.hash)) {
        location.reload();
        return;
      }
      // The code leaves the address before anything else can see it.
      history.replaceState(null, "", location.pathname + location.search);
      input.value = code;
      entry.submit();
    };
    input.addEventListener("input", (event) => {
      const typed = input.value;
      // Only what is added at the end is grouped: mending in the middle must not move the caret.
      if (event.isComposing || input.selectionStart !== typed.length) return;
      const symbols = typed.normalize("NFKC").toUpperCase().replace(/[\s\-]/g, "");
      if (/^[0-9A-Z]+$/.test(symbols)) input.value = symbols.match(/.{1,4}/g).join("-");
    });
    entry.addEventListener("submit", (event) => {
      const symbols = symbolsOf(input.value);
      let advice = "";
      if (!input.value.trim()) advice = t("请填写投票码");
      else if (symbols === null) advice = t("投票码里只有数字和英文字母，请对照您的票条再核对");
      else if (symbols.length !== 16) advice = t("投票码共 16 位，现在有 {0} 位", symbols.length);
      else if (!fits(symbols)) advice = t("投票码没有填对，请对照您的票条，逐位核对");
      if (!advice) return;
      event.preventDefault();
      let fault = byId("code-fault");
      if (!fault) {
        fault = make("p", "fault", "", { id: "code-fault", role: "alert" });
        input.before(fault);
        input.setAttribute("aria-describedby", "code-fault code-hint");
      }
      fault.textContent = advice;
      input.setAttribute("aria-invalid", "true");
      input.focus();
    });
    // A slip scanned while this page is open changes the fragment only.
    addEventListener("hashchange", follow);
    follow();
  }

  /* Let a receipt be copied; also where the clipboard's newer interface is missing. */
  function offerCopy(receipt) {
    const button = make("button", "plain copy", t("复制回执码"), { type: "button" });
    const said = make("p", "hint", "", { role: "status" });
    const done = (copied) => {
      said.textContent = copied ? t("已复制") : t("没能复制，请抄下来");
    };
    const select = () => {
      const selection = getSelection();
      selection.removeAllRanges();
      const range = document.createRange();
      range.selectNodeContents(receipt);
      selection.addRange(range);
      done(document.execCommand("copy"));
    };
    button.addEventListener("click", () => {
      if (navigator.clipboard) navigator.clipboard.writeText(receipt.textContent).then(() => done(true), select);
      else select();
    });
    receipt.after(button, said);
    if (!kiosk) return;
    const back = make("button", "primary", t("完成，交给下一位"), { type: "button" });
    back.addEventListener("click", leave);
    receipt.parentNode.after(back, make("p", "hint", t("20 秒后自动返回。")));
    setTimeout(leave, 20000);
  }

  window.minping = { byId, make, t, stored, checkOf, draft, forget, offerCopy, retain, kiosk, still, apart, DRAFT };

  draft();
  if (byId("ballot")) stored("sessionStorage", RECEIPT, null);
  const faults = byId("faults");
  const receipt = byId("receipt");
  const spent = byId("spent");
  if (faults) faults.focus();
  recall();
  if (byId("entry")) enter(byId("entry"));
  if (receipt) {
    // Cast without the ballot's script, so whose draft there is cannot be told.
    forgetAll();
    retain();
    offerCopy(receipt);
  }
  if (spent) {
    // The answer to a sent ballot was lost and the page opened anew: the draft still holds its receipt.
    const found = draft(checkOf(spent.dataset.code));
    if (found && found.sent) {
      const box = make("div", "box");
      const output = make("output", "", found.receipt, { id: "receipt" });
      box.append(make("p", "hint", t("这部手机刚才提交的，回执码")), output);
      spent.nextElementSibling.after(box);
      offerCopy(output);
    }
    forget(checkOf(spent.dataset.code));
  }
})();
