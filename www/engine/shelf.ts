/**
 * A file of the browser's own (OPFS), for forecasts of large shops that would fill a tab's memory until they are needed
 * again. It belongs to this worker, is emptied after each forecast, and what a tab that was closed meanwhile has left is
 * deleted by the next that starts. Where the browser has no such file, or no room, memory is used.
 */

const PREFIX = "tillcast-shelf-";

/** What TypeScript knows in workers only. */
interface SyncAccess {
  read(into: Uint8Array, from: { at: number }): number;
  write(bytes: Uint8Array, to: { at: number }): number;
  truncate(length: number): void;
}

/** Deletes what tabs that are gone have left; never rejects. */
export async function sweep(): Promise<void> {
  try {
    const folder = await navigator.storage.getDirectory();
    const names = (folder as unknown as { keys(): AsyncIterable<string> }).keys();
    for await (const name of names) {
      // One that another tab is using stays.
      if (name.startsWith(PREFIX)) await folder.removeEntry(name).catch(() => {});
    }
  } catch {
    // Where there are no such files, none was left.
  }
}

export class Shelf {
  readonly #file: SyncAccess;
  #end = 0;

  private constructor(file: SyncAccess) {
    this.#file = file;
  }

  /** Never rejects; none where the browser does not let us. */
  static async open(): Promise<Shelf | null> {
    try {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle(PREFIX + crypto.randomUUID(), { create: true });
      return new Shelf(await (handle as unknown as { createSyncAccessHandle(): Promise<SyncAccess> }).createSyncAccessHandle());
    } catch {
      return null;
    }
  }

  /** Their place; -1 where there is no room. */
  put(bytes: Uint8Array): number {
    const at = this.#end;
    try {
      if (this.#file.write(bytes, { at }) < bytes.length) return -1;
    } catch {
      return -1;
    }
    this.#end += bytes.length;
    return at;
  }

  /** Reads what was put at a place; whether all of it is there. */
  take(at: number, into: Uint8Array): boolean {
    return this.#file.read(into, { at }) === into.length;
  }

  empty(): void {
    this.#end = 0;
    this.#file.truncate(0);
  }
}
