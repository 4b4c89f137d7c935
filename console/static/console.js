// Spares hands and reloads; without it every page does the same by links and forms.
(() => {
  "use strict";
  const work = document.getElementById("work");
  const boxes = work ? [...work.querySelectorAll('input[name="task"]')] : [];
  const told = document.getElementById("chosen");

  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    told.textContent = chosen ? `Với ${chosen} việc đã chọn:` : "Với những việc đã chọn:";
  };
  boxes.forEach((box) => box.addEventListener("change", count));

  const here = () => boxes.findIndex((box) => box.closest("tr").contains(document.activeElement));
  const move = (step) => {
    const next = boxes[Math.min(boxes.length - 1, Math.max(0, here() + step))];
    if (next) next.focus();
  };
  const open = () => {
    const row = here() >= 0 && boxes[here()].closest("tr");
    if (row) row.querySelector("th a").click();
  };
  const keys = { j: () => move(1), k: () => move(-1), o: open, "/": () => document.querySelector('[data-key="/"]')?.focus() };

  document.addEventListener("keydown", (pressed) => {
    const typing = pressed.target.closest("textarea, select, input:not([type=checkbox])");
    if (typing || pressed.ctrlKey || pressed.altKey || pressed.metaKey || !keys[pressed.key]) return;
    pressed.preventDefault();
    keys[pressed.key]();
  });
})();
