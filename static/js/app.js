// All behaviour of the shop's pages. Elements ask for it by data attributes; without scripts the pages still work.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = document.getElementById("km-text")?.dataset ?? {};

  // ── Speech: emptied first, so that the same sentence is read twice ──
  const region = document.getElementById("km-say");
  function say(text) {
    if (!region || !text) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 60);
  }

  // ── Theme: data-theme-choice="", "kameng" or "kameng-dark" ──
  function showTheme() {
    all("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme ?? "")));
    });
  }
  function chooseTheme(choice) {
    if (choice) root.dataset.theme = choice;
    else delete root.dataset.theme;
    try {
      if (choice) localStorage.setItem("theme", choice);
      else localStorage.removeItem("theme");
    } catch { /* it lasts for this page then */ }
    showTheme();
  }

  // ── Clocks: [data-deadline=epoch], by the server's time; announced at five minutes and at one ──
  let offset = root.dataset.now ? Number(root.dataset.now) * 1000 - Date.now() : 0;
  const serverNow = () => Date.now() + offset;
  const two = (n) => String(n).padStart(2, "0");
  function face(left) {
    const parts = [Math.floor(left / 60) % 60, left % 60];
    if (left >= 3600) parts.unshift(Math.floor(left / 3600));
    return parts.map(two).join("<b>:</b>");
  }
  const lastLeft = new WeakMap();
  function tick() {
    all("[data-deadline]").forEach((clock) => {
      const left = Math.max(0, Math.ceil(Number(clock.dataset.deadline) - serverNow() / 1000));
      const before = lastLeft.get(clock);
      if (before === left) return;
      lastLeft.set(clock, left);
      clock.innerHTML = face(left);
      if ("urgent" in clock.dataset) clock.classList.toggle("is-urgent", left <= 120);
      if (before === undefined) return;
      if (before > 300 && left <= 300) say(words.fiveMinutes);
      if (before > 60 && left <= 60) say(words.oneMinute);
      if (before > 0 && left === 0) lives.forEach((live) => live.soon());
    });
  }

  // ── Live regions: [data-live=url][data-version] ──
  const PACE = [200, 300, 500, 1000, 2000, 5000];
  const lives = new Set();
  class Live {
    constructor(element) {
      this.element = element;
      this.step = 0;
      this.again();
      lives.add(this);
    }
    again(wait = PACE[Math.min(this.step++, PACE.length - 1)]) {
      clearTimeout(this.timer);
      if (!this.stopped) this.timer = setTimeout(() => this.ask(), wait);
    }
    soon() { this.step = 0; this.again(0); }
    stop() { this.stopped = true; clearTimeout(this.timer); lives.delete(this); }
    async ask() {
      if (document.hidden || this.asking) return;
      this.asking = true;
      try {
        const url = new URL(this.element.dataset.live, location.href);
        url.searchParams.set("v", this.element.dataset.version ?? "");
        const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, cache: "no-store", signal: AbortSignal.timeout(10000) });
        await this.take(answer);
      } catch {
        this.again(PACE.at(-1));
      } finally {
        this.asking = false;
      }
    }
    async take(answer) {
      offline(false);
      const told = (name) => answer.headers.get(name);
      setClock(told("X-Now"));
      if (/^\/(?!\/)/.test(told("X-Go"))) return location.replace(told("X-Go"));
      if (answer.status === 200) {
        const html = await answer.text();
        // The answer of a form in there is on its way to this very place.
        if (this.element.querySelector(".htmx-request")) return this.again(PACE[0]);
        this.swap(html);
        this.element.dataset.version = told("X-State-Version") ?? "";
        this.step = 0;
        title(told("X-Title"));
      }
      if (told("X-Live") === "stop" || [403, 404, 410].includes(answer.status)) return this.stop();
      const retry = Number(told("Retry-After"));
      this.again(retry > 0 ? retry * 1000 : undefined);
    }
    swap(html) {
      const kept = new Map(all("[data-keep]", this.element).map((node) => [node.dataset.keep, node]));
      const focus = remembered(this.element);
      const holder = document.createElement("template");
      holder.innerHTML = html;
      kept.forEach((old, id) => {
        const name = CSS.escape(id);
        holder.content.querySelector(`[data-keep="${name}"], #${name}`)?.replaceWith(old);
      });
      this.element.replaceChildren(holder.content);
      window.htmx?.process(this.element);
      focus();
      ready(this.element);
    }
  }
  // What has the focus, and what is being typed there, survives the exchange.
  function remembered(within) {
    const active = document.activeElement;
    if (!active || !within.contains(active)) return () => {};
    const { id, name, value, selectionStart, selectionEnd, dataset } = active;
    const said = (node) => node.getAttribute("aria-label") ?? node.textContent.trim();
    const told = said(active);
    const by = (attribute, word) => word && within.querySelector(`[${attribute}="${CSS.escape(word)}"]`);
    const alike = () => all("a[href], button, summary", within).find((node) => said(node) === told);
    return () => {
      const target = active.isConnected ? active : by("id", id) || by("data-focus", dataset.focus) || by("name", name) || alike();
      // Gone for good: the next Tab goes on from here and not from the top of the page.
      if (!target) return within.focus({ preventScroll: true });
      if (value !== undefined && target.matches("input:not([type=hidden]), textarea, select")) target.value = value;
      target.focus({ preventScroll: true });
      if (selectionStart != null) try { target.setSelectionRange(selectionStart, selectionEnd); } catch { /* not a text field */ }
    };
  }
  function title(encoded) {
    if (!encoded) return;
    const text = decodeURIComponent(encoded);
    if (text === document.title) return;
    document.title = text;
    say(text);
  }
  // A page from the history carries an old server time; answers bring the true one (in whole seconds).
  function setClock(epoch) {
    const seen = Number(epoch) * 1000;
    if (seen && Math.abs(seen - serverNow()) > 2000) offset = seen - Date.now();
  }
  function offline(is) {
    const bar = document.getElementById("km-offline");
    if (!bar || bar.hidden === !is) return;
    bar.hidden = !is;
    say(is ? words.offline : words.online);
  }

  // ── Copy: [data-copy=text] or [data-copy-from=selector], several elements one a line ──
  async function copy(button) {
    const from = button.dataset.copyFrom;
    const text = from ? all(from).map(exactly).join("\n") : button.dataset.copy;
    const done = text && ((await viaClipboard(text)) || viaSelection(text));
    if (!done) {
      if (from) getSelection().selectAllChildren(document.querySelector(from));
      return say(words.copyFailed);
    }
    say(words.copied);
    const use = button.querySelector("use");
    if (!use || button.dataset.was) return;
    button.dataset.was = use.getAttribute("href");
    use.setAttribute("href", button.dataset.was.replace(/#.*/, "#i-check"));
    setTimeout(() => { use.setAttribute("href", button.dataset.was); delete button.dataset.was; }, 1600);
  }
  // A secret is copied to the letter: its outer spaces may belong to it.
  const exactly = (node) => ("secret" in node.dataset ? node.textContent : node.textContent.trim());
  async function viaClipboard(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch { return false; }
  }
  function viaSelection(text) {
    const area = document.createElement("textarea");
    const active = document.activeElement;
    area.className = "sr-only";
    area.value = text;
    (active?.closest("dialog") ?? document.body).append(area);
    area.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* refused */ }
    area.remove();
    active?.focus();
    return done;
  }

  // ── Quantity: [data-stepper] with [data-step] buttons; [data-total] shows the sum by tiers "1:9800,5:9720" ──
  function step(button) {
    const input = button.closest("[data-stepper]").querySelector("input");
    const next = (parseInt(input.value, 10) || 0) + Number(button.dataset.step);
    input.value = Math.min(Number(input.max || Infinity), Math.max(Number(input.min || 1), next));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function quantity(input) {
    const box = input.closest("[data-stepper]");
    const count = parseInt(input.value, 10);
    all("[data-step]", box).forEach((button) => {
      // From beyond the end one press leads back to it.
      button.disabled = Number(button.dataset.step) < 0 ? count <= Number(input.min || 1) : count >= Number(input.max || Infinity);
    });
    if (!box.dataset.tiers || !(count >= 1)) return;
    const tiers = box.dataset.tiers.split(",").map((tier) => tier.split(":").map(Number));
    const from = Math.max(...tiers.map(([at]) => at).filter((at) => at <= count));
    const unit = tiers.find(([at]) => at === from)[1];
    all("[data-tier]").forEach((cell) => cell.toggleAttribute("data-on", Number(cell.dataset.tier) === from));
    all("[data-total]").forEach((out) => { out.textContent = amount(unit * count, box.dataset.currency); });
  }
  function amount(minor, currency) {
    const format = new Intl.NumberFormat(root.lang, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  }

  // ── Lengths: [data-least][data-most] says on leaving how many characters are missing; all else the server says ──
  function measure(input) {
    const text = input.value.normalize("NFKC").replace(/\s/g, "");
    const { least, most, short, long } = input.dataset;
    // A country code and what groups a number are the server's to read.
    const plain = (input.type === "tel" ? /^1\d+$/ : /^[\w-]+$/).test(text);
    const off = { count: text.length, least, most, missing: least - text.length, extra: text.length - most };
    const said = !plain ? "" : off.missing > 0 ? short : off.extra > 0 ? long : "";
    return said.replace(/%\((\w+)\)s/g, (_all, name) => off[name]);
  }
  function complain(input, told) {
    const line = document.getElementById(`${input.id}_error`);
    line.hidden = !told;
    line.lastElementChild.textContent = told;
    input.closest(".input").classList.toggle("input-error", Boolean(told));
    input.closest(".input").classList.remove("input-ok");
    if (told) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  // ── Two lists: [data-narrows] leaves those groups of [data-narrowed] that bear its name ──
  const groups = new WeakMap();
  function narrow(chooser) {
    const list = chooser.closest("fieldset").querySelector("[data-narrowed]");
    if (!groups.has(list)) groups.set(list, all("optgroup", list));
    groups.get(list).forEach((group) => {
      if (!chooser.value || group.label === chooser.value) list.append(group);
      else group.remove();
    });
  }
  function widen(list) {
    const chooser = list.closest("fieldset").querySelector("[data-narrows]");
    const group = list.selectedOptions[0]?.closest("optgroup");
    if (!group || chooser.value) return;
    chooser.value = group.label;
    narrow(chooser);
  }

  // ── Forms are sent once: a second press is swallowed, the button keeps its width and says it is busy ──
  const sent = new WeakSet();
  function once(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    busy(event.submitter ?? form.querySelector("[type=submit], button:not([type])"), true);
  }
  function busy(button, is) {
    if (!button?.classList.contains("btn")) return;
    button.style.width = is ? `${button.offsetWidth}px` : "";
    if (is) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
    if (is) say(words.busy);
  }
  function release() {
    all("form").forEach((form) => sent.delete(form));
    all('.btn[aria-busy="true"]').forEach((button) => busy(button, false));
  }

  // ── A form that sends each change ([data-each-change]), and names the lines that changed. Where more was changed since, an
  // answer is not shown: it would take that back, and the next answer is on its way. ──
  const acts = new WeakMap();
  const asked = new WeakMap();
  function act(target) {
    const form = target.closest?.("[data-each-change]");
    if (!form) return;
    acts.set(form, (acts.get(form) ?? 0) + 1);
    const named = target.closest("[data-line]")?.querySelector("[data-changed]");
    if (named) named.disabled = false;
  }
  function ask({ elt, xhr }) {
    const form = elt.closest("[data-each-change]");
    if (form) asked.set(xhr, { form, acts: acts.get(form) });
  }
  function overtaken(detail) {
    const then = asked.get(detail.xhr);
    if (then && then.acts !== acts.get(then.form)) detail.shouldSwap = false;
  }

  // ── An answer of a form that could not be given: what it says stands beside the form, and is read ──
  function trouble({ elt, xhr }) {
    // Signing in elsewhere made this page's token old; nothing was done, and a fresh page has a new one.
    if (xhr.status === 403) return location.reload();
    const told = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText : "";
    if (!told) return;
    const line = elt.querySelector("[data-trouble]") ?? elt.appendChild(document.createElement("p"));
    line.dataset.trouble = "";
    line.className = "text-sm text-seal-ink mt-2";
    line.textContent = told;
    release();
    say(told);
  }

  // ── Filters, [data-auto]: beside the goods each tick is sent at once, on a narrow page the button sends them all ──
  const wide = matchMedia("(width >= 64rem)");
  function refilter(form) {
    if (wide.matches && window.htmx) form.requestSubmit();
  }

  function ready(within) {
    all("[data-stepper] input", within).forEach(quantity);
    all("[data-narrows]", within).forEach(narrow);
    tick();
  }
  function click(event) {
    const hit = (selector) => event.target.closest?.(selector);
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (event.target.matches?.("dialog.modal")) event.target.close();
    let found;
    if ((found = hit("[data-copy], [data-copy-from]"))) copy(found);
    else if ((found = hit("[data-step]"))) step(found);
    else if ((found = hit("[data-open]"))) document.getElementById(found.dataset.open)?.showModal();
    else if ((found = hit("[data-close]"))) found.closest("dialog")?.close();
    else if ((found = hit("[data-theme-choice]"))) chooseTheme(found.dataset.themeChoice);
    else if ((found = hit("[data-print]"))) { root.classList.toggle("print-secrets", found.dataset.print === "secrets"); print(); }
  }

  document.addEventListener("click", click);
  document.addEventListener("submit", once);
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-stepper] input")) quantity(target);
    // What was wrong is judged again while it is mended, so that the complaint goes as soon as it may.
    if (target.matches("[data-least][aria-invalid]")) complain(target, measure(target));
  });
  document.addEventListener("change", ({ target }) => {
    if (target.form && "auto" in target.form.dataset) refilter(target.form);
    if (target.matches("[data-narrows]")) narrow(target);
    if (target.matches("[data-narrowed]")) widen(target);
    if (!target.matches("[data-least]")) return;
    const told = measure(target);
    complain(target, told);
    say(told);
  });
  document.addEventListener("input", (event) => act(event.target));
  // Before htmx hears of it.
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-each-change] [hx-post]")) act(event.target); }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details[data-menu][open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tick(); lives.forEach((live) => live.soon()); } });
  document.addEventListener("htmx:beforeRequest", (event) => ask(event.detail));
  // What is filled in is judged when a field is left; the server is told which one that was.
  document.addEventListener("htmx:configRequest", ({ detail }) => { if ("judged" in detail.elt.dataset) detail.parameters.changed = detail.triggeringEvent?.target.name; });
  document.addEventListener("htmx:beforeSwap", (event) => overtaken(event.detail));
  document.addEventListener("htmx:afterSwap", (event) => ready(event.detail.target.parentElement ?? document));
  document.addEventListener("htmx:afterSettle", (event) => say(event.detail.elt.dataset?.say));
  // On a narrow page the filters close, and what was found is read next.
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "shelf" && !wide.matches) document.getElementById("found")?.focus(); });
  document.addEventListener("htmx:responseError", (event) => trouble(event.detail));
  addEventListener("pageshow", (event) => { if (event.persisted) { release(); lives.forEach((live) => live.soon()); } });
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => { offline(false); lives.forEach((live) => live.soon()); });

  // A page that answers a form asks to send it again when it is reloaded or come back to: its address becomes that of the form.
  const here = document.querySelector("[data-here]")?.dataset.here;
  if (here) history.replaceState(null, "", here);

  showTheme();
  all("[data-live]").forEach((element) => new Live(element));
  ready(document);
  if (!navigator.onLine) offline(true);
  document.querySelector("[data-error-summary]")?.focus();
  setInterval(tick, 250);
})();
