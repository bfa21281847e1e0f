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

  // ── What the page wants focused: browsers leave `autofocus` out when the page before was scrolled or typed in ──
  addEventListener("DOMContentLoaded", () => {
    if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
  });

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

  // ── Copy: button[data-copy=text], shown where there are scripts; its word says how it went ──
  async function copy(button) {
    const word = button.querySelector("[data-copied]");
    word.dataset.was ??= word.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      word.textContent = word.dataset.copied;
    } catch { word.textContent = word.dataset.failed; }
    setTimeout(() => { word.textContent = word.dataset.was; }, 2000);
  }
  addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; }));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });

  // ── form[data-preview=url][data-frame=id]: what is typed is shown as buyers will see it; nothing is saved by that ──
  const PAUSE = 350;

  class Preview {
    constructor(form) {
      this.form = form;
      this.frame = document.getElementById(form.dataset.frame);
      this.said = document.getElementById(`${form.dataset.frame}-said`);
      for (const event of ["input", "change"]) form.addEventListener(event, () => this.soon());
      this.frame.addEventListener("load", () => this.dress());
      new MutationObserver(() => this.dress()).observe(document.documentElement, { attributeFilter: ["class"] });
      this.dress();
    }
    soon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE);
    }
    async ask() {
      // An answer that was overtaken is not shown.
      this.asked?.abort();
      const { signal } = this.asked = new AbortController();
      try {
        const answer = await fetch(this.form.dataset.preview, { method: "POST", body: new FormData(this.form), signal });
        if (!answer.ok || answer.redirected) throw new Error(answer.status);
        this.show(await answer.text());
        this.tell(this.said.dataset.fresh);
      } catch (error) {
        if (error.name !== "AbortError") this.tell(this.said.dataset.failed);
      }
    }
    show(html) {
      // Only its main part is exchanged: the page neither flickers nor loses its place.
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("main");
      const page = this.frame.contentDocument;
      page.querySelector("main").replaceWith(page.importNode(fresh, true));
      this.fit();
    }
    fit() {
      const main = this.frame.contentDocument?.querySelector("main");
      // Its own border is a part of its height; the style sheet says how high it may be.
      if (main) this.frame.style.height = `${main.offsetHeight + 2}px`;
    }
    tell(text) {
      if (this.said.textContent.trim() !== text) this.said.textContent = text;
    }
    dress() {
      const page = this.frame.contentDocument?.documentElement;
      if (page) page.dataset.theme = document.documentElement.classList.contains("dark") ? "kameng-dark" : "kameng";
      this.fit();
    }
  }
  addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-preview]").forEach((form) => new Preview(form)));
  // ── What a number means, [data-read-back]: said again while somebody types ──
  const READ = {
    percent: (hundredths) => `${+(hundredths / 100).toFixed(2)} %`,
    seconds(whole, [s, min, h, day, days]) {
      const put = (text, n) => text.replace("%(n)d", n);
      const two = (value, large, small, rest) =>
        put(large, Math.floor(value / 60)) + (rest && value % 60 ? ` ${put(small, value % 60)}` : "");
      if (whole < 60) return put(s, whole);
      if (whole < 3600) return two(whole, min, s, whole < 600);
      if (whole < 86400) return two(Math.floor(whole / 60), h, min, true);
      const n = Math.round(whole / 86400);
      return put(n === 1 ? day : days, n);
    },
  };

  function readBack(output) {
    const field = document.getElementById(output.htmlFor.value);
    field?.addEventListener("input", () => {
      const known = /^\d{1,10}$/.test(field.value.trim());
      output.value = known ? `= ${READ[output.dataset.readBack](Number(field.value), JSON.parse(output.dataset.words))}` : "";
    });
  }
  addEventListener("DOMContentLoaded", () => document.querySelectorAll("output[data-read-back]").forEach(readBack));
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
