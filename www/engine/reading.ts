/** Types of what is read of files, of what is asked and said about it. Shapes match what the Rust core serialises. */

import type { Extra } from "./types";

/** Something that looks odd; by default it counts as it stands. */
export interface Finding {
  /** `dates-far-off`, `repeated-line`, `quantity-outlier`, `bulk-order`, `mixed-unit`, `gap`, `counted-out` (no stock by the file's own count), `stock-out`. */
  code: string;
  severity: "info" | "warning";
  /** Lines, products with mixed units, days, or times that a product seems to have run out. */
  count: number;
  /** Of times without stock, how many days they have in all. */
  days?: number;
  done: "counted" | "left-out" | "zero" | "missing" | "usual";
  /** For the shop to change, by the code in {@link ReadOptions.uncounted}; of `dates-far-off` and `stock-out` (for `counted-out` too) in `counted`. */
  optional: boolean;
  /** The first few: ISO days, units (of `mixed-unit` the price) and what is usual there. */
  examples: { product: string | null; from: string; until: string | null; value: number | null; usual: number | null }[];
  /** One English sentence. */
  text: string;
}

export interface Choice {
  value: string;
  consequence: string;
  /** Lines that it would use, where the answers differ in that. */
  count: number | null;
}

export interface Question {
  code: string;
  text: string;
  /** {@link Report.layout} of the file that it is about. */
  layout: string;
  /** {@link Report.file} of it. */
  file: string;
  column: string | null;
  examples: string[];
  /** None for `nothing-left`: no row can be used as it was read, and other columns or another policy may help. */
  choices: Choice[];
}

/** Of day, month and year in dates. */
export type DateOrder = "dmy" | "mdy" | "ymd";

/** What the user says about a file; everything left open is found by content. */
export interface ReadOptions {
  roles?: [string, string][];
  encoding?: string;
  delimiter?: string;
  decimal?: string;
  /** In all files; in those of a layout by {@link Mapping.dateOrder}. */
  dateOrder?: DateOrder;
  /** Where many dates cannot be read: `leave-out` for their rows, or their format, such as `DDMMYYYY`. */
  unreadableDates?: string;
  /** `all`: the pieces of all lines, and no prices. */
  currency?: string;
  /** Reasons left out by default that shall count: `cancelled`, `refunded`, `returned`, `unpaid`, `free` … */
  counted?: string[];
  /** Kinds that count by default and shall not: `pending-kept`, `partly-refunded-kept`, `returns-kept` (negative quantities), and codes of findings. */
  uncounted?: string[];
  /** Whether the variations of a product, which stand in a column of their own, are products of their own. */
  variants?: boolean;
  /** Whether what is sold in units of certain size, which a column says, is counted in the smallest: grams, millilitres, pieces. */
  smallestUnit?: boolean;
  /** What to forecast of a file of orders without products. */
  withoutProducts?: "orders" | "revenue";
  extra?: string[];
  /** Headers of columns that have no role and are not guessed to have one. */
  unused?: string[];
  /** What was said about all files of a layout; `roles` and `dateOrder` come first, of two for one layout the later counts. */
  mappings?: Mapping[];
  /** Sheet of a workbook; by default the first with a table. */
  sheet?: string;
  /** The same by file, with names as in {@link Report.file}. */
  sheets?: Record<string, string>;
  /** What `unreadableDates` is, by file. */
  dateFormats?: Record<string, string>;
  /** First and last day that a report without dates covers, `YYYY-MM-DD..YYYY-MM-DD`: one day, seven, or a month. */
  reportPeriod?: string;
  /** The same by file. */
  reportPeriods?: Record<string, string>;
}

/** What was said about all files with exactly the same headers, by {@link Report.layout}. */
export interface Mapping {
  layout: string;
  /** Headers by role. */
  roles: [string, string][];
  unused: string[];
  /** Numeric columns to keep beside those found. */
  extra: string[];
  dateOrder?: DateOrder;
}

/** What a column is read as. */
export interface Column {
  use: "unused" | "role" | "extra" | "day" | "product" | "items" | "total";
  role: string | null;
  confidence: "high" | "medium" | "low" | null;
  found: "given" | "platform" | "name" | "content" | null;
  /** An unused column that could have the role as well. */
  rival: string | null;
  /** Of a column without a role, what its header says that its numbers are about: see {@link Extra}. */
  kind: Extra["kind"];
}

export interface Report {
  file: string;
  source: string;
  /** The sheet that was read of a workbook; encoding and delimiter are empty then. */
  sheet: string | null;
  /** Further sheets, which were not read. */
  otherSheets: string[];
  encoding: string;
  delimiter: string;
  headerRecord: number;
  roles: [string, string][];
  headers: string[];
  /** By which files with the same headers are known. */
  layout: string;
  /** Whether one of {@link ReadOptions.mappings} was for the columns of that layout. */
  mapped: boolean;
  /** One by header. */
  columns: Column[];
  preview: string[][];
  datePattern: string;
  rowsRead: number;
  rowsUsed: number;
  /** `optional`: for the shop to say that they count, by the reason in {@link ReadOptions.counted}. */
  leftOut: { reason: string; count: number; records: number[]; optional: boolean }[];
  currencies: string[];
  /** Statuses of which no word is known: they count unless {@link ReadOptions.uncounted} names `status:` and the word. */
  statuses: { word: string; lines: number; counts: boolean }[];
  /** What would be asked, had it not been answered. */
  answered: { question: Question; value: string }[];
}
