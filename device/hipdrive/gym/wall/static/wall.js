// The stream of tiles; a wall that hears nothing says so before anybody trusts it.
import { closeDetails, maySteer, showDetails, startDetails, updateDetails } from "./details.js";
import { person, showPerson, startLogin } from "./login.js";
import { showTiles, startTiles, word } from "./tiles.js";

const SILENT_MS = 12_000;  // the wall says something every five seconds
const AGAIN_MS = 2_000;

const byId = (id) => document.getElementById(id);
let events = null, heard = 0, broker = null;

function listen() {
  events?.close();
  events = new EventSource("/events");
  heard = Date.now();
  events.addEventListener("message", (event) => take(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return;
    // It was refused: whoever is no longer logged in is asked to.
    setTimeout(begin, AGAIN_MS);
  });
}

function take(changes) {
  heard = Date.now();
  if (changes.tiles) {
    broker = changes.problem;
    const worse = showTiles(changes);
    if (!changes.whole && worse.length) byId("news").textContent = worse.map((tile) => `${tile.device}: ${word(tile)}`).join("; ");
    updateDetails();
    showRefused(changes.refused);
  }
  showConnection();
}

function showConnection() {
  const silent = Date.now() - heard > SILENT_MS;
  const problem = silent ? "The wall's server does not answer: what is shown here is old." : broker && `The devices cannot be heard: ${broker}`;
  byId("connection").hidden = !problem;
  if (problem && byId("connection").textContent !== problem) byId("connection").textContent = problem;
}

function showRefused(refused) {
  const parts = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  byId("refused").textContent = parts.length ? `Messages that no device sends, refused: ${parts.join(", ")}` : "";
}

function leave() {
  events?.close();
  events = null;
  byId("connection").hidden = true;
  showTiles({ tiles: [], gone: [], whole: true });
  byId("nothing").hidden = true;
  closeDetails();
  showPerson(null);
}

function enter(found) {
  maySteer(found.role);
  showPerson(found);
  listen();
}

async function begin() {
  const response = await person();
  if (response.known) enter(response.known);
  else if (response.asked) leave();
  else setTimeout(begin, AGAIN_MS);
}

setInterval(() => { if (events) showConnection(); }, 1000);
startTiles(showDetails);
startDetails();
startLogin(enter, leave);
begin();
