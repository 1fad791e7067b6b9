// What is written about a case is kept while it is written, a little after the last key and when the page is left; and
// Ctrl+Enter decides. Without this file the button beside keeps it.
"use strict";

const ruling = document.querySelector("form.ruling");

if (ruling) {
  const reasons = ruling.querySelector("textarea");
  const path = ruling.dataset.draft;
  let kept = reasons.value;
  let waiting = 0;
  const keep = () => {
    clearTimeout(waiting);
    if (!path || reasons.value === kept) return;
    kept = reasons.value;
    fetch(path, {
      method: "POST",
      body: new URLSearchParams(new FormData(ruling)),
      headers: { Accept: "application/json" },
      keepalive: true,
    });
  };
  reasons.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 3000); });
  addEventListener("pagehide", keep);
  ruling.addEventListener("submit", () => { kept = reasons.value; });
  ruling.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ruling.querySelector("[data-submit]").click();
  });
}
