// Frames of boards: from the one stream that all tabs share, or from a stream of this tab while it is visible.
import { workerUrl } from "./fragment.js";

/**
 * @typedef {{rows: Record<string, any>, gone: string[], head: any}} Frame
 * @typedef {(board: string, kind: "board" | "change" | "again" | "on", frame?: Frame) => void} Told
 */

/**
 * Follow boards until the function that is returned is called.
 * @param {string[]} boards
 * @param {string} worker
 * @param {Told} told
 * @returns {() => void}
 */
export function follow(boards, worker, told) {
  const stop = window.SharedWorker ? shared(boards, worker, told) : alone(boards, told);
  addEventListener("pagehide", stop, { once: true });
  return stop;
}

/** @param {string[]} boards @param {string} url @param {Told} told */
function shared(boards, url, told) {
  const { port } = new SharedWorker(workerUrl(url), { name: "paceline" });
  port.onmessage = ({ data }) => told(data.board, data.kind, data.frame);
  port.postMessage({ watch: boards });
  return () => {
    port.postMessage({ leave: boards });
    port.onmessage = null;
  };
}

/** Chrome on Android has no shared workers. @param {string[]} boards @param {Told} told */
function alone(boards, told) {
  /** @type {EventSource | undefined} */
  let stream;
  const query = boards.map((name) => `board=${encodeURIComponent(name)}`).join("&");
  const close = () => {
    stream?.close();
    stream = undefined;
  };
  const open = () => {
    stream ??= new EventSource(`/live/boards?${query}`);
    for (const kind of /** @type {const} */ (["board", "change"])) {
      stream.addEventListener(kind, (event) => {
        const { board, ...frame } = JSON.parse(event.data);
        told(board, kind, frame);
      });
    }
    stream.onerror = () => {
      told(boards[0], "again");
      if (stream?.readyState === EventSource.CLOSED) setTimeout(turn, 3_000, close());
    };
  };
  const turn = () => (document.hidden ? close() : stream || open());
  document.addEventListener("visibilitychange", turn);
  turn();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    close();
  };
}
