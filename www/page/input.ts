/** What a shop is read from, and what was said about it. */

import type { Tillcast } from "../engine/client";
import type { CleanOptions, DateOrder, Frequency, Mapping, ReadOptions, RunOptions, Shop } from "../engine/types";
import type { Known } from "./known";

/** The part of the library that the page uses; tests put their own in its place. */
export type Engine = Pick<
  Tillcast,
  | "device"
  | "open"
  | "sample"
  | "answer"
  | "reread"
  | "forecast"
  | "holds"
  | "figure"
  | "diagnose"
  | "exampleFigure"
  | "export"
  | "leftOut"
  | "findings"
  | "usual"
  | "close"
>;

/** What is looked ahead to. */
export type Wish = { frequency: Frequency; horizon: number };

/** The same, with how the sales are cleaned and what is known ahead: all that one shop's forecasts differ by. */
export type Choice = Wish & { clean: CleanOptions; known: Known };

/** What the shop said counts as demand, in the words of {@link ReadOptions}; `more`: pieces that its last word brought. */
export interface Policy {
  counted: string[];
  uncounted: string[];
  more: number | null;
}

export const OPEN_POLICY: Policy = { counted: [], uncounted: [], more: null };

/** `reread`: the files of a shop once more, with other answers; `compares`: whether it is told how many pieces they bring. */
export type Reread = { kind: "reread"; shop: Shop; said: ReadOptions; policy: Policy; compares: boolean };
export type Input = { kind: "files"; files: File[] } | { kind: "sample" } | Reread;

/** The same with lines of a kind counted or left out; `usual`: whether they count unless something is said. */
export function withKind({ counted, uncounted }: Policy, kind: string, counts: boolean, usual: boolean): Policy {
  const listed = (kinds: string[], on: boolean) => [...kinds.filter((one) => one !== kind), ...(on ? [kind] : [])];
  return { counted: listed(counted, counts && !usual), uncounted: listed(uncounted, !counts && usual), more: null };
}

/** What it is called while it is read; nothing for the sample. */
export function nameOf(input: Input): string {
  if (input.kind === "sample") return "";
  return input.kind === "reread" ? input.shop.name : input.files.map((file) => file.name).join(", ");
}

/** `mappings`: what is known of the columns of files. */
export function read(engine: Engine, input: Input, mappings: Mapping[], run: RunOptions): Promise<Shop> {
  if (input.kind === "sample") return engine.sample(run);
  return input.kind === "reread" ? engine.reread(input.shop, input.said, run) : engine.open(input.files, { mappings }, run);
}

/** The same with what is said about files of a layout in place of what was; what it leaves open stays as it was. */
export const withMapping = (mappings: Mapping[], mapping: Mapping): Mapping[] => [
  ...mappings.filter(({ layout }) => layout !== mapping.layout),
  { ...mappings.find(({ layout }) => layout === mapping.layout), ...mapping },
];

/** Nothing said about a layout's columns. */
const openMapping = (layout: string): Mapping => ({ layout, roles: [], unused: [], extra: [] });

/** The same with nothing said about a layout's columns. */
export const withoutColumns = (mappings: Mapping[], layout: string): Mapping[] =>
  mappings.flatMap((one) => (one.layout !== layout ? [one] : one.dateOrder ? [{ ...openMapping(layout), dateOrder: one.dateOrder }] : []));

/** The same with the day or the month first in files of a layout. */
export const withDates = (mappings: Mapping[], layout: string, dateOrder: DateOrder): Mapping[] =>
  withMapping(mappings, { ...(mappings.find((one) => one.layout === layout) ?? openMapping(layout)), dateOrder });

/** What is known of a layout's columns, with a role given to one of them: a role has one column, and a column one role. */
export function withColumn(mappings: Mapping[], layout: string, role: string, column: string): Mapping {
  const known = mappings.find((one) => one.layout === layout) ?? openMapping(layout);
  const not = (header: string) => header !== column;
  const roles: Mapping["roles"] = [...known.roles.filter(([one, header]) => one !== role && not(header)), [role, column]];
  return { layout, roles, unused: known.unused.filter(not), extra: known.extra.filter(not) };
}
