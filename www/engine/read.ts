/** Bytes into the core: files are streamed, never held whole, and messages are heard between the pieces. */

import { cancelled, failure, readable } from "./failure";
import { pieces } from "./pieces";
import type { Pool } from "./pool";
import type { PackedShop } from "./products";
import type { SectionOf, Source } from "./protocol";
import { rowRoles, rowsToText } from "./rows";
import { cutsOf, isLong } from "./sections";
import type { Progress, ReadOptions } from "./types";
import { isPacked, unpack } from "./workbooks";
import { type Engine, type FileReader, isLegacy, trapOf } from "./wasm";

type Bytes = Uint8Array<ArrayBuffer>;

/** What takes the bytes of a table. */
export interface Taker
  extends Pick<FileReader, "push">,
    Partial<Pick<FileReader, "decoded" | "sheetTold" | "leftOut" | "withoutSheet" | "divides" | "until" | "append" | "resume">> {
  /** Whether the rest need not be given. */
  readonly isDone?: boolean;
}

/** Begins a table; `packed` is one of a workbook, of an archive, or of another encoding. */
type Begin = (name: string, options: ReadOptions, packed?: { member: boolean; sheet: string | undefined }) => Taker;

const PIECE_BYTES = 1 << 20;
/** A tab holds no more than this beside the work on it. */
const MOST_BYTES = 1_000_000_000;
/** Work at a stretch, before messages are heard. */
const STRETCH_MS = 20;
/** Share of the whole that is pushing bytes; the rest makes the shop of them. */
const READING_SHARE = 0.9;

/** Makes a shop of files, rows or the sample's seed. */
export async function readSource(
  engine: Engine,
  pool: Pool,
  source: Source,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<PackedShop> {
  tell({ phase: "reading", done: 0 });
  await breathe();
  if (source.kind === "sample") return engine.sample();
  const readers: FileReader[] = [];
  const begin: Begin = (name, options, packed) => {
    const reader = packed ? engine.packedReader(name, options, packed.member, packed.sheet) : engine.reader(name, options);
    readers.push(reader);
    return reader;
  };
  try {
    await readTables(source, begin, signal, tell, pool);
    stopIf(signal);
    // The core takes the readers over, whatever comes of it.
    const taken = readers.splice(0);
    const name = source.kind === "rows" ? "" : shopName(source.files.map((file) => file.name));
    return engine.open(taken, name);
  } catch (thrown) {
    if (!trapOf(thrown)) for (const reader of readers) reader.free();
    throw thrown;
  }
}

/** Reads all tables of a source, in the same order and by the same bytes each time; large ones with help of a `pool`. */
export function readTables(
  source: Exclude<Source, { kind: "sample" }>,
  begin: Begin,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
  pool?: Pool,
): Promise<void> {
  return source.kind === "rows"
    ? readRows(source.rows, source.options, begin, signal, tell)
    : readFiles(source.files, source.options, begin, signal, tell, pool);
}

async function readFiles(
  files: { blob: Blob; name: string }[],
  options: ReadOptions,
  begin: Begin,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
  pool: Pool | undefined,
): Promise<void> {
  const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (total > MOST_BYTES) {
    throw {
      ...failure(
        "input",
        "file-too-large",
        `the file has ${Math.ceil(total / 1e6)} MB, more than the ${MOST_BYTES / 1e6} MB that a browser tab can take`,
        "export a shorter time span, or use the tillcast command",
        files[0]?.name ?? null,
      ),
      args: [
        ["megabytes", String(Math.ceil(total / 1e6))],
        ["limit", String(MOST_BYTES / 1e6)],
      ],
    };
  }
  const rest = new Stretch();
  let read = 0;
  for (const { blob, name } of files) {
    if (pool && isLong(blob)) pool.prepare();
    // Both come from the disk, of which neither need wait for the other.
    const cuts = pool ? cutsOf(blob, name, pool.width) : Promise.resolve([]);
    // A failure is met when its turn comes.
    cuts.catch(() => {});
    const first = await head(blob, name);
    const text = !isPacked(first);
    if (!text || isLegacy(first, options.encoding)) {
      const done = (share: number) => tell({ phase: "reading", done: ((read + share * blob.size) / total) * READING_SHARE });
      await readPacked({ blob, name }, text, options, begin, signal, done);
      read += blob.size;
      continue;
    }
    const given = ownOf(name, options);
    const reader = begin(name, given);
    const count = (bytes: number) => {
      read += bytes;
      tell({ phase: "reading", done: Math.min(read / total, 1) * READING_SHARE });
    };
    const take = async (bytes: Bytes) => {
      for (let from = 0; from < bytes.length && !reader.isDone; from += PIECE_BYTES) {
        stopIf(signal);
        const piece = bytes.subarray(from, from + PIECE_BYTES);
        reader.push(piece);
        count(piece.length);
        await rest.breathe();
      }
      return !reader.isDone;
    };
    if (await take(first)) await readRest(reader, { blob, name, options: given, head: first }, take, count, signal, pool, cuts);
  }
}

/** Reads what follows a text's head, with the help of the `pool` where it is long. */
async function readRest(
  reader: Taker,
  file: Omit<SectionOf, "from" | "until">,
  take: (piece: Bytes) => Promise<boolean>,
  count: (bytes: number) => void,
  signal: AbortSignal,
  pool: Pool | undefined,
  begins: Promise<number[]>,
): Promise<void> {
  const { blob, name, head } = file;
  const cuts = reader.divides?.() ? await begins : [];
  if (!pool || cuts.length === 0) return pieces(blob.slice(head.length), name, take);
  reader.until?.(cuts[0] as number);
  // What a worker fails at is read again here, and fails here if it must.
  const sections = pool.sections(cuts.map((from, at) => ({ ...file, from, until: cuts[at + 1] })), count).catch(() => []);
  try {
    await pieces(blob.slice(head.length), name, take);
    for (const section of await sections) if (!reader.append?.(section)) break;
    stopIf(signal);
    const place = reader.resume?.();
    if (place !== undefined && place < blob.size) await pieces(blob.slice(place), name, take);
  } catch (thrown) {
    pool.cancel();
    throw thrown;
  }
}

/** Enough to tell a workbook or archive from text, and an encoding. */
const HEAD_BYTES = 1 << 19;

const head = (blob: Blob, name: string) =>
  readable(blob.slice(0, HEAD_BYTES).arrayBuffer(), name).then((bytes) => new Uint8Array(bytes));

/** A workbook's text is about so many times the file. */
const SWELLING = 4;

/** Every table of a workbook or archive, or a `text` of a legacy encoding, as a reader of its own. */
async function readPacked(
  file: { blob: Blob; name: string },
  text: boolean,
  options: ReadOptions,
  begin: Begin,
  signal: AbortSignal,
  done: (share: number) => void,
): Promise<void> {
  let first: Taker | undefined;
  const { name, blob } = file;
  let bytes = 0;
  const { sheet: wanted, sheets } = sheetsFor(name, options);
  const { leftOut, withoutSheet } = await unpack(file, { text, sheet: wanted, sheets }, signal, async ({ member, sheet, others, head, read }) => {
    const label = options.encoding;
    const decode = text || (head && isLegacy(head, label)) ? { label } : null;
    const own = member === undefined ? name : `${name}/${member}`;
    const reader = begin(own, ownOf(own, decode ? { ...options, encoding: "utf-8" } : options), { member: member !== undefined, sheet });
    first ??= reader;
    const found = await read(decode, async (piece) => {
      stopIf(signal);
      reader.push(piece);
      bytes += piece.length;
      // How much is still to come is not known: the bar slows down instead of standing still.
      done(1 - Math.exp(-bytes / (SWELLING * blob.size)));
    });
    if (decode) reader.decoded?.(found.encoding, found.replaced);
    else reader.sheetTold?.(others, found.errorCells);
  });
  const within = (members: string[]) => members.map((member) => `${name}/${member}`);
  first?.leftOut?.(within(leftOut));
  first?.withoutSheet?.(wanted ?? "", within(withoutSheet));
}

/** The sheet to read of a workbook, and those of single members of an archive. */
function sheetsFor(name: string, { sheet, sheets = {} }: ReadOptions): { sheet: string | undefined; sheets: [string, string][] } {
  const inside = `${name}/`;
  const members = Object.entries(sheets).filter(([file]) => file.startsWith(inside));
  return { sheet: sheets[name] ?? sheet, sheets: members.map(([file, own]) => [file.slice(inside.length), own]) };
}

async function readRows(
  rows: Extract<Source, { kind: "rows" }>["rows"],
  options: ReadOptions,
  begin: Begin,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<void> {
  const reader = begin("rows", ownOf("rows", rowRoles(rows, options)));
  const rest = new Stretch();
  let part = 0;
  for (const text of rowsToText(rows)) {
    stopIf(signal);
    reader.push(text);
    part += 1;
    tell({ phase: "reading", done: READING_SHARE * (1 - 1 / part) });
    await rest.breathe();
  }
}

/** What holds for one file. The core takes a missing key for its default, but no `undefined`. */
function ownOf(name: string, { dateFormats, reportPeriods, ...options }: ReadOptions) {
  const unreadableDates = dateFormats?.[name] ?? options.unreadableDates;
  const reportPeriod = reportPeriods?.[name] ?? options.reportPeriod;
  return Object.fromEntries(Object.entries({ ...options, unreadableDates, reportPeriod }).filter(([, value]) => value !== undefined));
}

const shopName = (names: string[]) => (names[0] ?? "").replace(/(\.(csv|tsv|txt|gz|zip|xlsx?|ods))+$/i, "");

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

class Stretch {
  #begun = performance.now();

  /** Lets messages in when it has been long enough. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#begun < STRETCH_MS) return;
    await breathe();
    this.#begun = performance.now();
  }
}

/** A message to ourselves, so that those that came before it are heard; timers would be throttled. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
