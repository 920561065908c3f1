// A tile a treadmill, the worst first.
const MARKS = { offline: "✕", no_camera: "◉", trouble: "!", private: "▪", running: "▶", idle: "·" };
export const CONDITIONS = {
  offline: "offline", no_camera: "no camera", trouble: "trouble", private: "camera closed", running: "running", idle: "idle",
};
const WORSE = 3;  // ranks below are trouble
const SMALLEST_PX = 92, LARGEST_PX = 420, HEIGHT = 0.7;

const list = document.getElementById("tiles");
const known = new Map();
const names = new Intl.Collator("en", { numeric: true });
let chosen = () => {};

export function startTiles(choose) {
  chosen = choose;
  addEventListener("resize", layOut);
}

export const tileOf = (id) => known.get(id)?.tile;

export function showTiles({ tiles, gone, whole }) {
  // Returns those that became worse.
  if (whole) clear(new Set(tiles.map(({ id }) => id)));
  gone.forEach(remove);
  const worse = tiles.filter((tile) => show(tile) && tile.rank < WORSE);
  sort();
  return worse;
}

function clear(kept) {
  for (const id of [...known.keys()]) if (!kept.has(id)) remove(id);
}

function remove(id) {
  known.get(id)?.item.remove();
  known.delete(id);
}

function show(tile) {
  // Whether its condition is another.
  const entry = known.get(tile.id) ?? made(tile.id);
  const before = entry.tile;
  entry.tile = tile;
  const { button, parts } = entry;
  entry.item.className = tile.rank < WORSE ? "worse" : "";
  button.className = `tile ${tile.condition}`;
  const text = word(tile);
  put(parts.name, tile.device);
  put(parts.word, `${MARKS[tile.condition] ?? ""} ${text}`);
  put(parts.site, tile.site);
  put(parts.runner, [tile.shown.name, figures(tile.shown)].filter(Boolean).join(" "));
  put(parts.since, since(tile));
  button.setAttribute("aria-label", `${tile.site} ${tile.device}: ${text}`);
  return before?.condition !== tile.condition;
}

export function word(tile) {
  if (tile.condition === "offline" || tile.condition === "private") return CONDITIONS[tile.condition];
  return tile.words.length ? tile.words.slice(0, 3).join(", ") : CONDITIONS[tile.condition];
}

function figures({ cadence_spm, thigh_ext_deg }) {
  const angle = thigh_ext_deg === null ? "" : `${thigh_ext_deg.toFixed(1)}°`;
  return [angle, cadence_spm === null ? "" : `${cadence_spm.toFixed(0)}/min`].filter(Boolean).join(" ");
}

function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

export function since(tile) {
  const minutes = Math.floor((Date.now() / 1000 - tile.since_s) / 60);
  if (tile.rank >= WORSE || minutes < 1) return "";
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

function made(id) {
  const item = document.createElement("li"), button = document.createElement("button");
  const parts = {};
  for (const name of ["site", "name", "word", "runner", "since"]) {
    parts[name] = Object.assign(document.createElement("span"), { className: name });
    button.append(parts[name]);
  }
  button.addEventListener("click", () => chosen(known.get(id).tile));
  item.append(button);
  const entry = { item, button, parts, tile: undefined };
  known.set(id, entry);
  return entry;
}

function sort() {
  const order = [...known.values()].sort(
    (a, b) => a.tile.rank - b.tile.rank || names.compare(a.tile.id, b.tile.id),
  );
  // Only what stands elsewhere is moved: what has the focus keeps it.
  order.forEach(({ item }, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  document.getElementById("nothing").hidden = known.size > 0;
  list.classList.toggle("sites", new Set(order.map(({ tile }) => tile.site)).size > 1);
  layOut();
  count();
}

function layOut() {
  const worse = [...known.values()].filter(({ tile }) => tile.rank < WORSE).length;
  // Trouble is large where there are many tiles and little trouble.
  const spread = known.size > 24 && worse * 4 <= known.size;
  list.classList.toggle("spread", spread);
  const cells = Math.max(1, known.size + (spread ? 3 * worse : 0));
  const width = list.clientWidth, height = innerHeight - list.offsetTop - 16;
  let columns = 1;
  while (Math.ceil(cells / columns) * ((width / columns) * HEIGHT) > height && width / columns > SMALLEST_PX) columns += 1;
  const size = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, Math.floor(width / columns) - 5));
  list.style.setProperty("--tile", `${size}px`);
}

function count() {
  const counts = {};
  for (const { tile } of known.values()) counts[tile.condition] = (counts[tile.condition] ?? 0) + 1;
  const parts = Object.keys(CONDITIONS).filter((each) => counts[each]).flatMap((each) => [
    Object.assign(document.createElement("b"), { className: each, textContent: `${counts[each]} ${CONDITIONS[each]}` }), " ",
  ]);
  document.getElementById("count").replaceChildren(...parts);
}

setInterval(() => {
  for (const { tile, parts } of known.values()) put(parts.since, since(tile));
}, 15_000);
