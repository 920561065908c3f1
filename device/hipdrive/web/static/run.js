// One number against its band, the last strides, and what can be asked of the device.
import { ask } from "./page.js";
import { say, written } from "./say.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST_SPAN_DEG = 12;
const WIDTH = 400, HEIGHT = 120, STRIDES = 20;

const byId = (id) => document.getElementById(id);
let latest = { muted: false, session: null, private: false };
let wantsClosed = null;

export function showRun(values) {
  latest = values;
  byId("run").dataset.led = values.led;
  byId("said").textContent = values.state;
  byId("angle").textContent = values.mean_deg === null ? "–" : written(values.mean_deg, 1);
  byId("wanted").textContent = wanted(values);
  byId("cadence").textContent = values.cadence_spm === null ? "–" : written(values.cadence_spm, 0);
  byId("muted").hidden = !values.muted;
  byId("mute").setAttribute("aria-pressed", values.muted);
  byId("mute").textContent = values.muted ? say("unmute") : say("mute");
  byId("session").textContent = values.session ? say("end") : say("begin");
  byId("guard").textContent = values.guard;
  byId("guard").hidden = !values.guard;
  showPrivacy(values);
  showRunners(values);
  drawDots(values);
}

function showPrivacy(values) {
  byId("privacy").setAttribute("aria-pressed", values.private);
  byId("privacy").textContent = values.private ? say("open_camera") : say("close_camera");
  // What was asked stands there until the device says that it is so.
  if (wantsClosed === values.private) {
    wantsClosed = null;
    byId("answer").textContent = "";
  }
}

async function changePrivacy() {
  wantsClosed = !latest.private;
  const wanted = wantsClosed;
  byId("answer").textContent = wanted ? say("closing") : say("opening");
  const answer = await ask("/command/privacy", { private: wanted });
  if (answer.accepted) return;
  wantsClosed = null;
  byId("answer").textContent = answer.explanation;
}

const GUEST = "", NEW = say("new_runner");
let offered = null;

function showRunners({ runner, runners }) {
  const select = byId("known");
  const names = [GUEST, ...new Set([...(runner ? [runner] : []), ...runners]), NEW];
  const shown = JSON.stringify([runner, names]);
  // Whoever chooses is not to be disturbed.
  if (offered === shown || byId("name").contains(document.activeElement)) return;
  offered = shown;
  select.replaceChildren(...names.map((name) => new Option(name || say("guest"), name)));
  select.value = runner;
  byId("runner").hidden = true;
}

function wanted({ band_deg, baseline, led }) {
  if (band_deg) {
    const mark = { below: "▲", in_band: "●", above: "▼" }[led] ?? "";
    return `${mark} ${say("band", { low: band_deg[0], high: band_deg[2] })}`;
  }
  return baseline[1] ? say("baseline", { done: baseline[0], needed: baseline[1] }) : say("no_band");
}

function drawDots({ strides, band_deg }) {
  const heights = [...strides.filter((stride) => stride.accepted).map((stride) => stride.deg), ...(band_deg ?? [])];
  const parts = [];
  if (heights.length) {
    const middle = (Math.max(...heights) + Math.min(...heights)) / 2;
    const span = Math.max(LEAST_SPAN_DEG, (Math.max(...heights) - Math.min(...heights)) * 1.15);
    const y = (deg) => Math.min(HEIGHT - 4, Math.max(4, HEIGHT / 2 - ((deg - middle) / span) * HEIGHT));
    if (band_deg) parts.push(made("rect", { class: "band", x: 0, width: WIDTH, y: y(band_deg[2]), height: y(band_deg[0]) - y(band_deg[2]) }));
    // Lines without length and with round ends: the picture is stretched, and a circle would be too.
    strides.forEach((stride, index) => {
      const x = ((index + STRIDES - strides.length + 0.5) / STRIDES) * WIDTH;
      parts.push(made("path", { class: stride.accepted ? "stride" : "rejected", d: `M${x} ${y(stride.deg)}h0` }));
    });
  }
  byId("dots").replaceChildren(...parts);
}

function made(name, attributes) {
  const part = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  return part;
}

async function tell(command, body) {
  const answer = await ask(`/command/${command}`, body);
  byId("answer").textContent = answer.accepted ? "" : answer.explanation;
}

export function startRun() {
  byId("mute").addEventListener("click", () => tell("mute", { muted: !latest.muted }));
  byId("session").addEventListener("click", () => tell("session", { action: latest.session ? "end" : "start" }));
  byId("privacy").addEventListener("click", changePrivacy);
  byId("name").addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = byId("known").value;
    tell("runner", { runner: chosen === NEW ? byId("runner").value : chosen || "guest" });
    document.activeElement.blur();
  });
  byId("known").addEventListener("change", () => {
    byId("runner").hidden = byId("known").value !== NEW;
    if (byId("known").value === NEW) byId("runner").focus();
  });
}
