// What every page keeps to, whoever looks at it.
import assert from "node:assert/strict";
import { faults, overflow } from "./house.mjs";
import { everyone, gone } from "./pages.mjs";

/** Looks at every page, each person's in one browser of this kind, which is prepared first. */
export async function onEvery(house, options, look, prepare = async () => {}) {
  for (const [member, pages] of [...everyone(house.known), ["camille.martin", gone]]) {
    const page = member ? await house.person(member, options) : await house.stranger(options);
    const prepared = await prepare(page);
    for (const [name, reach] of pages) {
      await reach(page, house);
      await look(name, page, prepared);
    }
    await page.context().close();
  }
}

/** A small telephone, or a screen of 1280 pixels at four times its size. */
const NARROW = { width: 320, height: 700 };

/** A screen of 1280 pixels at twice its size. */
const ENLARGED = { width: 640, height: 450 };

const DESK = { width: 1280, height: 900 };

/**
 * Faults of accessibility of every page in light and dark colours and on a narrow screen, and pages wider than their window
 * on narrow and enlarged screens. Without scripts those of the pages do not come; what examines them still does.
 */
export async function accessible(house) {
  const found = [];
  house.blocksScripts = !house.scripts;
  const look = async (name, page) => {
    const fits = async (window) => {
      await page.setViewportSize(window);
      const wider = await overflow(page);
      if (wider > 0) found.push(`${name}: ${wider} pixels wider than a window of ${window.width}`);
    };
    const faultless = async (how, rules) => {
      for (const fault of await faults(page, rules)) found.push(`${name}, ${how}: ${fault}`);
    };
    await faultless("light");
    await page.emulateMedia({ colorScheme: "dark" });
    await faultless("dark", ["color-contrast"]);
    await page.emulateMedia({ colorScheme: "light" });
    await fits(ENLARGED);
    await fits(NARROW);
    await faultless("narrow");
    await page.setViewportSize(DESK);
  };
  await onEvery(house, { javaScriptEnabled: true, colorScheme: "light", reducedMotion: "reduce", viewport: DESK }, look);
  assert.deepEqual(found, []);
}

/** Bytes that a page may take on the wire, with the headers. */
const BUDGETS = { Document: 14 * 1024, Stylesheet: 15 * 1024, Script: 10 * 1024 };
const FIRST_VISIT = 40 * 1024;
const REQUESTS = 4;

/** What a page loaded last, as the browser received it, with nothing kept from before. */
async function wired(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const asked = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, loaderId, type, request }) => {
    asked.set(requestId, { loaderId, type, url: request.url, bytes: 0 });
  });
  session.on("Network.responseReceived", ({ requestId, response }) => {
    Object.assign(asked.get(requestId) ?? {}, { headers: response.headers });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    Object.assign(asked.get(requestId) ?? {}, { bytes: encodedDataLength });
  });
  return () => {
    const all = [...asked.values()];
    const document = all.filter(({ type }) => type === "Document").at(-1);
    // News of a list that is open come later, and for as long as it is.
    const loads = ({ loaderId, type }) => loaderId === document.loaderId && type !== "EventSource";
    return { document, all: all.filter(loads) };
  };
}

/** Every page as if it were the first: few bytes, few requests, nothing from elsewhere, nothing written into it. */
export async function wire(house) {
  const found = [];
  const largest = {};
  const look = async (name, page, loaded) => {
    await page.waitForLoadState();
    const { document, all } = loaded();
    const policy = Object.entries(document.headers).find(([header]) => header.toLowerCase() === "content-security-policy");
    if (!policy?.[1].startsWith("default-src 'none'") || policy[1].includes("unsafe")) found.push(`${name}: ${policy}`);
    for (const { type, url, bytes } of all) {
      if (bytes > (BUDGETS[type] ?? 0) && type !== "Other") found.push(`${name}: ${bytes} bytes of ${url}`);
      if (bytes > (largest[type]?.[0] ?? 0)) largest[type] = [bytes, name];
    }
    // Some browsers load the icon, this one does not always.
    const icon = all.some(({ url }) => url.endsWith(".svg")) ? 0 : 1;
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
    if (bytes > FIRST_VISIT) found.push(`${name}: ${bytes} bytes in all`);
    if (all.length + icon > REQUESTS) found.push(`${name}: ${all.length + icon} requests`);
    const inline = await page.evaluate(() => {
      const written = [...document.querySelectorAll("style, script:not([src]), [style]")];
      const handlers = [...document.querySelectorAll("*")].filter((element) =>
        element.getAttributeNames().some((attribute) => attribute.startsWith("on")),
      );
      return [...written, ...handlers].map((element) => element.outerHTML.slice(0, 100));
    });
    for (const html of inline) found.push(`${name}: ${html}`);
  };
  await onEvery(house, {}, look, wired);
  console.log("the largest:", JSON.stringify(largest));
  assert.deepEqual(found, []);
}

/** Pages of paper (A4) that a browser prints the page on. */
async function sheets(page) {
  const printed = (await page.pdf({ format: "A4" })).toString("latin1");
  return printed.match(/\/Type\s*\/Page\b/g).length;
}

/** What is handed to a person, or filled in by hand, is one sheet of paper. */
export async function paper(house) {
  const page = await house.person("camille.martin", {});
  for (const path of [
    ...["new", "asked", "redirected", "two"].map((which) => `/dossiers/${house.known[which]}/fiche`),
    "/dossiers/nouveau/papier",
  ]) {
    await page.goto(path);
    assert.equal(await sheets(page), 1, path);
  }
  await page.goto(`/dossiers/${house.known.two}`);
  assert.ok((await sheets(page)) > 1, "what is longer than a sheet is counted as longer");
}
