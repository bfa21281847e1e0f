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
    // A file that comes down leaves the page as it is, with nothing to wait for.
    if (event.submitter?.name === "rejects") return;
    if (event.target.dataset.working && !event.defaultPrevented) working(event.target, event.submitter);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) restore(); });

  // ── What goes on by itself, [data-live=on]: asked for again each second, until it says that it is over ──
  async function follow(box) {
    while (box.dataset.live === "on") {
      await new Promise((soon) => { setTimeout(soon, 1000); });
      if (document.hidden) continue;
      const next = await fetched("[data-live]");
      if (!next) continue;
      const said = box.querySelector("[role=status]").textContent;
      box.dataset.live = next.dataset.live;
      // A status that says the same is left alone, or it would be read aloud again and again.
      const status = box.querySelector("[role=status]");
      if (next.querySelector("[role=status]").textContent === said) next.querySelector("[role=status]").replaceWith(status);
      box.replaceChildren(...next.childNodes);
    }
  }

  async function fetched(what) {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(what);
    } catch {
      return null;
    }
  }
  addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-live=on]").forEach(follow));
})();
