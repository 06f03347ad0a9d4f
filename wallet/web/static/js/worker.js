// Keeps the page itself for a time without a network: its frame, modules, style, words and letters.
// Nothing about money is kept here: whatever is asked of /api goes to the service or fails.

const KEPT = "qrpay-wallet";
const PAGE = "/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The page says of which files it is made; those of an older version are let go. */
self.addEventListener("message", (event) => event.waitUntil(keepOnly([PAGE, ...event.data.files])));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && [PAGE, "/p"].includes(pathname)) event.respondWith(page(event.request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE, { ignoreVary: true });
    if (!kept) throw error;
    return kept;
  }
}

async function file(request) {
  return await caches.match(request) ?? fetch(request);
}

async function keepOnly(wanted) {
  const kept = await caches.open(KEPT);
  const addresses = wanted.map((each) => new URL(each, self.location.origin).href);
  for (const request of await kept.keys()) {
    if (!addresses.includes(request.url)) await kept.delete(request);
  }
  await kept.add(PAGE);
  const missing = await Promise.all(addresses.map(async (each) => (await kept.match(each) ? null : each)));
  await kept.addAll(missing.filter(Boolean));
}
