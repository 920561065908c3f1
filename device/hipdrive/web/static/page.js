// Tabs, the stream of values, and what is common to the views.
import { ask as askServer } from "./ask.js";
import { showCamera, startAlign, stopAlign } from "./align.js";
import { showRun, startRun } from "./run.js";
import { showReview } from "./review.js";
import { say } from "./say.js";

const tabs = [...document.querySelectorAll("[role=tab]")];

export function ask(path, body) {
  return askServer(path, body, say("unanswered"));
}

function select(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", chosen);
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  // Pictures are asked for on this tab only.
  if (tab.id === "tab-align") startAlign(); else stopAlign();
  if (tab.id === "tab-review") showReview();
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    select(next);
    next.focus();
  });
}

function showFaults(faults) {
  const list = document.getElementById("faults");
  if (list.dataset.shown === faults.join("\n")) return;
  list.dataset.shown = faults.join("\n");
  list.replaceChildren(...faults.map((fault) => Object.assign(document.createElement("li"), { textContent: fault })));
}

const connection = document.getElementById("connection");
const events = new EventSource("/events");
events.addEventListener("open", () => { connection.hidden = true; });
events.addEventListener("error", () => { connection.hidden = false; });
events.addEventListener("message", (event) => {
  const values = JSON.parse(event.data);
  connection.hidden = true;
  showFaults(values.faults);
  showRun(values);
  showCamera(values);
});
startRun();
