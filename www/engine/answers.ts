/** What a choice means for reading. */

import type { DateOrder, Question, ReadOptions } from "./types";

const COLUMN = "column-";

/** The role whose column is asked for, where it is. */
export const columnAsked = ({ code }: Question): string | null => (code.startsWith(COLUMN) ? code.slice(COLUMN.length) : null);

/** The options that answer a question by one of its choices. */
export function answerTo(question: Question, value: string): ReadOptions {
  const role = columnAsked(question);
  if (role) return { roles: [[role, value]] };
  switch (question.code) {
    case "date-order":
      return { dateOrder: value as DateOrder };
    case "unreadable-dates":
      return { dateFormats: { [question.file]: value } };
    case "report-period":
      return { reportPeriods: { [question.file]: value } };
    default:
      return { [camel(question.code)]: value };
  }
}

const camel = (code: string) => code.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
