// The picture, in which the device has drawn the skeleton, with guides and a plumb line; checks in words.
import { ask } from "./page.js";
import { say, written } from "./say.js";

const SVG = "http://www.w3.org/2000/svg";
const CHECKS_MS = 1000;
const MARGIN = 0.06;  // of the picture's height, above the head and below the shoes

const picture = document.getElementById("picture");
const overlay = document.getElementById("overlay");
const roll = document.getElementById("roll");
const rollShown = document.getElementById("roll-shown");
let timer = 0, size = [640, 480], shown = false, closed = false;

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const guides = element("g", {});
overlay.append(guides);

export function startAlign() {
  shown = true;
  clearInterval(timer);
  showPicture();
  timer = setInterval(check, CHECKS_MS);
  check();
  layOut();
}

export function stopAlign() {
  shown = false;
  clearInterval(timer);
  showPicture();
}

export function showCamera({ private: isClosed }) {
  if (isClosed === closed) return;
  closed = isClosed;
  showPicture();
}

function showPicture() {
  // A picture that is not shown is not asked for, and the last one goes with the camera.
  if (shown && !closed) picture.src = "/pictures"; else picture.removeAttribute("src");
  picture.hidden = closed;
  overlay.toggleAttribute("hidden", closed);  // an SVG has no property of that name
  document.getElementById("no-picture").hidden = !closed;
}

function layOut() {
  if (picture.naturalWidth) size = [picture.naturalWidth, picture.naturalHeight];
  const [width, height] = size;
  overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
  guides.replaceChildren(
    element("g", {}), element("line", { class: "plumb" }), ...["top", "bottom"].map((end) => element("circle", { class: "grip", "data-end": end, r: width / 40 })),
  );
  guides.firstChild.append(...[MARGIN, 0.5, 1 - MARGIN].map((share) =>
    element("line", { class: share === 0.5 ? "guide hips" : "guide", x1: 0, x2: width, y1: height * share, y2: height * share })));
  drawPlumb();
}

function drawPlumb() {
  // A camera that is turned clockwise shows what is upright turned anticlockwise.
  const degrees = Number(roll.value), [width, height] = size, reach = height * 0.4;
  const across = Math.tan((degrees * Math.PI) / 180) * reach;
  const [, plumb, top, bottom] = guides.children;
  const x1 = width / 2 - across, x2 = width / 2 + across, y1 = height / 2 - reach, y2 = height / 2 + reach;
  for (const [key, value] of Object.entries({ x1, x2, y1, y2 })) plumb.setAttribute(key, value);
  top.setAttribute("cx", x1); top.setAttribute("cy", y1);
  bottom.setAttribute("cx", x2); bottom.setAttribute("cy", y2);
  rollShown.textContent = written(degrees, 1);
}

roll.addEventListener("input", drawPlumb);
picture.addEventListener("load", layOut);
overlay.addEventListener("pointerdown", (event) => {
  if (event.target.dataset.end) overlay.setPointerCapture(event.pointerId);
});
overlay.addEventListener("pointermove", (event) => {
  if (!overlay.hasPointerCapture(event.pointerId)) return;
  const box = overlay.getBoundingClientRect(), [width, height] = size;
  const x = ((event.clientX - box.left) / box.width) * width - width / 2;
  const y = ((event.clientY - box.top) / box.height) * height - height / 2;
  if (Math.abs(y) < height / 20) return;
  roll.value = (Math.atan(x / y) * 180) / Math.PI;
  drawPlumb();
});

document.getElementById("save-roll").addEventListener("click", async () => {
  const answer = await ask("/roll", { roll_deg: Number(roll.value) });
  document.getElementById("roll-said").textContent = answer.accepted
    ? say("roll_saved") : answer.explanation;
});

async function check() {
  try {
    const found = await (await fetch("/checks")).json();
    document.getElementById("checks").replaceChildren(...found.map(({ ok, sentence, cost_deg }) => {
      const line = document.createElement("li");
      line.textContent = !ok && cost_deg ? say("cost", { found: sentence, cost: cost_deg }) : sentence;
      line.className = ok ? "right" : "wrong";
      return line;
    }));
  } catch {
    // The stream of values says that the device does not answer.
  }
}
