// Through an identity provider, from the pages and back.
import assert from "node:assert/strict";
import { follow } from "./house.mjs";

/** Goes to the provider, says a name there, agrees, and comes back. */
async function through(house, name) {
  const page = await house.stranger();
  // The pages of the provider are not ours: what they ask of others does not come.
  await page.route("https://**", async (route) => await route.abort());
  await page.goto("/organisme/dossiers");
  assert.equal(new URL(page.url()).pathname, "/connexion");
  await follow(page, page.locator('a[href^="/connexion/fournisseur"]'));
  assert.equal(new URL(page.url()).origin, house.known.provider);
  await page.locator("[name=login]").fill(name);
  await page.locator("[name=password]").fill("x");
  await follow(page, page.locator("button"));
  if (new URL(page.url()).origin === house.known.provider) await follow(page, page.locator("button"));
  assert.equal(new URL(page.url()).origin, house.address);
  return page;
}

/** Who is enrolled goes on to the page that was asked for; a stranger is told so. */
export async function throughProvider(house) {
  house.elsewhere.push(house.known.provider, "https://fonts.googleapis.com");
  const claire = await through(house, "claire-1a2b");
  assert.equal(new URL(claire.url()).pathname, "/organisme/dossiers");
  assert((await claire.locator("header").first().innerText()).includes("Claire Morel"));
  await claire.goto("/compte");
  await follow(claire, claire.locator('form[action="/connexion/fin"] button').first());
  await claire.goto("/organisme/dossiers");
  assert.equal(new URL(claire.url()).pathname, "/connexion", "she has signed out");

  const stranger = await through(house, "quelqu-un-d-autre");
  assert.equal(await stranger.locator("nav.nav").count(), 0);
  await stranger.goto("/organisme/dossiers");
  assert.equal(new URL(stranger.url()).pathname, "/connexion");
}
