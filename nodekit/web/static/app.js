/* Small comforts. Every page works without them; nothing here evaluates text as code. */
"use strict";

document.documentElement.classList.add("js");

/* Menus and groups stay as the officer left them. */
function rememberGroups(root) {
  for (const box of root.querySelectorAll("details[data-remember]")) {
    const key = box.dataset.remember;
    try {
      const kept = localStorage.getItem(key);
      if (kept !== null && !box.querySelector("[aria-current]")) box.open = kept === "1";
      box.querySelector("summary").addEventListener("click", () => localStorage.setItem(key, box.open ? "0" : "1")); // before it toggles; what the page opens by itself is nobody's wish
    } catch { /* private mode: nothing is remembered */ }
  }
}

/* Tables of rows: add and remove. Numbers in names only need to differ; the server keeps their order. */
function prepareRows(root) {
  for (const table of root.querySelectorAll("[data-rows]")) {
    const body = table.querySelector("tbody");
    const template = table.querySelector("template[data-row-template]");
    const add = table.querySelector("[data-row-add]");
    let next = body.rows.length;
    const renumber = () => [...body.rows].forEach((row, n) => { row.querySelector(".row-number").textContent = n + 1; });
    add.hidden = false;
    body.querySelectorAll("[data-row-remove]").forEach((button) => { button.hidden = false; });
    add.addEventListener("click", () => {
      const row = template.content.firstElementChild.cloneNode(true);
      for (const node of row.querySelectorAll("[name], [id], [for]")) {
        for (const name of ["name", "id", "for"]) {
          const value = node.getAttribute(name);
          if (value) node.setAttribute(name, value.replace("__row__", String(next)));
        }
      }
      next += 1;
      row.querySelector("[data-row-remove]").hidden = false;
      body.append(row);
      renumber();
      row.querySelector("input, select, textarea")?.focus();
    });
    body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-remove]");
      if (!button) return;
      button.closest("tr").remove();
      renumber();
    });
  }
}

/* Letters left in long texts. */
function prepareCounts(root) {
  for (const area of root.querySelectorAll("textarea[data-count]")) {
    const count = document.createElement("span");
    count.className = "count";
    const show = () => { count.textContent = `${area.value.length}/${area.maxLength}`; };
    area.after(count);
    area.addEventListener("input", show);
    show();
  }
}

/* 20260315, 2026/3/15 and 2026年3月15日 become 2026-03-15. */
function tidyDate(input) {
  const parts = input.value.trim().match(/^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$/);
  if (parts) input.value = `${parts[1]}-${parts[2].padStart(2, "0")}-${parts[3].padStart(2, "0")}`;
}

/* A form is sent once; leaving a half-filled one is asked about. */
function prepareForms(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      form.querySelectorAll("button[type=submit]").forEach((button) => button.classList.add("is-busy"));
    });
  }
  for (const form of root.querySelectorAll("form[data-guard]")) {
    form.addEventListener("input", () => { form.dataset.changed = "1"; });
  }
}

/* A file field says in our words what was chosen. */
function prepareFiles(root) {
  for (const input of root.querySelectorAll(".file-field input[type=file]")) {
    const name = input.parentElement.querySelector("[data-file-name]");
    const empty = name.textContent;
    const show = () => { name.textContent = [...input.files].map((file) => file.name).join("、") || empty; };
    input.addEventListener("change", show);
    show();
  }
}

/* "剩 3 天" beside a moment, kept current: <time data-until="2026-03-15T09:30:00Z">. */
function prepareCountdowns(root) {
  for (const node of root.querySelectorAll("time[data-until]")) {
    const show = () => {
      const minutes = Math.round((new Date(node.dataset.until) - Date.now()) / 60000);
      const size = Math.abs(minutes);
      const text = size >= 2880 ? `${Math.round(size / 1440)} 天` : size >= 120 ? `${Math.round(size / 60)} 小时` : `${size} 分钟`;
      node.textContent = minutes >= 0 ? `剩 ${text}` : `已超 ${text}`;
    };
    show();
    setInterval(show, 60000);
  }
}

function prepare(root) {
  rememberGroups(root);
  prepareRows(root);
  prepareCounts(root);
  prepareForms(root);
  prepareFiles(root);
  prepareCountdowns(root);
}

document.addEventListener("change", (event) => { if (event.target.matches?.("[data-date]")) tidyDate(event.target); }, true);
document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.title = "已复制"; });
  if (event.target.closest("[data-print]")) window.print();
  for (const box of document.querySelectorAll("details.me[open], details.columns[open], details.confirm[open], details.how[open]")) {
    if (!box.contains(event.target)) box.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.me[open], details.columns[open], details.confirm[open], details.how[open]").forEach((box) => { box.open = false; });
  if (event.key === "/" && !event.target.closest("input, textarea, select")) {
    const search = document.querySelector(".filters input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]:not([data-sent])")) event.preventDefault();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; form.querySelectorAll(".is-busy").forEach((b) => b.classList.remove("is-busy")); });
});

/* htmx: the session's token on every unsafe request; the search field keeps focus and cursor; errors open as pages. */
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("meta[name=csrf]")?.content;
  if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
});
let focused = null;
document.addEventListener("htmx:before:swap", () => {
  const active = document.activeElement;
  focused = active?.id && active.closest("#ledger") ? { id: active.id, at: active.selectionStart, scroll: document.querySelector(".table-wrap")?.scrollLeft } : null;
});
document.addEventListener("htmx:after:swap", () => {
  const ledger = document.getElementById("ledger");
  if (ledger) prepare(ledger);
  const node = focused && document.getElementById(focused.id);
  if (node) {
    node.focus();
    if (node.type === "search" || node.type === "text") node.setSelectionRange(focused.at, focused.at);
  }
});
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status >= 400 && ctx.response.status !== 422) {
    event.preventDefault();
    window.location.assign(ctx.request.action);
  }
});

document.addEventListener("DOMContentLoaded", () => {
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
});
