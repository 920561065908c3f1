// One treadmill: what to do, a week's health, its sessions, and what staff may ask of it.
import { ask } from "./ask.js";
import { CONDITIONS, since, tileOf } from "./tiles.js";

const REPORTS_AN_HOUR = 360;  // one every ten seconds
const WEEK_S = 7 * 86_400;

const byId = (id) => document.getElementById(id);
const dialog = byId("details");
let open = null, staff = false;

export function startDetails() {
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") dialog.close(); });
  // The event comes late: by then another may have been opened.
  dialog.addEventListener("close", () => { if (!dialog.open) open = null; });
  byId("mute").addEventListener("click", () => tell("mute", { muted: !tileOf(open).muted }));
  byId("session").addEventListener("click", () => tell("session", { action: tileOf(open).session_active ? "end" : "start" }));
  byId("privacy").addEventListener("click", () => tell("privacy", { private: true }));
}

export function maySteer(role) {
  staff = role === "staff";
}

export function showDetails(tile) {
  open = tile.id;
  byId("details-said").textContent = "";
  byId("details-page").hidden = true;
  byId("sessions").replaceChildren();
  byId("week").replaceChildren();
  byId("week-said").textContent = "…";
  updateDetails();
  // Not modal: the wall stays live behind it, and its 200 tiles need not be styled anew.
  if (!dialog.open) dialog.show();
  read(tile.id);
}

export function closeDetails() {
  dialog.close();
}

export function updateDetails() {
  // What the tile knows; called with each change.
  const tile = open === null ? undefined : tileOf(open);
  if (!tile) return;
  byId("details-name").textContent = tile.id;
  byId("details-condition").textContent = [CONDITIONS[tile.condition], since(tile)].filter(Boolean).join(", ");
  byId("details-remedies").replaceChildren(...tile.remedies.map((remedy) => made("li", remedy)));
  byId("details-facts").textContent = tile.version ? `hipdrive ${tile.version}` : "";
  byId("details-controls").hidden = !staff || tile.condition === "offline";
  byId("mute").textContent = tile.muted ? "Unmute" : "Mute";
  byId("mute").disabled = !tile.session_active;
  byId("session").textContent = tile.session_active ? "End the session" : "Begin a session";
  byId("privacy").disabled = tile.private;
}

function made(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

async function tell(command, body) {
  const answer = await ask(`/devices/${open}/command/${command}`, body);
  byId("details-said").textContent = answer.accepted ? "sent" : answer.explanation;
}

async function read(id) {
  let found = { explanation: "the wall does not answer" };
  try {
    found = await (await fetch(`/devices/${id}`)).json();
  } catch {
    // What is said then stands there already.
  }
  if (open !== id) return;
  byId("details-page").hidden = !found.page;
  if (found.page) byId("page-link").href = found.page;
  if (found.explanation) {
    byId("week-said").textContent = found.explanation;
    return;
  }
  byId("sessions").replaceChildren(...found.sessions.map((each) => made("li", session(each))));
  if (!found.sessions.length) byId("sessions").append(made("li", "none"));
  draw(found.hours);
}

function session({ began, duration_s, verdict, final, strides, cadence_spm, deg }) {
  const parts = [new Date(began * 1000).toLocaleString(), `${(duration_s / 60).toFixed(1)} min`];
  if (verdict !== "running") parts.push(verdict);
  if (!final) parts.push("not ended");
  if (strides !== null) parts.push(`${strides} strides`);
  if (deg !== null) parts.push(`${deg.toFixed(1)}°`);
  if (cadence_spm !== null) parts.push(`${cadence_spm.toFixed(0)} steps a minute`);
  return parts.join(", ");
}

function draw(hours) {
  const heard = hours.reduce((sum, { reports }) => sum + reports, 0);
  const wrong = hours.reduce((sum, { with_problems }) => sum + with_problems, 0);
  const problems = [...new Set(hours.flatMap((each) => each.problems))];
  const share = (100 * heard) / (REPORTS_AN_HOUR * 24 * 7);
  byId("week-said").textContent = heard
    ? `Heard ${share.toFixed(0)} % of the time; trouble in ${((100 * wrong) / heard).toFixed(1)} % of that${problems.length ? `: ${problems.join(", ")}` : ""}.`
    : "No report of health in seven days.";
  byId("week").setAttribute("aria-label", byId("week-said").textContent);
  if (!heard) return;
  const byHour = new Map(hours.map((each) => [each.hour, each]));
  const last = hours.at(-1).hour, times = [];
  for (let time = last - WEEK_S + 3600; time <= last; time += 3600) times.push(time);
  const of = (read) => times.map((time) => { const each = byHour.get(time); return each ? read(each) : null; });
  const options = {
    width: Math.max(280, byId("week").clientWidth - 8), height: 220, cursor: { show: false }, legend: { show: false },
    scales: { x: { time: true }, "%": { range: [0, 101] }, "°C": { range: [20, 90] } },
    axes: [{}, { scale: "%", label: "heard, %; brown: trouble" }, { scale: "°C", side: 1, label: "hottest, °C", grid: { show: false } }],
    series: [
      {},
      { scale: "%", stroke: "#0072b2", fill: "rgba(0,114,178,.2)", points: { show: false } },
      { scale: "%", stroke: "#b04a00", fill: "rgba(176,74,0,.4)", points: { show: false } },
      { scale: "°C", stroke: "#555", points: { show: false } },
    ],
  };
  const percent = (count) => Math.min(100, (100 * count) / REPORTS_AN_HOUR);
  const data = [times, of((each) => percent(each.reports)), of((each) => percent(each.with_problems)), of((each) => each.hottest_c)];
  new uPlot(options, data, byId("week"));
}
