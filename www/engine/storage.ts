/**
 * What the browser keeps between visits: settings, in IndexedDB. Where keeping is denied or full, everything goes on for
 * this visit and a note says that it is not saved.
 */

import { ROLES } from "./rows";
import { sweep } from "./shelf";
import type { Language, Mapping, Note, Theme } from "./types";

export interface Settings {
  language?: Language;
  theme?: Theme;
  /** What the columns of files of a layout are, the newest last. */
  mappings?: Mapping[];
}

/** More layouts than a shop has; the oldest go first. */
const MOST_MAPPINGS = 50;

const DATABASE = "tillcast";
const VERSION = 1;
const STORE = "kept";
const KEY = "settings";

export class Store {
  /** What is known of this visit, saved or not. */
  #known: Settings = {};
  readonly #onNotSaved: (note: Note) => void;
  #database: Promise<IDBDatabase> | undefined;

  private constructor(onNotSaved: (note: Note) => void) {
    this.#onNotSaved = onNotSaved;
  }

  /** Never rejects; `onNotSaved` is told whenever something could not be kept, `not-saved`. */
  static async open(onNotSaved: (note: Note) => void = () => {}): Promise<Store> {
    const store = new Store(onNotSaved);
    const found = await store.#transact("readonly", (kept) => kept.get(KEY) as IDBRequest<Settings | undefined>).catch(() => undefined);
    store.#known = checked(found);
    return store;
  }

  get settings(): Readonly<Settings> {
    return this.#known;
  }

  /** Whether the change will be there at the next visit. */
  async change(settings: Settings): Promise<boolean> {
    this.#known = { ...this.#known, ...settings };
    if (settings.mappings) this.#known.mappings = settings.mappings.slice(-MOST_MAPPINGS);
    try {
      await this.#transact("readwrite", (kept) => kept.put(this.#known, KEY));
      return true;
    } catch (thrown) {
      const reason = thrown instanceof DOMException && thrown.name === "QuotaExceededError" ? "full" : "denied";
      this.#onNotSaved(notSaved(reason));
      return false;
    }
  }

  /** Deletes everything that was kept; rejects if the browser would not. */
  async deleteAll(): Promise<void> {
    this.#known = {};
    await sweep();
    await this.#transact("readwrite", (kept) => kept.clear());
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

/** What is understood of it: another version, or a damaged record, may have left anything. */
function checked(found: Settings | undefined): Settings {
  const { language, theme, mappings } = Object(found) as Settings;
  return {
    ...(Array.isArray(mappings) && { mappings: mappings.filter(isMapping) }),
    ...((language === "en" || language === "zh") && { language }),
    ...((theme === "light" || theme === "dark") && { theme }),
  };
}

function isMapping(found: unknown): found is Mapping {
  const { layout, roles, unused, extra, dateOrder } = Object(found) as Mapping;
  const texts = (list: unknown): boolean => Array.isArray(list) && list.every((one) => typeof one === "string");
  const pairs = Array.isArray(roles) && roles.every((pair) => texts(pair) && pair.length === 2 && ROLES.includes(pair[0]));
  return typeof layout === "string" && pairs && texts(unused) && texts(extra) && [undefined, "dmy", "mdy", "ymd"].includes(dateOrder);
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

function notSaved(reason: "full" | "denied"): Note {
  const why = reason === "full" ? "there is no room left for this page" : "the browser does not let this page save";
  return {
    code: "not-saved",
    severity: "warning",
    product: null,
    count: null,
    args: [["reason", reason]],
    text: `Not saved: ${why}. Everything works for this visit; download what you want to keep.`,
  };
}
