// What this browser keeps of its own wallet: key, code secret, reviews (IndexedDB). Browsers may
// throw such a database away; then the wallet is gone, and the page says so.

const NAME = "qrpay-wallet";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("kept");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function use(mode, work) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const store = base.transaction("kept", mode).objectStore("kept");
      const asked = work(store);
      store.transaction.oncomplete = () => resolve(asked?.result);
      store.transaction.onerror = () => reject(store.transaction.error);
    });
  } finally {
    base.close();
  }
}

/** Keep a value; keys that can't be extracted are kept as such. */
export const put = (name, value) => use("readwrite", (store) => store.put(value, name));

/** Give what was kept, or undefined. */
export const get = (name) => use("readonly", (store) => store.get(name));

/** Forget everything. */
export const forget = () => use("readwrite", (store) => store.clear());
