"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const body = one("#matrix tbody"), rows = [...body.rows], form = one("#filters");
  const sections = rows.map((row) => document.getElementById(row.dataset.for));

  // Filters: a row and its section stay if they have all the words, the topic and the verdict.
  const filter = () => {
    const words = one("#words").value.toLowerCase().split(/\s+/);
    const topic = one("#topic").value, verdict = one("#verdict").value;
    let shown = 0;
    rows.forEach((row, index) => {
      const { words: text, topic: its, verdicts } = row.dataset;
      const stays = words.every((word) => text.includes(word)) && (!topic || topic === its) && (!verdict || verdicts.split(" ").includes(verdict));
      row.hidden = !stays;
      if (sections[index]) sections[index].hidden = !stays;
      shown += stays;
    });
    one("#shown").textContent = `${shown} of ${rows.length} ${form.dataset.of}`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();

  // Sorting: the first press ascends, the next one descends; equal rows stay in book order.
  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
  document.querySelectorAll("#matrix thead button").forEach((button, column) => {
    button.addEventListener("click", () => {
      const head = button.parentElement, down = head.getAttribute("aria-sort") === "ascending";
      const order = button.dataset.kind === "number" ? (a, b) => key(a, column) - key(b, column) : (a, b) => key(a, column).localeCompare(key(b, column));
      const sorted = [...rows].sort((a, b) => (down ? -1 : 1) * order(a, b));
      document.querySelectorAll("#matrix th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...sorted);
    });
  });
})();
