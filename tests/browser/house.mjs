// A Chromium with the people of the house in it, each in a browser of their own, and an ear for what goes wrong in it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.env.DECLIC_BROWSER}/`);
const { chromium } = require("playwright-core");

/** Reads a page for faults of accessibility. */
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Milliseconds that a step may take on a machine that does other things too. */
const PATIENCE = 30_000;

export class House {
  static async open(address, { scripts, known, ask }) {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
    return Object.assign(new House(), { browser, address, scripts, known, ask, wrong: [], elsewhere: [] });
  }

  /** A browser that nobody has signed in with. */
  async stranger(options = {}) {
    const context = await this.browser.newContext({
      baseURL: this.address,
      locale: "fr-FR",
      timezoneId: "Europe/Paris",
      viewport: { width: 1280, height: 900 },
      javaScriptEnabled: this.scripts,
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    // A page whose own script does not come, in a browser that can run what examines it.
    if (this.blocksScripts) await context.route("**/statique/*.js", (route) => route.abort());
    const page = await context.newPage();
    this.listen(page);
    return page;
  }

  /** The browser of an invented person who has signed in. */
  async person(member, options = {}) {
    const page = await this.stranger(options);
    await signIn(page, member);
    return page;
  }

  listen(page) {
    const says = (what) => this.wrong.push(`${page.url()}: ${what}`);
    page.on("pageerror", (error) => says(error.message));
    page.on("console", (message) => {
      // The status of an answer is judged below.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) says(message.text());
    });
    page.on("request", (request) => {
      const known = [this.address, ...this.elsewhere];
      if (!known.includes(new URL(request.url()).origin)) says(`asks ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500 && !this.away) says(`${response.status()} of ${response.url()}`);
    });
  }

  /** What pages complained of, scripts that broke, and requests to other sites. */
  nothingWrong() {
    assert.deepEqual(this.wrong, []);
  }

  /** Where everybody is, for whoever reads of a failure. */
  async describe() {
    for (const context of this.browser.contexts()) {
      for (const page of context.pages()) {
        const text = await page.locator("body").innerText({ timeout: 2_000 }).catch(() => "(no page)");
        console.error(`--- ${page.url()}\n${text.slice(0, 3_000)}\n---`);
      }
    }
    for (const wrong of this.wrong) console.error(wrong);
  }

  async close() {
    await this.browser.close();
  }
}

/** Follows a link, or sends a form, to the page that comes of it. */
export async function follow(page, link) {
  await Promise.all([page.waitForNavigation({ timeout: PATIENCE }), link.click()]);
}

export async function signIn(page, member) {
  await page.goto("/connexion");
  await follow(page, page.locator(`button[value="members/${member}"]`));
  assert(!new URL(page.url()).pathname.startsWith("/connexion"), `${member} has not signed in`);
}

/** Faults of accessibility of the page as it stands, one line each; by these rules alone, when some are named. */
export async function faults(page, rules = []) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, {
      resultTypes: ["violations"],
      ...(values.length ? { runOnly: { type: "rule", values } } : {}),
    }),
    rules,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** By how many pixels the page is wider than its window. */
export async function overflow(page) {
  return await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
