// Follow a service's state (ledger/kit/pages/live.py): a snapshot, then what changes, come what may.

const SILENT_AFTER_MS = 40_000; // the service pings every 15 s
const LOST_AFTER_MS = 2_000;
const POLL_MS = 2_000;
const TRY_STREAM_EVERY_MS = 30_000;

let learnt = null; // what the service's clock showed, and when, and how fast it goes

/** The service's time now, by its last word and this machine's monotonic clock: ms since 1970. */
export function serverNow() {
  if (learnt === null) return Date.now();
  return learnt.shown + (performance.now() - learnt.at) * learnt.speed;
}

/** Learn the service's time from an instant it has just told; a sandbox may go at another speed. */
export function learnTime(instant, speed = learnt?.speed ?? 1) {
  learnt = { shown: Date.parse(instant), at: performance.now(), speed };
}

/**
 * Follow the feed at `url`. `onState(map)` gets all keys and values whenever any changed; `onLine`
 * gets "live", "polling" or "lost" whenever that changes. Gives a function that stops it.
 */
export function follow(url, { onState, onLine = () => {} }) {
  const state = new Map();
  let source = null;
  let line = "";
  let poller = null;
  let watchdog = null;
  let loses = null;
  let stopped = false;

  function tell(now) {
    clearTimeout(loses);
    loses = null;
    if (now !== line) onLine((line = now));
  }

  function loseSoon() {
    loses ??= setTimeout(() => tell("lost"), LOST_AFTER_MS);
  }

  function hear(event) {
    clearTimeout(watchdog);
    watchdog = setTimeout(reopen, SILENT_AFTER_MS);
    const told = JSON.parse(event.data);
    learnTime(told.now, told.speed);
    stopPolling();
    tell("live");
    if (event.type !== "ping") take(told.state, event.type === "snapshot");
  }

  function take(told, isWhole) {
    if (isWhole) state.clear();
    for (const [key, value] of Object.entries(told)) {
      if (value === null) state.delete(key);
      else state.set(key, value);
    }
    onState(state);
  }

  function reopen() {
    source?.close();
    if (stopped) return;
    source = new EventSource(url);
    for (const name of ["snapshot", "change", "ping"]) source.addEventListener(name, hear);
    source.onerror = () => {
      loseSoon();
      // CONNECTING: the browser tries again by itself. CLOSED: the service refused a stream.
      if (source.readyState === EventSource.CLOSED) startPolling();
    };
    clearTimeout(watchdog);
    watchdog = setTimeout(reopen, SILENT_AFTER_MS);
  }

  function startPolling() {
    if (poller !== null || stopped) return;
    let nextStreamAt = performance.now() + TRY_STREAM_EVERY_MS;
    poll();
    poller = setInterval(() => {
      if (performance.now() > nextStreamAt) {
        nextStreamAt = performance.now() + TRY_STREAM_EVERY_MS;
        reopen();
      }
      poll();
    }, POLL_MS);
  }

  function stopPolling() {
    clearInterval(poller);
    poller = null;
  }

  async function poll() {
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (stopped || poller === null) return;
      learnTime(told.now, told.speed);
      tell("polling");
      take(told.state, true);
    } catch {
      loseSoon();
    }
  }

  reopen();
  return () => {
    stopped = true;
    source?.close();
    stopPolling();
    clearTimeout(watchdog);
    clearTimeout(loses);
  };
}
