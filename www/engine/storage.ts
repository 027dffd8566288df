/**
 * What the browser keeps between visits: settings and the last shop's files, in IndexedDB. Where keeping is denied or
 * full, everything goes on for this visit and a note says that it is not saved.
 */

import type { DeviceChoice, Frequency, Language, Note, ReadOptions, Theme } from "./types";

export interface Settings {
  language?: Language;
  theme?: Theme | "auto";
  device?: DeviceChoice;
  horizon?: number;
  frequency?: Frequency;
  /** Column roles that the user chose, by the headers they were chosen for. */
  roles?: Record<string, [string, string][]>;
}

/** Enough to open the last shop again: its files and what the user said about them. */
export interface LastShop {
  name: string;
  files: { name: string; blob: Blob }[];
  options: ReadOptions;
  frequency: Frequency | null;
}

const DATABASE = "tillcast";
const VERSION = 1;
const STORE = "kept";
/** Base64 parts are made of whole groups of three bytes. */
const PART_BYTES = 3 << 18;

interface Kept {
  settings: Settings;
  shop: LastShop;
}

export class Store {
  /** What is known of this visit, saved or not. */
  readonly #known: Partial<Kept> = {};
  readonly #onNotSaved: (note: Note) => void;
  #database: Promise<IDBDatabase> | undefined;

  private constructor(onNotSaved: (note: Note) => void) {
    this.#onNotSaved = onNotSaved;
  }

  /** Never rejects; `onNotSaved` is told whenever something could not be kept, `not-saved`. */
  static async open(onNotSaved: (note: Note) => void = () => {}): Promise<Store> {
    const store = new Store(onNotSaved);
    for (const key of ["settings", "shop"] as const) {
      const found = await store.#read(key).catch(() => undefined);
      if (found) Object.assign(store.#known, { [key]: found });
    }
    return store;
  }

  get settings(): Readonly<Settings> {
    return this.#known.settings ?? {};
  }

  get lastShop(): LastShop | null {
    return this.#known.shop ?? null;
  }

  /** Whether the change will be there at the next visit. */
  change(settings: Settings): Promise<boolean> {
    return this.#keep("settings", { ...this.settings, ...settings });
  }

  /** Whether the shop will be there at the next visit. */
  keepShop(shop: LastShop): Promise<boolean> {
    return this.#keep("shop", shop);
  }

  /** Forgets the last shop, not the settings. */
  async forgetShop(): Promise<void> {
    delete this.#known.shop;
    await this.#transact("readwrite", (store) => store.delete("shop")).catch(() => {});
  }

  /** Deletes everything that was kept; rejects if the browser would not. */
  async deleteAll(): Promise<void> {
    delete this.#known.settings;
    delete this.#known.shop;
    await this.#transact("readwrite", (store) => store.clear());
  }

  /** Everything that is kept as one JSON file, the shop's files in base64. */
  async exportAll(): Promise<Blob> {
    const { shop } = this.#known;
    const parts: BlobPart[] = [`{"schema":1,"settings":${JSON.stringify(this.settings)},"shop":`];
    if (shop) {
      const { name, options, frequency } = shop;
      parts.push(JSON.stringify({ name, options, frequency }).slice(0, -1), ',"files":[');
      for (const [place, file] of shop.files.entries()) {
        parts.push(`${place > 0 ? "," : ""}{"name":${JSON.stringify(file.name)},"base64":"`);
        for (let from = 0; from < file.blob.size; from += PART_BYTES) {
          parts.push(await base64(file.blob.slice(from, from + PART_BYTES)));
        }
        parts.push('"}');
      }
      parts.push("]}");
    } else {
      parts.push("null");
    }
    parts.push("}\n");
    return new Blob(parts, { type: "application/json" });
  }

  async #keep<Key extends keyof Kept>(key: Key, value: Kept[Key]): Promise<boolean> {
    this.#known[key] = value;
    try {
      await this.#transact("readwrite", (store) => store.put(value, key));
      return true;
    } catch (thrown) {
      const reason = thrown instanceof DOMException && thrown.name === "QuotaExceededError" ? "full" : "denied";
      this.#onNotSaved(notSaved(key, reason));
      return false;
    }
  }

  #read<Key extends keyof Kept>(key: Key): Promise<Kept[Key] | undefined> {
    return this.#transact("readonly", (store) => store.get(key) as IDBRequest<Kept[Key] | undefined>);
  }

  async #transact<Value>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<Value>): Promise<Value> {
    this.#database ??= openDatabase(() => (this.#database = undefined));
    const database = await this.#database.catch((thrown) => {
      this.#database = undefined;
      throw thrown;
    });
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      // Done is what is on the disk, not what was asked: a full disk shows at the end of the transaction.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }
}

/** `lost` is called when the browser closes the database under us, as it does when the user clears the site's data. */
function openDatabase(lost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new DOMException("another tab holds an older version", "InvalidStateError"));
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = lost;
      database.onversionchange = () => {
        database.close();
        lost();
      };
      resolve(database);
    };
  });
}

function notSaved(what: keyof Kept, reason: "full" | "denied"): Note {
  const why = reason === "full" ? "there is no room left for this page" : "the browser does not let this page save";
  return {
    code: "not-saved",
    severity: "warning",
    product: null,
    count: null,
    args: [
      ["what", what],
      ["reason", reason],
    ],
    text: `Not saved: ${why}. Everything works for this visit; download what you want to keep.`,
  };
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => {
      const address = String(reader.result);
      resolve(address.slice(address.indexOf(",") + 1));
    };
    reader.readAsDataURL(blob);
  });
}
