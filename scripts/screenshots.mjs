/** Takes `docs/screenshot-THEME-WIDTH-LANGUAGE.png` of the sample shop's forecast: `npm run screenshots`. */

import { mkdirSync } from "node:fs";

import { build } from "./build.mjs";
import { at, script } from "./run.mjs";
import { ensureChromium } from "./setup.mjs";

await script(async () => {
  await build();
  process.env.TILLCAST_CHROMIUM = await ensureChromium();
  // Only now: the harness needs the packages that the build has made sure of.
  const { launch, part, reach, serveBuild, visit } = await import("../tests/browser/harness.mjs");
  mkdirSync(at("docs"), { recursive: true });
  const server = await serveBuild();
  const browser = await launch();
  try {
    for (const [language, locale] of [["en", "en-GB"], ["zh", "zh-CN"]]) {
      for (const colorScheme of ["light", "dark"]) {
        const options = { locale, colorScheme, viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };
        const { page, close } = await visit(browser, `${server.origin}/?device=cpu`, options);
        await page.locator(part("sample")).first().click();
        await reach(page, ["done"], 600_000);
        for (const [width, height] of [[1280, 800], [390, 844]]) {
          await page.setViewportSize({ width, height });
          // Charts are drawn anew in the worker for the new width.
          await page.waitForTimeout(1500);
          const name = `screenshot-${colorScheme}-${width}-${language}.png`;
          await page.screenshot({ path: at("docs", name) });
          console.log(`docs/${name}`);
        }
        await close();
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
});
