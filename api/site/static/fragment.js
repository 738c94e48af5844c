// Inner parts of pages, as the server rendered and escaped them.

/** @type {{createHTML(text: string): string, createScriptURL(url: string): string}} */
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("paceline", {
      // Only the answers of this site's own pages come here; they are escaped by the templates.
      createHTML: (text) => text,
      createScriptURL: (url) => {
        if (/^\/static\/[0-9a-f]+\/stream-worker\.js$/.test(url)) return url;
        throw new TypeError("unknown worker");
      },
    })
  : { createHTML: (text) => text, createScriptURL: (url) => url };

/**
 * Put the inner part of a page of this site into an element.
 * @param {Element} target
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} whether the server had a good answer; a bad one is shown as well
 */
export async function load(target, url, signal) {
  const answer = await fetch(new URL(url, location.origin), {
    headers: { "X-Fragment": "1", Accept: "text/html" },
    signal,
  });
  target.innerHTML = policy.createHTML(await answer.text());
  return answer.ok;
}

/**
 * @param {string} url
 * @returns {string} the address as a worker's script may have it
 */
export const workerUrl = (url) => policy.createScriptURL(url);
