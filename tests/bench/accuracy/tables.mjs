/** Tables in Markdown. */

/**
 * @param {string[]} head
 * @param {string[][]} rows
 * @param {number} [words] columns of words, on the left; the others are figures
 */
export function table(head, rows, words = 1) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at < words ? "---" : "--:"))), ...rows.map(line)].join("\n");
}
