// The last sessions, each with its report, and the trend over them.
const list = document.getElementById("sessions");
const trend = document.getElementById("trend");

export async function showReview() {
  let sessions = [];
  try {
    sessions = await (await fetch("/sessions")).json();
  } catch {
    return;
  }
  list.replaceChildren(...sessions.map(entry));
  if (!sessions.length) list.append(Object.assign(document.createElement("li"), { textContent: "no session yet" }));
  draw(sessions.filter((session) => typeof session.thigh_ext_deg === "number").reverse());
}

function entry(session) {
  const line = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: `/sessions/${session.id}/report`, target: "_blank", rel: "noopener" });
  link.textContent = session.started_utc ? new Date(session.started_utc).toLocaleString() : session.id;
  const said = document.createElement("span");
  said.textContent = session.problem ? ` ${session.problem}` : facts(session);
  line.append(link, said);
  return line;
}

function facts({ runner, duration_s, strides, thigh_ext_deg, sd_deg, in_band_percent, cadence_spm }) {
  const spread = sd_deg === null ? "" : ` ± ${sd_deg.toFixed(1)}°`;
  const share = in_band_percent === null ? "" : `, ${in_band_percent.toFixed(0)} % in the band`;
  const steps = cadence_spm === null ? "" : `, ${cadence_spm.toFixed(0)} steps a minute`;
  return ` ${runner ? `${runner}, ` : ""}${(duration_s / 60).toFixed(1)} min, ${strides} strides, ${thigh_ext_deg.toFixed(1)}°${spread}${share}${steps}`;
}

function draw(sessions) {
  trend.replaceChildren();
  if (sessions.length < 2) {
    trend.textContent = "a trend needs two sessions";
    return;
  }
  const options = {
    width: Math.max(280, trend.clientWidth - 8), height: 220, cursor: { show: false },
    scales: { x: { time: true } },
    axes: [{}, { label: "thigh extension, °" }],
    series: [{}, { label: "mean", stroke: "#0072b2", width: 2, points: { size: 8 } }, { label: "target", stroke: "#009e73", dash: [6, 4], points: { show: false } }],
  };
  const seconds = sessions.map((session) => Date.parse(session.started_utc) / 1000);
  new uPlot(options, [seconds, sessions.map((session) => session.thigh_ext_deg), sessions.map((session) => session.target_deg)], trend);
}
