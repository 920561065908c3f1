// The last sessions, each with its report, and the trend over those that can be compared.
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
  if (!found.sessions.length) list.append(made("li", "no session yet"));
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

function name({ runner, belt_mps, incline_percent, sessions }) {
  const incline = incline_percent === null ? "" : `, incline ${incline_percent} %`;
  return `${runner ? `${runner}, ` : ""}${belt_mps.toFixed(1)} m/s${incline}: ${sessions.length} sessions`;
}

function entry(session) {
  const line = document.createElement("li");
  const link = made("a", session.began_utc ? new Date(session.began_utc).toLocaleString() : session.id);
  Object.assign(link, { href: `/sessions/${session.id}/report`, target: "_blank", rel: "noopener" });
  line.append(link, made("span", session.problem ? ` ${session.problem}` : facts(session)));
  return line;
}

function facts({ runner, duration_s, strides, mean_deg, sd_deg, in_band_percent, cadence_spm, belt_mps, programme }) {
  const spread = sd_deg === null ? "" : ` ± ${sd_deg.toFixed(1)}°`;
  const share = in_band_percent === null ? "" : `, ${in_band_percent.toFixed(0)} % in the band`;
  const steps = cadence_spm === null ? "" : `, ${cadence_spm.toFixed(0)} steps a minute`;
  const belt = belt_mps === null ? "" : `, ${belt_mps.toFixed(1)} m/s`;
  return ` ${runner ? `${runner}, ` : ""}${(duration_s / 60).toFixed(1)} min, ${strides} strides, ${mean_deg.toFixed(1)}°${spread}${share}${steps}${belt}${mark(programme)}`;
}

function mark(programme) {
  if (!programme) return "";
  const probe = programme.probe ? `, retention probe ${programme.probe.mean_deg.toFixed(1)}°` : "";
  return `, ${programme.mode} session ${programme.session}${probe}`;
}

function draw() {
  trend.replaceChildren();
  const chosen = trends[which.value];
  if (!chosen) {
    trend.textContent = "a trend needs two sessions of one runner at like belt speed and incline";
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
    axes: [{}, { label: "thigh extension, °" }],
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
  trend.setAttribute("aria-label", `Mean thigh extension, ${name(chosen)}: ${means[0].toFixed(1)}° at first, ${means.at(-1).toFixed(1)}° at last`);
}
