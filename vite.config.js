import { fileURLToPath } from "node:url";

import { serviceWorker } from "./scripts/service-worker.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The page and the library are one build: they share every chunk, and the wasm exists once. */
export default {
  // Relative addresses: the folder works under any path, and the library finds its workers beside itself.
  base: "./",
  publicDir: "www/public",
  build: {
    target: "es2022",
    // The polyfill fetches, which the policy forbids; data: scripts are forbidden too, so nothing is inlined.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The wasm script is some megabytes of text by nature; scripts/size.mjs keeps watch over the transfer.
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      input: { page: here("index.html"), tillcast: here("www/widget/index.ts") },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: (chunk) => (chunk.name === "tillcast" ? "tillcast.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  // Of lzma1 the decoder alone: its entry brings the encoder along, a sixth of a worker's script.
  resolve: { alias: [{ find: /^lzma1\/(decoder|streams)$/, replacement: here("node_modules/lzma1/lib/$1.js") }] },
  worker: { format: "es" },
  plugins: [serviceWorker(here("www/sw.js"))],
};
