// A key answers a line and sends it: a digit a grade, 0 a blank, - an abstention, ? or u "cannot tell". Nothing is taken before the
// picture is there and has been for a moment: a key or button pressed twice must not answer a line that nobody has seen.
const form = document.querySelector("form.judge");
const MOMENT = 300;

const named = (event) => {
  const key = event.key.normalize("NFKC");
  return key.toLowerCase() === "u" ? "?" : key;
};

const answer = (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const key = named(event);
  if (key === "Enter") {
    // A button or link that somebody went to does what it says; elsewhere Enter sends what is ticked, or nothing.
    if (event.target.closest("a, button, summary")) return;
    event.preventDefault();
    if (!form.querySelector("input[type=checkbox]:checked")) return;
  }
  const button = Array.from(form.querySelectorAll("[data-key]")).find((one) => one.dataset.key === key);
  if (!button || event.repeat || !("ready" in form.dataset)) return;
  event.preventDefault();
  button.click();
};

if (form) {
  const pictures = Array.from(document.querySelectorAll("img.crop"), (picture) => picture.decode().catch(() => {}));
  Promise.all(pictures).then(() => setTimeout(() => { form.dataset.ready = ""; }, MOMENT));
  form.addEventListener("submit", (event) => {
    if (!("ready" in form.dataset)) event.preventDefault();
    else delete form.dataset.ready;
  });
  document.addEventListener("keydown", answer);
}
