/** DuckDB-wasm as a peer: its own chooser takes the bundle, a worker runs it. Bundled by the benchmark. */

import * as duckdb from "@duckdb/duckdb-wasm";

/** Starts it; `folder` is where its modules are served. Answers its version and bundle. */
export async function start(folder) {
  const part = (name) => ({ mainModule: `${folder}/duckdb-${name}.wasm`, mainWorker: `${folder}/duckdb-browser-${name}.worker.js` });
  // The bundles that it offers to pages; its experimental one with threads loses dropped files.
  const bundle = await duckdb.selectBundle({ mvp: part("mvp"), eh: part("eh") });
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(bundle.mainWorker));
  await db.instantiate(bundle.mainModule);
  const connection = await db.connect();
  globalThis.duck = { db, connection };
  const [version] = (await connection.query("SELECT version() AS version")).toArray();
  return `${version.version}, ${bundle.mainModule.split("/").at(-1)}`;
}

/** Runs a query over a file, which it calls orders.csv, from memory or from the disk; answers seconds and rows. */
export async function query(file, sql, fromMemory) {
  const { db, connection } = globalThis.duck;
  const bytes = fromMemory ? new Uint8Array(await file.arrayBuffer()) : null;
  const begun = performance.now();
  if (bytes) await db.registerFileBuffer("orders.csv", bytes);
  else await db.registerFileHandle("orders.csv", file, duckdb.DuckDBDataProtocol.BROWSER_FILEREADER, true);
  const rows = (await connection.query(sql)).numRows;
  const seconds = (performance.now() - begun) / 1000;
  await db.dropFile("orders.csv");
  return { seconds, rows };
}
