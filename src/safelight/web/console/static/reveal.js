// A picture that is shown: that it stands on the screen is told once it does, and it goes by itself when its time is over,
// when the tab is hidden or another window comes before it, and with Escape; `x` presses the button, as on every page.
// Without this file the page goes on by itself in time, and the button hides it.
"use strict";

const figure = document.querySelector("[data-exposure]");
const form = document.getElementById("hide");

if (figure && form) {
  const image = figure.querySelector("img");
  const wasShown = form.elements.namedItem("was_shown");
  let isHidden = false;
  const send = (path) =>
    fetch(path, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual" });
  const tellShown = () => {
    wasShown.disabled = false;
    if (!isHidden) send(figure.dataset.shown);
  };
  const hide = () => {
    if (isHidden) return;
    isHidden = true;
    image.remove();
    send(form.action);
  };
  const leave = () => { hide(); location.replace(figure.dataset.back); };
  wasShown.disabled = true; // what has not been drawn was not shown
  if (image.complete && image.naturalWidth) tellShown();
  else image.addEventListener("load", tellShown);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  addEventListener("blur", leave);
  addEventListener("pagehide", hide);
  form.addEventListener("submit", () => { isHidden = true; image.remove(); });
  setTimeout(leave, Number(figure.dataset.seconds) * 1000);
}
