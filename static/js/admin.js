// What the admin's theme leaves out.
"use strict";
(() => {
  // ── Landmarks: who hears a page instead of seeing it jumps to its main part, and past what scrolls beside it ──
  function landmarks() {
    (document.getElementById("main") ?? document.getElementById("page"))?.setAttribute("role", "main");
    document.querySelectorAll(".simplebar-content-wrapper").forEach((box, n) => {
      const titled = box.querySelector("caption, h2, h3")?.textContent.trim();
      box.setAttribute("aria-label", titled || `${box.getAttribute("aria-label")} ${n + 1}`);
    });
  }
  addEventListener("DOMContentLoaded", landmarks);
  addEventListener("load", landmarks);

  // ── Forms that take long, [data-working=text]: the pressed button says so and is not pressed twice ──
  let restore = () => {};

  function working(form, button) {
    const said = form.querySelector("[role=status]");
    const was = button?.innerHTML;
    // Its name and value are read after this event, and those of a disabled button are left out.
    setTimeout(() => {
      form.setAttribute("aria-busy", "true");
      if (said) said.textContent = form.dataset.working;
      form.querySelectorAll("button").forEach((one) => { one.disabled = true; });
      if (button) button.textContent = form.dataset.busy;
    });
    restore = () => {
      form.removeAttribute("aria-busy");
      if (said) said.textContent = "";
      form.querySelectorAll("button").forEach((one) => { one.disabled = false; });
      if (button) button.innerHTML = was;
    };
  }

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.working && !event.defaultPrevented) working(event.target, event.submitter);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) restore(); });
})();
