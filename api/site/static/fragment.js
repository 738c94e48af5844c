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
 * Get the inner part of a page of this site.
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @param {URLSearchParams} [sent] fields of a form that the page is made from
 * @returns {Promise<Element | null>} nothing when the server has no good answer
 */
export async function fragment(url, signal, sent) {
  const answer = await fetch(new URL(url, location.origin), {
    headers: { "X-Fragment": "1", Accept: "text/html" },
    signal,
    ...(sent ? { method: "POST", body: sent } : {}),
  }).catch((error) => {
    if (signal?.aborted) throw error;
    return null;
  });
  if (!answer?.ok) return null;
  const found = document.createElement("div");
  found.innerHTML = policy.createHTML(await answer.text());
  return found;
}

/**
 * @param {string} url
 * @returns {string} the address as a worker's script may have it
 */
export const workerUrl = (url) => policy.createScriptURL(url);
