// Everything by the keyboard: Tab, Enter, Space and arrows, with a ring around where one is.
import assert from "node:assert/strict";
import { INES, reference } from "./deeds.mjs";

/** More stops than any page has. */
const STOPS = 120;

/** Tabs until this element has the focus; whatever has it on the way shows it. */
async function tabTo(page, target) {
  for (let stop = 0; stop < STOPS; stop++) {
    await page.keyboard.press("Tab");
    const ring = await page.evaluate(() => {
      const here = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(here);
      const box = here.getBoundingClientRect();
      const isSeen = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0;
      const isPage = here === document.body || here.id === "contenu";
      return isPage || (isSeen && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) ? "" : here.outerHTML;
    });
    assert.equal(ring, "", `the focus is not seen on ${page.url()}`);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`Tab does not come to ${target}`);
}

async function press(page, target, key = "Enter") {
  await tabTo(page, target);
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

/** Presses an arrow until a field holds this. */
async function arrowTo(page, holds) {
  for (let step = 0; step < STOPS; step++) {
    if (await holds()) return;
    await page.keyboard.press("ArrowDown");
  }
  assert.fail("the arrows do not come to it");
}

async function answer(page, name, value) {
  const field = page.locator(`[name="${name}"]:not([type=hidden])`);
  const first = field.first();
  const kind = await first.evaluate((element) => element.type);
  if (kind === "checkbox") {
    await tabTo(page, first);
    await page.keyboard.press("Space");
    assert(await first.isChecked());
  } else if (kind === "radio") {
    const chosen = page.locator(`[name="${name}"]:checked`);
    await tabTo(page, (await chosen.count()) ? chosen : first);
    await page.keyboard.press("Space");
    const wanted = page.locator(`[name="${name}"][value="${value}"]`);
    await arrowTo(page, async () => await wanted.isChecked());
  } else if (kind === "select-one") {
    await tabTo(page, first);
    await arrowTo(page, async () => (await first.inputValue()) === value);
  } else {
    await tabTo(page, first);
    await page.keyboard.type(value);
    assert.equal(await first.inputValue(), value);
  }
}

async function signIn(page, member) {
  await page.goto("/connexion");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#contenu");
  await press(page, page.locator(`button[value="members/${member}"]`));
}

/** A case is opened and read over, taken and resolved, without a mouse. */
export async function openedAndResolved(house) {
  const camille = await house.stranger();
  await signIn(camille, "camille.martin");
  await press(camille, camille.locator('nav a[href="/dossiers/nouveau"]'));
  for (const [name, value] of Object.entries(INES)) await answer(camille, name, value);
  await press(camille, camille.locator("button[value=relire]"));
  if (await camille.locator("#question").count()) {
    await answer(camille, "regime", "general");
    await press(camille, camille.locator("button[value=relire]"));
  }
  await press(camille, camille.locator("button[value=envoyer]"));
  const number = reference(camille);

  const claire = await house.stranger();
  await signIn(claire, "claire.morel");
  await press(claire, claire.locator(`form[action*="${number}"] button`));
  await press(claire, claire.locator(`a.t[href^="/dossiers/${number}"]`));
  const form = claire.locator('form[action$="/resoudre"]');
  const fold = claire.locator("details.act", { has: form });
  if ((await fold.getAttribute("open")) === null) {
    await tabTo(claire, fold.locator("summary").first());
    await claire.keyboard.press("Enter");
  }
  const outcome = form.locator("[name=outcome]");
  await tabTo(claire, outcome);
  await arrowTo(claire, async () => (await outcome.inputValue()) === "RIGHT_RESTORED");
  await tabTo(claire, form.locator("[name=message]"));
  await claire.keyboard.type("Versé le 5 décembre.");
  await press(claire, form.locator("button"), "Space");
  assert((await claire.locator("main").innerText()).includes("Droit rétabli"));
}
