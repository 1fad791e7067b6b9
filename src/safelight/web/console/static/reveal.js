// A picture that is shown: whether it stands on the screen is told, and it goes by itself when its time is over, when the
// tab is hidden or left, and with a key. Without this file the page goes on by itself in time, and the button hides it.
"use strict";

const figure = document.querySelector("[data-exposure]");
const form = document.getElementById("hide");

if (figure && form) {
  const image = figure.querySelector("img");
  let isHidden = false;
  const send = (path) => fetch(path, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual" });
  const tellShown = () => { if (!isHidden) send(figure.dataset.shown); };
  const hide = () => {
    if (isHidden) return;
    isHidden = true;
    image.remove();
    send(form.action);
  };
  const leave = () => { hide(); location.replace(figure.dataset.back); };
  if (image.complete && image.naturalWidth) tellShown();
  else image.addEventListener("load", tellShown);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  addEventListener("pagehide", hide);
  form.addEventListener("submit", () => { isHidden = true; image.remove(); });
  setTimeout(leave, Number(figure.dataset.seconds) * 1000);
}
