// Passkeys: a button [data-passkey="create" or "get"] in a form with a field named "credential". What the server asks is in
// the script element #passkey-options, or comes from [data-passkey-ask]. The browser's answer is sent with the form.
"use strict";
(() => {
  async function asked(button) {
    const from = button.dataset.passkeyAsk;
    if (!from) return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(from, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error(`asked for a passkey, got ${answer.status}`);
    return answer.json();
  }
  function create({ creation_options: options }) {
    // One that needs no name and no password later on, and is opened by finger, face or screen lock.
    Object.assign(options.publicKey.authenticatorSelection, {
      residentKey: "required", requireResidentKey: true, userVerification: "required",
    });
    return window.webauthnJSON.create(options);
  }
  const get = ({ request_options: options }) => window.webauthnJSON.get(options);

  function say(form, error) {
    const line = form.querySelector("[data-passkey-said]");
    const { cancelled, known, impossible } = line.dataset;
    line.textContent = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] ?? impossible;
    line.hidden = false;
  }
  async function press(button) {
    const { form } = button;
    form.querySelector("[data-passkey-said]").hidden = true;
    button.disabled = true;
    try {
      if (!window.PublicKeyCredential) throw new Error("this browser knows no passkeys");
      const options = await asked(button);
      const credential = await (button.dataset.passkey === "create" ? create(options) : get(options));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(form, error);
      button.focus();
    }
  }
  document.querySelectorAll("[data-passkey]").forEach((button) => button.addEventListener("click", () => press(button)));
  addEventListener("pageshow", () => document.querySelectorAll("[data-passkey]").forEach((button) => { button.disabled = false; }));
})();
