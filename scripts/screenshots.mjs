/**
 * `npm run screenshots`: the picture in the README, of the sample shop's forecast.
 *   -- --all     every theme, language and width, into `tests/output/`: to look at after a change of the page
 */

import { mkdirSync } from "node:fs";
import path from "node:path";

import { build } from "./build.mjs";
import { at, script } from "./run.mjs";
import { ensureChromium } from "./setup.mjs";

const README_PICTURE = { language: "en", colorScheme: "light", sizes: [[1280, 800]] };
const SIZES = [[1280, 800], [390, 844]];
const LOCALES = { en: "en-GB", zh: "zh-CN" };

await script(async () => {
  const all = process.argv.includes("--all");
  await build();
  process.env.TILLCAST_CHROMIUM = await ensureChromium();
  // Only now: the harness needs the packages that the build has made sure of.
  const { launch, part, reach, serveBuild, visit } = await import("../tests/browser/harness.mjs");
  const folder = all ? "tests/output" : "docs";
  mkdirSync(at(folder), { recursive: true });
  const shots = all
    ? ["en", "zh"].flatMap((language) => ["light", "dark"].map((colorScheme) => ({ language, colorScheme, sizes: SIZES })))
    : [README_PICTURE];
  const server = await serveBuild();
  const browser = await launch();
  try {
    for (const { language, colorScheme, sizes } of shots) {
      const options = { locale: LOCALES[language], colorScheme, viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };
      const { page, close } = await visit(browser, `${server.origin}/?device=cpu`, options);
      await page.locator(part("sample")).first().click();
      await reach(page, ["done"], 600_000);
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        // Charts are drawn anew in the worker for the new width.
        await page.waitForTimeout(1500);
        const name = path.join(folder, `screenshot-${colorScheme}-${width}-${language}.png`);
        await page.screenshot({ path: at(name) });
        console.log(name);
      }
      await close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
});
