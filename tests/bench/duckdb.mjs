/** Makes a script of the DuckDB peer, which comes as modules with bare names in them. */

import { fileURLToPath } from "node:url";
import { build } from "vite";

/** Where it lies, from the project's folder. */
export const DUCKDB = "tests/bench/node_modules/.bench/duckdb.js";
/** Where its wasm and workers lie. */
export const DUCKDB_FOLDER = "tests/bench/node_modules/@duckdb/duckdb-wasm/dist";

export async function bundleDuckdb() {
  const here = (name) => fileURLToPath(new URL(name, import.meta.url));
  await build({
    configFile: false,
    root: here("."),
    logLevel: "error",
    build: {
      outDir: here("node_modules/.bench"),
      emptyOutDir: true,
      lib: { entry: here("page/duckdb.js"), formats: ["es"], fileName: () => "duckdb.js" },
    },
  });
}
