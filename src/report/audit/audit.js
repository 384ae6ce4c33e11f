(() => {
  // A link to a section that the filters hide shows everything again.
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.hidden) return;
    document.querySelector("#filters").reset();
    setTimeout(() => target.scrollIntoView());
  });

  // A witness becomes a file that `gradproof replay` takes.
  document.querySelectorAll("[data-save]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([button.closest("details").querySelector("pre").textContent + "\n"], { type: "application/json" }));
      link.download = button.dataset.save;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  });
})();
