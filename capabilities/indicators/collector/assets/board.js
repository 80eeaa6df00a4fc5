/* An open dashboard stays true: the stream says that something arrived, the page is read again, and the parts that differ are replaced in place. */
"use strict";

const QUIET_MS = 20; /* the batches of one report make one look; what comes while looking makes one more */

function keep(root) {
  return new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part.outerHTML]));
}

function renew(board, fresh, seen) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const name = part.dataset.part, html = part.outerHTML, old = board.querySelector(`[data-part="${name}"]`);
    if (!old || seen.get(name) === html) continue;
    seen.set(name, html);
    const next = document.importNode(part, true);
    const figure = old.querySelector("figure[data-chart]"), option = next.querySelector("figure[data-chart] > script");
    if (figure && option) { /* the canvas stays, only its numbers move */
      figure.querySelector("script").textContent = option.textContent;
      figure.querySelector(".chart-numbers .table-wrap")?.replaceWith(next.querySelector(".chart-numbers .table-wrap") ?? "");
      draw(figure, JSON.parse(option.textContent));
      const note = old.querySelector(".chart-note"), said = next.querySelector(".chart-note");
      if (note && said) note.textContent = said.textContent;
    } else {
      const open = [...old.querySelectorAll("details")].map((box) => box.open);
      next.querySelectorAll("details").forEach((box, n) => { box.open = open[n] ?? false; });
      old.replaceWith(next);
      mount(next);
      next.classList.add("is-fresh");
    }
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const board = document.querySelector("[data-live]");
  if (!board || !window.EventSource) return;
  const light = document.querySelector("[data-live-light]"), seen = keep(board);
  let waiting = 0, looking = false, again = false;
  const show = (text, tone) => { if (light) { light.className = `state tone-${tone}`; light.lastChild.textContent = text; } };
  async function look() {
    if (looking) { again = true; return; }
    looking = true;
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "text/html", "HX-Request-Type": "partial" }, redirect: "error" });
      if (answer.ok) renew(board, new DOMParser().parseFromString(await answer.text(), "text/html"), seen);
    } catch { show("连接中断,正在重试", "grey"); }
    looking = false;
    if (again) { again = false; look(); }
  }
  const source = new EventSource(board.dataset.live);
  source.addEventListener("open", () => show("实时", "green"));
  source.addEventListener("error", () => show("连接中断,正在重试", "grey"));
  source.addEventListener("changed", () => { /* also the first one: something may have arrived between page and stream */
    clearTimeout(waiting);
    waiting = setTimeout(look, QUIET_MS);
  });
  window.addEventListener("pagehide", () => source.close());
});
