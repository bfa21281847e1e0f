// Runs before the first paint: the reader's own choice of theme, and a mark that scripts work.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let choice = null;
  try { choice = localStorage.getItem("theme"); } catch { /* storage may be refused */ }
  if (choice !== "kameng" && choice !== "kameng-dark") return;
  root.dataset.theme = choice;
  document.querySelectorAll('meta[name="theme-color"]').forEach((meta) => {
    if (meta.dataset.theme !== choice) meta.remove();
    else meta.removeAttribute("media");
  });
})();
