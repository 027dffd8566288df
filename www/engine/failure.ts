import type { TillcastFailure } from "./types";

/** What every promise of the library rejects with: the fields of {@link TillcastFailure} on a real error. */
export class TillcastError extends Error implements TillcastFailure {
  override readonly name = "TillcastError";
  readonly kind: TillcastFailure["kind"];
  readonly code: string;
  readonly remedy: string;
  readonly args: [string, string][];
  readonly position: TillcastFailure["position"];

  constructor(failure: TillcastFailure) {
    super(failure.message);
    this.kind = failure.kind;
    this.code = failure.code;
    this.remedy = failure.remedy;
    this.args = failure.args;
    this.position = failure.position;
  }
}

/** A failure that is made on this side of the wasm boundary. */
export function failure(
  kind: TillcastFailure["kind"],
  code: string,
  message: string,
  remedy = "",
  file: string | null = null,
): TillcastFailure {
  return { kind, code, message, remedy, args: [], position: { file, record: null, column: null } };
}

/** What was read of a file, or why it could not be: moved, changed or unplugged since it was chosen. */
export async function readable<Value>(reading: Promise<Value>, file: string | null = null): Promise<Value> {
  try {
    return await reading;
  } catch (thrown) {
    throw failure(
      "input",
      "file-unreadable",
      `the file could no longer be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      "choose it again; what was open before is untouched",
      file,
    );
  }
}

export const cancelled = (): TillcastFailure => failure("cancelled", "cancelled", "stopped by the user");

/** Plain object of whatever was thrown: our own shape passes through, anything else becomes `internal`. */
export function toFailure(thrown: unknown): TillcastFailure {
  if (thrown instanceof TillcastError) {
    const { kind, code, message, remedy, args, position } = thrown;
    return { kind, code, message, remedy, args, position };
  }
  if (isFailure(thrown)) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return failure("internal", "internal", text);
}

function isFailure(value: unknown): value is TillcastFailure {
  return typeof value === "object" && value !== null && "kind" in value && "code" in value && "remedy" in value;
}

