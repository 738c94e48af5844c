// One stream for all tabs and all their boards: browsers allow six connections to a server, and tabs would use them up.

const SETTLE_MS = 50;
const AGAIN_MS = 3_000;
const BOARDS_MAX = 32;

/** @typedef {{rows: Record<string, object>, gone: string[], head: object}} Frame */

/** Who looks at which board. @type {Map<string, Set<MessagePort>>} */
const viewers = new Map();
/** What is on each board, for whoever comes later. @type {Map<string, Frame>} */
const whole = new Map();
/** @type {EventSource | undefined} */
let stream;
let shown = "";
let failing = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {number} wait */
function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}

function connect() {
  const names = [...viewers.keys()].slice(-BOARDS_MAX);
  for (const name of whole.keys()) if (!viewers.has(name)) whole.delete(name);
  const wanted = names.map((name) => `board=${encodeURIComponent(name)}`).join("&");
  if (wanted === shown && stream && stream.readyState !== EventSource.CLOSED) return;
  stream?.close();
  shown = wanted;
  stream = wanted ? new EventSource(`/live/boards?${wanted}`) : undefined;
  if (!stream) return;
  for (const kind of ["board", "change"]) stream.addEventListener(kind, (event) => received(kind, event.data));
  stream.onerror = () => {
    failing = true;
    for (const name of viewers.keys()) tell(name, "again");
    // A browser gives up after an answer that is no stream; we do not.
    if (stream?.readyState === EventSource.CLOSED) soon(AGAIN_MS);
  };
  stream.onopen = () => {
    if (failing) for (const name of viewers.keys()) tell(name, "on");
    failing = false;
  };
}

/** @param {string} kind @param {string} text */
function received(kind, text) {
  const { board, ...frame } = JSON.parse(text);
  const known = whole.get(board);
  if (kind === "board" || !known) whole.set(board, frame);
  else {
    for (const name of frame.gone) delete known.rows[name];
    Object.assign(known.rows, frame.rows);
    known.head = frame.head;
  }
  tell(board, kind, frame);
}

/** @param {string} board @param {string} kind @param {Frame} [frame] */
function tell(board, kind, frame) {
  for (const port of viewers.get(board) ?? []) port.postMessage({ board, kind, frame });
}

/** @param {string} board @param {MessagePort} port */
function watch(board, port) {
  viewers.set(board, (viewers.get(board) ?? new Set()).add(port));
  const known = whole.get(board);
  if (failing) port.postMessage({ board, kind: "again" });
  else if (known) port.postMessage({ board, kind: "board", frame: known });
  soon(SETTLE_MS);
}

/** @param {string} board @param {MessagePort} port */
function leave(board, port) {
  const left = viewers.get(board);
  left?.delete(port);
  if (left && !left.size) viewers.delete(board);
  soon(SETTLE_MS);
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    for (const board of data.watch ?? []) watch(board, port);
    for (const board of data.leave ?? []) leave(board, port);
  };
};
