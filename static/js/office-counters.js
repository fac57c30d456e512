// Says under each field that has a limit how many characters are left; the server counts the same way, and decides.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-most]").forEach((field) => {
    const said = document.createElement("span");
    said.className = "left";
    field.after(said);
    const count = () => {
      const text = field.value.replace(/\r\n?/g, "\n").trim().normalize("NFC");
      const left = Number(field.dataset.most) - [...text].length;
      said.textContent = (left < 0 ? field.dataset.over : field.dataset.left).replace("#", String(Math.abs(left)));
      said.classList.toggle("over", left < 0);
    };
    field.addEventListener("input", count);
    count();
  });
});
