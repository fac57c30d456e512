// Names that are not on a list: whoever types whom a wording means has chosen so, and need not press it besides.
document.addEventListener("input", (event) => {
  const person = event.target.closest(".person");
  if (person) person.querySelector("[type=radio]").checked = true;
});
