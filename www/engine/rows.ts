/** Rows of a host as a delimited file, so that there is one way of reading. */

import type { ReadOptions, Row } from "./types";

/** Rows turned into text at a stretch. */
const PART_ROWS = 4096;

export const ROLES = ["date", "product", "name", "variant", "quantity", "price", "revenue", "order", "status", "cancelled", "store", "category", "supplier", "currency"];

/** The parts of a file with one column per key; later rows may bring further keys. */
export function* rowsToText(rows: readonly Row[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const columns = columnsOf(rows);
  yield encoder.encode(`${columns.map(field).join(",")}\n`);
  for (let from = 0; from < rows.length; from += PART_ROWS) {
    const lines = rows.slice(from, from + PART_ROWS).map((row) => `${columns.map((column) => field(row[column])).join(",")}\n`);
    yield encoder.encode(lines.join(""));
  }
}

/** Keys that are called like a role are that role. */
export function rowRoles(rows: readonly Row[], options: ReadOptions): ReadOptions {
  const named = columnsOf(rows).filter((column) => ROLES.includes(column));
  const roles = new Map([...named.map((column): [string, string] => [column, column]), ...(options.roles ?? [])]);
  return { ...options, delimiter: ",", roles: [...roles] };
}

function columnsOf(rows: readonly Row[]): string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const column of Object.keys(row)) columns.add(column);
  return [...columns];
}

function field(value: Row[string]): string {
  if (value === null || value === undefined) return "";
  // The day as the host's clock shows it: a date is made from local parts far more often than from UTC ones.
  const text = value instanceof Date ? localTime(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function localTime(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
