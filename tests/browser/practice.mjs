// What the pages ask of a practised person, and of a poor line: printed as tables, judged by whoever reads them.
import { follow } from "./house.mjs";
import { INES, answer } from "./deeds.mjs";

/** The keystroke-level model of Card, Moran and Newell (1980), in seconds, for a good typist. */
const KEY = 0.2;
const POINT = 1.1;
const PRESS = 0.2;
const HOME = 0.4;
const THINK = 1.35;

/** A poor line: bits per second, and milliseconds there and back. */
const BITS = 400_000;
const ROUND_TRIP = 400;

/** Counts what one person does. */
class Hand {
  constructor(page) {
    Object.assign(this, { page, clicks: 0, fields: 0, keys: 0, started: Date.now() });
  }

  async click(locator) {
    this.clicks++;
    await locator.click();
  }

  async go(locator) {
    this.clicks++;
    await follow(this.page, locator);
  }

  async type(locator, text) {
    this.fields++;
    this.keys += [...text].length;
    await locator.fill(text);
  }

  async choose(locator, value) {
    this.fields++;
    await locator.selectOption(value);
  }

  async check(locator) {
    this.fields++;
    await locator.check();
  }

  row(what) {
    const machine = (Date.now() - this.started) / 1_000;
    const moves = this.clicks + this.fields;
    const person = moves * (POINT + PRESS) + this.fields * (HOME + THINK) + this.keys * KEY + machine;
    const cells = [what, this.clicks, this.fields, this.keys, machine.toFixed(1), person.toFixed(0)];
    return `| ${cells.join(" | ")} |`;
  }
}

async function open(house) {
  const page = await house.person("camille.martin");
  const hand = new Hand(page);
  await hand.go(page.locator('nav a[href="/dossiers/nouveau"]'));
  const field = (name) => page.locator(`[name="${name}"]:not([type=hidden])`);
  const { benefit, blockage, channel, informed, ...typed } = INES;
  for (const [name, text] of Object.entries(typed)) await hand.type(field(name), text);
  await hand.choose(field("benefit"), benefit);
  await hand.choose(field("blockage"), blockage);
  await hand.check(page.locator(`[name=channel][value=${channel}]`));
  await hand.check(page.locator(`[name=informed][value=${informed}]`));
  hand.fields++;
  await answer(page);
  await hand.go(page.locator("button[value=relire]"));
  await hand.go(page.locator("button[value=envoyer]"));
  return hand.row("open a case, read over and sent");
}

async function treat(house) {
  const page = await house.person("claire.morel");
  const hand = new Hand(page);
  const take = page.locator('form[action$="/prendre"]').first();
  const [, path] = (await take.getAttribute("action")).match(/^(\/dossiers\/[^/]+)/);
  await hand.go(take.locator("button"));
  await hand.go(page.locator(`a[href^="${path}"]`).first());
  const form = page.locator('form[action$="/resoudre"]');
  const fold = page.locator("details.act", { has: form });
  if ((await fold.getAttribute("open")) === null) await hand.click(fold.locator("summary").first());
  await hand.choose(form.locator("[name=outcome]"), "RIGHT_RESTORED");
  await hand.type(form.locator("[name=message]"), "Le droit est rétabli, versement le 5 décembre.");
  await hand.go(form.locator("button"));
  return hand.row("take one and resolve it");
}

async function late(house) {
  const page = await house.person("paul.durand");
  const hand = new Hand(page);
  await hand.go(page.locator('nav a[href="/pilotage/retards"]'));
  await page.locator("tbody tr").first().waitFor();
  return hand.row("find who is late");
}

export async function people(house) {
  console.log("| task | clicks | fields | characters | machine, s | person, s (estimate) |");
  console.log("|---|---|---|---|---|---|");
  for (const task of [open, treat, late]) console.log(await task(house));
}

/** Seconds from the address to a page that can be read and used: painted, and its document whole. */
async function usable(page, path) {
  await page.goto(path, { waitUntil: "load" });
  const painted = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const first = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
        const document = performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;
        const look = () => (first() ? resolve(Math.max(first(), document)) : requestAnimationFrame(look));
        look();
      }),
  );
  return (painted / 1_000).toFixed(2);
}

export async function poorLine(house) {
  const visits = [
    ["", "/connexion"],
    ["camille.martin", "/dossiers"],
    ["camille.martin", "/dossiers/nouveau"],
    ["camille.martin", `/dossiers/${house.known.taken}`],
    ["claire.morel", "/organisme/dossiers"],
    ["paul.durand", "/pilotage"],
  ];
  console.log("| page | first visit, s | next, s |\n|---|---|---|");
  for (const [member, path] of visits) {
    const page = member ? await house.person(member) : await house.stranger();
    const line = await page.context().newCDPSession(page);
    await line.send("Network.enable");
    await line.send("Network.clearBrowserCache");
    const bytes = BITS / 8;
    await line.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: ROUND_TRIP,
      downloadThroughput: bytes,
      uploadThroughput: bytes,
    });
    const first = await usable(page, path);
    console.log(`| ${path} | ${first} | ${await usable(page, path)} |`);
    await page.context().close();
  }
}
