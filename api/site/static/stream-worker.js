// One stream for all tabs: browsers allow six connections to a server, and every tab would take one.

/** @type {Map<string, {stream: EventSource, ports: Set<MessagePort>}>} */
const streams = new Map();

/** @param {string} src @param {MessagePort} port */
function watch(src, port) {
  const known = streams.get(src);
  if (known) {
    known.ports.add(port);
    // Whoever comes later gets the whole board from a stream of its own making.
    known.stream.close();
    streams.set(src, { ...known, stream: open(src) });
    return;
  }
  streams.set(src, { stream: open(src), ports: new Set([port]) });
}

/** @param {string} src */
function open(src) {
  const stream = new EventSource(src);
  const tell = (kind, text) => {
    for (const port of streams.get(src)?.ports ?? []) port.postMessage({ src, kind, text });
  };
  for (const kind of ["board", "change"]) stream.addEventListener(kind, (event) => tell(kind, event.data));
  stream.onerror = () => tell("again", "");
  return stream;
}

/** @param {string} src @param {MessagePort} port */
function leave(src, port) {
  const known = streams.get(src);
  known?.ports.delete(port);
  if (known && !known.ports.size) {
    known.stream.close();
    streams.delete(src);
  }
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (typeof data.watch === "string" && data.watch.startsWith("/live/")) watch(data.watch, port);
    if (typeof data.leave === "string") leave(data.leave, port);
  };
};
