// A picture of every page, as a desk and as a telephone show it, and the list of them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onEvery } from "./every_page.mjs";

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 }, colorScheme: "light", reducedMotion: "reduce" },
  phone: { viewport: { width: 390, height: 780 }, isMobile: true, colorScheme: "light", reducedMotion: "reduce" },
};

/** How much smaller pictures are than pages, and how much of a picture is kept, in hundredths: all of them are 3 MB. */
const SCALE = 0.7;
const QUALITY = 35;

/** Pixels; what is further down of a long list says no more. */
const LONGEST = 3_000;

export async function all(house) {
  const rows = new Map();
  for (const [screen, options] of Object.entries(SCREENS)) {
    await onEvery(house, options, async (name, page) => {
      const session = await page.context().newCDPSession(page);
      const { cssContentSize } = await session.send("Page.getLayoutMetrics");
      const height = Math.min(Math.ceil(cssContentSize.height), LONGEST);
      const { data } = await session.send("Page.captureScreenshot", {
        format: "webp",
        quality: QUALITY,
        captureBeyondViewport: true,
        clip: { x: 0, y: 0, width: options.viewport.width, height, scale: SCALE },
      });
      await session.detach();
      const file = `${name}-${screen}.webp`;
      writeFileSync(join(house.known.folder, file), Buffer.from(data, "base64"));
      rows.set(name, [...(rows.get(name) ?? [await page.title()]), file]);
    });
  }
  const lines = [...rows].map(([name, [title, desk, phone]]) => {
    const [shown] = title.split(" – Déclic");
    return `| ${name} | ${shown.replaceAll("|", "/")} | [desk](${desk}) | [telephone](${phone}) |`;
  });
  writeFileSync(join(house.known.folder, "README.md"), `${HEAD}${lines.join("\n")}\n`);
}

const HEAD = `# Pictures of the pages

Made by \`cargo xtask pictures\`, with invented people and cases: every page of \`tests/browser/pages.mjs\`, as a screen of 1280
pixels and a telephone of 390 show it. Pages that are longer than 3,000 pixels are cut.

| page | title | | |
|---|---|---|---|
`;
