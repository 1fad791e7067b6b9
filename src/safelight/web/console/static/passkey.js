// Passkeys: a form with `data-passkey` asks our server what to ask for, the browser for it, and sends the answer.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (credentials) => (credentials || []).map((each) => ({ ...each, id: bytes(each.id) }));

function asked(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  publicKey.allowCredentials = named(options.allowCredentials);
  publicKey.excludeCredentials = named(options.excludeCredentials);
  return { publicKey };
}

function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = words(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: words(credential.rawId), type: credential.type, response });
}

async function answer(form) {
  const token = form.elements.namedItem("csrf").value;
  const reply = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRF-Token": token } });
  if (!reply.ok || reply.redirected) throw new Error("not asked");
  const options = asked(await reply.json());
  return told(await navigator.credentials[form.dataset.passkey](options));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      form.elements.namedItem("answer").value = await answer(form);
    } catch {
      failed.hidden = false; // refused, timed out, or nothing of the kind is here: the reason is the browser's to tell
      return;
    }
    form.submit();
  });
}
