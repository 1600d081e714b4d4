// Things that a phone keeps sealed (AES-GCM) under a key that the browser keeps and hands to nobody, not even to this script; in a database
// of its own. Used by what keeps unsent reports (box.js) and members' items (keptbox.js).
//
//   sealed(name, store)   of which: there() without leaving a trace; all(), get(id), put({id, ...}), drop(id) of rows;
//                         seal(data) gives {iv, sealed}, open({iv, sealed}) the data again; forget() key and rows
const KEY = "key";

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

export function sealed(name, store) {
  async function within(where, mode, act) {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      if (mode === "readonly") return opening.transaction.abort(); // it is gone meanwhile: looking makes no new one
      opening.result.createObjectStore(KEY);
      opening.result.createObjectStore(store, { keyPath: "id" });
      return undefined;
    };
    const base = await asked(opening);
    try {
      return await asked(act(base.transaction(where, mode).objectStore(where)));
    } finally {
      base.close();
    }
  }

  /** Whether there is anything at all: asking must leave no trace on a phone that keeps nothing. */
  async function there() {
    if (!self.indexedDB) return false;
    if (!indexedDB.databases) return true;
    return (await indexedDB.databases()).some((one) => one.name === name);
  }

  const held = () => within(KEY, "readonly", (rows) => rows.get(KEY)).catch(() => null);

  async function key() {
    const before = await held();
    if (before) return before;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Two at once: the first that is stored is the key of both.
    await within(KEY, "readwrite", (rows) => rows.add(made, KEY)).catch(() => {});
    return held();
  }

  return {
    there,
    all: () => within(store, "readonly", (rows) => rows.getAll()).catch(() => []),
    get: (id) => within(store, "readonly", (rows) => rows.get(id)).catch(() => undefined),
    put: (row) => within(store, "readwrite", (rows) => rows.put(row)),
    drop: (id) => within(store, "readwrite", (rows) => rows.delete(id)),
    async seal(data) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const words = new TextEncoder().encode(JSON.stringify(data));
      return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), words) };
    },
    async open(row) {
      const words = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await held(), row.sealed);
      return JSON.parse(new TextDecoder().decode(words));
    },
    forget: () => new Promise((done) => {
      const going = indexedDB.deleteDatabase(name);
      going.onsuccess = going.onerror = going.onblocked = done; // blocked: it goes as soon as the last page lets go of it
    }),
  };
}
