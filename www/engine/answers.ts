/** What a choice means for reading. */

import type { Question, ReadOptions } from "./types";

/** The options that answer a question by one of its choices. */
export function answerTo(question: Question, value: string): ReadOptions {
  if (question.code.startsWith("column-")) return { roles: [[question.code.slice("column-".length), value]] };
  switch (question.code) {
    case "date-order":
      return { dateOrder: value as NonNullable<ReadOptions["dateOrder"]> };
    default:
      return { [camel(question.code)]: value };
  }
}

const camel = (code: string) => code.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
