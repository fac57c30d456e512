// Enter on a box decides nothing, and unticks nothing. Arrow keys lead from text to text; Tab goes on to what can be decided on it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const item = event.target.closest && event.target.closest(".texts .text");
  if (!step || !item || event.altKey || event.ctrlKey || event.metaKey) return;
  const items = Array.from(document.querySelectorAll(".texts .text"));
  const next = items[items.indexOf(item) + step];
  if (!next) return;
  event.preventDefault();
  next.querySelector("input[type=checkbox]").focus();
});
