// Shows the buttons that copy a link or a code, and copies; also where the clipboard's newer interface is missing (plain http).
document.addEventListener("DOMContentLoaded", () => {
  const marked = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr";
    area.readOnly = true;
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    before.focus();
    return copied;
  };
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const said = button.nextElementSibling;
    const say = (copied) => {
      said.textContent = copied ? button.dataset.done : button.dataset.failed;
    };
    button.addEventListener("click", () => {
      const text = button.dataset.copy;
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say(true), () => say(marked(text)));
      else say(marked(text));
    });
    button.parentNode.hidden = false;
  });
});
