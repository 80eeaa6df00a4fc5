/* Charts from JSON options: theme from the style sheet, resized with the window, redrawn on chart:refresh. Options hold no functions. */
"use strict";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function theme() {
  const line = token("line");
  const axis = { axisLine: { lineStyle: { color: "#c5cedb" } }, axisTick: { show: false }, axisLabel: { color: token("muted"), fontSize: 12 }, splitLine: { lineStyle: { color: line } } };
  return {
    color: ["#2f6bed", "#2fa36b", "#e5a12d", "#d8475a", "#7d57c9", "#2ba6b8", "#8792a5", "#c4709b"],
    backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("ink") },
    categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } },
    legend: { textStyle: { color: token("ink-2"), fontSize: 12 }, itemWidth: 12, itemHeight: 8 },
    tooltip: { backgroundColor: "#fff", borderColor: line, textStyle: { color: token("ink"), fontSize: 12 }, confine: true },
    bar: { barMaxWidth: 26 }, line: { symbolSize: 6, lineStyle: { width: 2 } },
  };
}

const defaults = { animationDuration: 300, tooltip: { trigger: "axis" }, grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true } };
const pies = new Set(["pie", "heatmap", "sankey", "tree", "treemap", "funnel", "graph", "gauge"]);

/* A point whose data names a `url` on this node opens it. */
function begin(canvas) {
  const chart = echarts.init(canvas, theme(), { renderer: "canvas" });
  chart.on("finished", () => { canvas.dataset.drawn = "1"; }); // for whoever waits to print or to photograph it
  new ResizeObserver(() => chart.resize()).observe(canvas);
  chart.on("click", (point) => { if (point.data?.url?.startsWith("/")) window.location.assign(point.data.url); });
  return chart;
}

function draw(figure, option) {
  const canvas = figure.querySelector(".chart-canvas");
  const chart = echarts.getInstanceByDom(canvas) || begin(canvas);
  const first = [].concat(option.series || [])[0] || {};
  const base = pies.has(first.type) ? { ...defaults, tooltip: { trigger: "item" } } : defaults;
  const legend = option.legend && !("top" in option.legend || "bottom" in option.legend) ? { top: 0, right: 8, ...option.legend } : option.legend;
  chart.setOption({ ...base, ...option, ...(legend && { legend }), tooltip: { ...base.tooltip, ...option.tooltip }, grid: { ...base.grid, ...option.grid } }, true);
}

async function load(figure) {
  const answer = await fetch(figure.dataset.chart, { headers: { Accept: "application/json" } });
  if (answer.ok) draw(figure, await answer.json());
}

function mount(root) {
  for (const figure of root.querySelectorAll("[data-chart]")) {
    if (figure.dataset.chart) {
      load(figure);
      figure.addEventListener("chart:refresh", () => load(figure));
    } else {
      draw(figure, JSON.parse(figure.querySelector("script[type='application/json']").textContent));
    }
  }
}

document.addEventListener("DOMContentLoaded", () => mount(document));
document.addEventListener("htmx:after:swap", (event) => { if (event.target instanceof Element) mount(event.target); });
