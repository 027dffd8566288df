/**
 * Every message between page, coordinator and compute workers, once. A new message is one entry here and one handler in
 * `worker.ts` (or `compute.ts`); the compiler finds what is missing.
 */

import type { PackedShop } from "./products";
import type {
  Backtest,
  BacktestOptions,
  DeviceChoice,
  DeviceInfo,
  Diagnosis,
  Finding,
  FigureKind,
  FigureOptions,
  Figure,
  FutureRow,
  Forecast,
  ForecastOptions,
  Frequency,
  ModelInfo,
  Progress,
  ReadOptions,
  Row,
  Usual,
} from "./types";

/** A request, its answer, and what may be told before the answer. */
export interface Message<Request = unknown, Response = unknown, Told = never> {
  request: Request;
  response: Response;
  event: Told;
}

/** What a shop is made of; files are handles, their bytes stay where they are until they are read. */
export type Source =
  | { kind: "files"; files: { blob: Blob; name: string }[]; options: ReadOptions }
  | { kind: "rows"; rows: Row[]; options: ReadOptions }
  | { kind: "sample" };

/** Told while networks may be at work: progress, or another device than before. */
export type Work = Progress | { device: DeviceInfo };

/** Page → coordinator. */
export interface CoordinatorMessages {
  start: Message<{ device: DeviceChoice; workers: number | undefined; life: string }, DeviceInfo>;
  open: Message<{ source: Source }, PackedShop, Progress>;
  regroup: Message<{ shop: number; frequency: Frequency }, PackedShop>;
  forecast: Message<{ shop: number; options: ForecastOptions }, Forecast, Work>;
  backtest: Message<{ shop: number; options: BacktestOptions }, Backtest, Work>;
  figure: Message<{ forecast: number; kind: FigureKind; options: FigureOptions }, Figure>;
  diagnose: Message<{ forecast: number; model: string; options: FigureOptions }, Diagnosis | null>;
  exampleFigure: Message<{ options: FigureOptions }, Figure>;
  exportCsv: Message<{ forecast: number; totals: boolean }, Uint8Array<ArrayBuffer>>;
  leftOut: Message<{ shop: number; source: Source; words: Record<string, string> }, Blob>;
  findings: Message<{ shop: number }, Finding[]>;
  usual: Message<{ shop: number; known: string[]; horizon: number; product: number | undefined; future: FutureRow[] }, Usual>;
  models: Message<null, ModelInfo[]>;
  close: Message<{ shop: number }, null>;
  loseDevice: Message<null, null>;
}

/** A section of a file: the orders behind the byte `from` up to those behind `until`. `head` is how the file begins. */
export interface SectionOf {
  blob: Blob;
  name: string;
  options: ReadOptions;
  head: Uint8Array<ArrayBuffer>;
  from: number;
  until: number | undefined;
}

/** Coordinator → compute worker. Events but the first are serialised by the core and pass through unread. */
export interface ComputeMessages {
  start: Message<{ module: WebAssembly.Module; life: string }, null>;
  /** `from` is the last checkpoint of an earlier attempt to go on from; empty at the first. */
  run: Message<{ kind: string; input: Uint8Array; from: Uint8Array }, Uint8Array, "begun" | Uint8Array | { checkpoint: Uint8Array }>;
  /** Tells the bytes that it has taken more. */
  section: Message<SectionOf, Uint8Array, "begun" | number>;
}

/** Coordinator → the worker that fits a method once more; its answer is JSON. */
export interface InsideMessages {
  tell: Message<{ asked: Uint8Array<ArrayBuffer> }, string>;
}

/** Coordinator → the worker that opens one workbook or archive, or decodes one text. */
export interface UnpackMessages {
  /**
   * `text`: the file is text as it is; `sheets`: members of an archive and the sheets to read of them, of the others
   * `sheet`. Answers with members that are no tables.
   */
  open: Message<{ blob: Blob; text: boolean; sheet: string | undefined; sheets: [string, string][] }, string[]>;
  /** Workbooks of an archive that lack the sheet that is wanted, after the last table. */
  withoutSheet: Message<null, string[]>;
  /** `head` are the first bytes of what is text as it is. */
  next: Message<null, { member: string | undefined; sheet: string | undefined; others: string[]; head: Uint8Array<ArrayBuffer> | undefined } | null>;
  /** A piece of the table's text, empty at its end; with `decode`, made UTF-8 of that encoding or of the likeliest. */
  read: Message<{ decode: { label: string | undefined } | null }, PackedText>;
}

/** Text of a table, and what was found in it so far. */
export interface PackedText {
  text: Uint8Array<ArrayBuffer>;
  errorCells: number;
  encoding: string;
  replaced: number;
}
