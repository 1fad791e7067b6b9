// Keys: one key without Ctrl, Alt or Meta goes where a link says by `data-key`. Nothing is caught while somebody types,
// and nothing at all where they have turned it off. Without this file, `accesskey` and Tab lead everywhere too.
"use strict";

const isTyping = (element) =>
  element.isContentEditable ||
  ["SELECT", "TEXTAREA"].includes(element.tagName) ||
  (element.tagName === "INPUT" && !["radio", "checkbox"].includes(element.type));

document.addEventListener("keydown", (event) => {
  if (!document.documentElement.hasAttribute("data-keys") || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") {
    document.activeElement?.blur();
    return;
  }
  if (event.defaultPrevented || event.isComposing || event.repeat || isTyping(event.target)) return;
  const first = event.key === "/" && document.querySelector("main input:not([type=hidden]), main select");
  const found = first || document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!found) return;
  event.preventDefault();
  if (first || found.matches("input, select, textarea")) found.focus(); // Tab goes on from there
  if (!first && !isTyping(found)) found.click();
});
