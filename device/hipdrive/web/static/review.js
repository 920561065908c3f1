// The last sessions, each with its report, and the trend over those that can be compared.
import { day, say, written } from "./say.js";

const list = document.getElementById("sessions");
const trend = document.getElementById("trend");
const which = document.getElementById("which");
let shown = new Map(), trends = [];

export async function showReview() {
  let found = { sessions: [], trends: [] };
  try {
    found = await (await fetch("/sessions")).json();
  } catch {
    return;
  }
  list.replaceChildren(...found.sessions.map(entry));
  if (!found.sessions.length) list.append(made("li", say("none_yet")));
  shown = new Map(found.sessions.map((session) => [session.id, session]));
  trends = found.trends.filter((each) => each.sessions.length > 1);
  const chosen = which.value;
  which.replaceChildren(...trends.map((each, index) => Object.assign(made("option", name(each)), { value: index })));
  if (chosen && trends[chosen]) which.value = chosen;
  which.disabled = trends.length < 2;
  draw();
}

which.addEventListener("change", draw);

function made(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function shortly(value) {
  return written(value, Number.isInteger(value) ? 0 : 1);
}

function name({ runner, belt_mps, incline_percent, sessions }) {
  const incline = incline_percent === null ? "" : say("trend_incline", { incline: shortly(incline_percent) });
  const fields = { belt: belt_mps, incline, count: sessions.length };
  return runner ? say("trend_name_of", { runner, ...fields }) : say("trend_name", fields);
}

function entry(session) {
  const line = document.createElement("li");
  const link = made("a", session.began_utc ? day(new Date(session.began_utc)) : session.id);
  Object.assign(link, { href: `/sessions/${session.id}/report`, target: "_blank", rel: "noopener" });
  const told = made("span", session.problem ? ` ${session.problem}` : facts(session));
  // Why there are no figures is told as the log tells it.
  if (session.problem) told.lang = "en";
  line.append(link, told);
  return line;
}

function place({ mode, session }) {
  return mode === "programme" ? say("programme", { session }) : say("maintenance", { session });
}

function facts({ runner, duration_s, strides, mean_deg, sd_deg, in_band_percent, cadence_spm, belt_mps, programme }) {
  const told = [
    runner,
    say("session_minutes", { minutes: duration_s / 60, strides }),
    `${written(mean_deg, 1)}°${sd_deg === null ? "" : ` ± ${written(sd_deg, 1)}°`}`,
    in_band_percent === null ? "" : say("session_in_band", { percent: in_band_percent }),
    cadence_spm === null ? "" : say("session_steps", { steps: cadence_spm }),
    belt_mps === null ? "" : `${written(belt_mps, 1)} m/s`,
    programme ? place(programme) : "",
    programme?.probe ? say("probe", { mean: programme.probe.mean_deg }) : "",
  ];
  return ` ${told.filter(Boolean).join(", ")}`;
}

function draw() {
  trend.replaceChildren();
  const chosen = trends[which.value];
  if (!chosen) {
    trend.textContent = say("trend_needs_two");
    return;
  }
  const sessions = chosen.sessions.map(({ id }) => shown.get(id));
  const first = sessions[0].mean_deg;
  const edge = (sign) => chosen.sessions.map(({ detectable }) => (detectable === null ? null : first + sign * detectable));
  const band = (side) => sessions.map((session) => session.band?.[side] ?? null);
  const unmarked = { points: { show: false } };
  const options = {
    width: Math.max(280, trend.clientWidth - 8), height: 240, cursor: { show: false }, legend: { show: false },
    scales: { x: { time: true } },
    axes: [
      { values: (_, splits) => splits.map((s) => day(new Date(s * 1000), { day: "numeric", month: "short" })) },
      { label: say("thigh_ext"), values: (_, splits) => splits.map(shortly) },
    ],
    series: [
      {},
      { stroke: "#888", width: 1, ...unmarked },
      { stroke: "#888", width: 1, ...unmarked },
      { stroke: "#007a55", dash: [6, 4], ...unmarked },
      { stroke: "#007a55", dash: [6, 4], ...unmarked },
      { stroke: "#0072b2", width: 2, points: { show: true, size: 8 } },
      { stroke: "#0072b2", width: 0, points: { show: true, size: 15 } },
      { stroke: "#b04a00", width: 0, points: { show: true, size: 10, fill: "#b04a00" } },
    ],
    bands: [{ series: [1, 2], fill: "rgba(120,120,120,.18)" }],
  };
  const means = sessions.map((session) => session.mean_deg);
  const programme = sessions.map((session) => (session.programme ? session.mean_deg : null));
  const probes = sessions.map((session) => session.programme?.probe?.mean_deg ?? null);
  const seconds = sessions.map((session) => Date.parse(session.began_utc) / 1000);
  new uPlot(options, [seconds, edge(1), edge(-1), band("low_deg"), band("high_deg"), means, programme, probes], trend);
  trend.setAttribute("aria-label", say("trend_told", { trend: name(chosen), first: means[0], last: means.at(-1) }));
}
