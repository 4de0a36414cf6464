// What goes wrong while people type and send, as they meet it in a browser.
import assert from "node:assert/strict";
import { follow, overflow } from "./house.mjs";
import { INES, does, fill, goOn, newCase, open, readOver, reference, send, unfold } from "./deeds.mjs";

/** Milliseconds of a poor line: long enough for a second click before the first is answered. */
const POOR_LINE = 400;

const text = async (page) => await page.locator("main").innerText();

async function cases(page, view = "ouverts") {
  await page.goto(`/dossiers?vue=${view}`);
  return await page.locator("tbody tr").count();
}

/** The fields of the new case hold what was typed. */
async function kept(page, fields) {
  const form = newCase(page);
  for (const name of ["given_name", "family_name", "birth_date", "commune", "explanation"]) {
    assert.equal(await form.locator(`[name="${name}"]`).inputValue(), fields[name], name);
  }
}

export async function doubleClick(house) {
  const camille = await house.person("camille.martin");
  await readOver(camille);
  const line = await camille.context().newCDPSession(camille);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: POOR_LINE,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  let sent = 0;
  camille.on("request", (request) => (sent += request.method() === "POST" ? 1 : 0));
  const button = camille.locator("button[value=envoyer]");
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  const click = async () => await camille.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await Promise.all([camille.waitForEvent("request"), click()]);
  await click();
  await camille.locator("[role=status]").waitFor();
  assert.equal(sent, 2, "a click was lost: nothing was tried");
  assert.equal(await cases(camille), 1);
}

export async function backButton(house) {
  const camille = await house.person("camille.martin");
  const number = await open(camille);
  // Pages are not kept, so the browser asks before it sends the form again that led to this one. It is told to.
  await camille.goBack().catch(() => {});
  await camille.waitForURL("chrome-error://chromewebdata/");
  await camille.reload();
  assert((await text(camille)).includes("Cette page a déjà servi à envoyer un dossier"), await text(camille));
  await kept(camille, INES);
  assert.equal(await cases(camille), 1, `${number} is not alone`);
}

export async function twoTabs(house) {
  const first = await house.person("camille.martin");
  const second = await first.context().newPage();
  house.listen(second);
  const other = { ...INES, given_name: "Moussa", family_name: "Modèle", birth_date: "2/11/1991" };
  await first.goto("/dossiers/nouveau");
  await second.goto("/dossiers/nouveau");
  await fill(newCase(first), INES);
  await fill(newCase(second), other);
  const opened = [];
  for (const page of [second, first]) {
    await goOn(page);
  }
  for (const page of [first, second]) {
    await send(page);
    opened.push([reference(page), await text(page)]);
  }
  const [[one, ines], [two, moussa]] = opened;
  assert.notEqual(one, two);
  assert(ines.includes("Inès Exemple") && moussa.includes("Moussa Modèle"));

  // The same person once more: said before it is sent.
  await readOver(first);
  assert((await text(first)).includes(one), await text(first));
}

export async function signInEnds(house) {
  const camille = await house.person("camille.martin");
  await camille.goto("/dossiers/nouveau");
  await fill(newCase(camille), INES);
  await house.ask("hours");
  await follow(camille, camille.locator("button[value=relire]"));
  assert((await text(camille)).includes("Rien n’est encore enregistré"), await text(camille));
  const [beside] = await Promise.all([
    camille.context().waitForEvent("page"),
    camille.locator('main a[href^="/connexion"]').click(),
  ]);
  house.listen(beside);
  await beside.waitForLoadState();
  await follow(beside, beside.locator('button[value="members/camille.martin"]'));
  assert.equal(await cases(beside), 0, "nothing was opened meanwhile");

  // A form of an earlier sign-in is read over before it is sent again.
  const again = camille.locator("main form button", { hasText: "Envoyer de nouveau" });
  await follow(camille, again);
  assert((await text(camille)).includes(INES.explanation));
  await follow(camille, again);
  await kept(camille, INES);
  await goOn(camille);
  await send(camille);
  assert((await text(camille)).includes(INES.explanation));
}

export async function hubGoesAway(house) {
  const camille = await house.person("camille.martin");
  await readOver(camille);
  house.away = true;
  await house.ask("cut");
  await follow(camille, camille.locator("button[value=envoyer]"));
  const shown = await text(camille);
  assert(shown.includes("Rien n’est encore enregistré") && shown.includes(INES.explanation), shown);
  await follow(camille, camille.locator("main form button").last());
  assert((await text(camille)).includes(INES.explanation), "tried again, it is still there");
  await house.ask("mend");
  await follow(camille, camille.locator("main form button").last());
  const number = reference(camille);
  assert((await text(camille)).includes(INES.explanation));
  assert.equal(await cases(camille), 1, `${number} is not alone`);
}

export async function numberInText(house) {
  const camille = await house.person("camille.martin");
  const explanation = "La carte Vitale 2 84 13 56 178 012 89 est refusée partout.";
  await readOver(camille, { ...INES, explanation });
  const warned = camille.locator("[role=alert]");
  assert((await warned.innerText()).includes("sécurité sociale"), await text(camille));
  assert.equal(await cases(camille), 0, "it is warned of before anything is sent");
  const number = await open(camille);

  await camille.goto(`/dossiers/${number}`);
  await does(camille, "ecrire", { message: explanation });
  const form = await unfold(camille, "ecrire");
  assert.equal(await form.locator("[name=message]").inputValue(), explanation);
  assert((await form.innerText()).includes("sécurité sociale"), await form.innerText());
  await camille.goto(`/dossiers/${number}`);
  assert(!(await text(camille)).includes("84 07 56"), "it was sent");
}

export async function longTexts(house) {
  const camille = await house.person("camille.martin", { viewport: { width: 320, height: 700 } });
  const long = `${"Une phrase de trente lettres. ".repeat(333)}Et la fin.`;
  const fields = { ...INES, given_name: "é".repeat(10_000), explanation: long };
  await camille.goto("/dossiers/nouveau");
  await fill(newCase(camille), fields);
  await goOn(camille);
  assert.equal(await camille.locator("button[value=envoyer]").count(), 0);
  await kept(camille, fields);
  const links = await camille.locator("#erreurs a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert(links.includes("#given_name") && links.includes("#explanation"), `${links}`);
  assert.equal(await overflow(camille), 0);
}

export async function strangeTexts(house) {
  const camille = await house.person("camille.martin", { viewport: { width: 320, height: 700 } });
  camille.on("dialog", (dialog) => assert.equal(dialog.type(), "beforeunload", "a script ran"));
  const html = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;
  const explanation = `مرحبا ${html} \u{1f469}\u{200d}\u{1f9bd} שלום\nLigne 2 & fin`;
  const fields = {
    ...INES,
    given_name: "Zoë 👩‍🦽",
    family_name: "O’Neil-Œuvre",
    agency_identifier: "<b>12</b>",
    evidence: html,
    explanation,
  };
  await camille.goto("/dossiers/nouveau");
  await fill(newCase(camille), { ...fields, given_name: html, family_name: html, birth_date: html, commune: html });
  await follow(camille, camille.locator("button[value=relire]"));
  await kept(camille, { ...fields, given_name: html, family_name: html, birth_date: html, commune: html });
  assert.equal(await overflow(camille), 0);
  await fill(newCase(camille), { ...INES, explanation, agency_identifier: "", evidence: html });
  await goOn(camille);
  await send(camille);
  const number = reference(camille);
  assert.equal(await overflow(camille), 0);

  const claire = await house.person("claire.morel", { viewport: { width: 320, height: 700 } });
  await claire.goto(`/dossiers/${number}`);
  const shown = await claire.locator("main").evaluate((main) => main.textContent);
  assert(shown.includes(explanation), shown);
  assert.equal(await claire.locator("main img").count() + (await claire.locator("main script").count()), 0);
  await does(claire, "prendre");
  await does(claire, "demander", { kind: "QUESTION", label: html, why: html, message: explanation });
  await does(claire, "noter", { message: html });
  await camille.goto(`/dossiers/${number}`);
  for (const page of [camille, claire]) {
    assert.equal(await page.locator("main img, main script").count(), 0);
    assert.equal(await overflow(page), 0);
  }
  await does(camille, "repondre", { item_1: html });
  await claire.reload();
  assert((await text(claire)).includes("<script>alert(2)</script>"));
}

export async function redirectedMeanwhile(house) {
  const [camille, claire, hugo] = await Promise.all(
    ["camille.martin", "claire.morel", "hugo.petit"].map((member) => house.person(member)),
  );
  const number = await open(camille);
  await claire.goto(`/dossiers/${number}`);
  await does(claire, "prendre");
  const message = "Le versement reprend le 5 décembre, avec les deux mois manquants.";
  const form = await unfold(claire, "resoudre");
  await fill(form, { outcome: "RIGHT_RESTORED", message });

  await hugo.goto(`/dossiers/${number}`);
  await does(hugo, "reorienter", { why: "WRONG_REGIME", regime: "AGRICULTURAL", message: "Exploitante depuis mai." });

  await follow(claire, form.locator("button"));
  const shown = await text(claire);
  assert(shown.includes("Rien n’a été fait") && shown.includes(message) && shown.includes("Réorientée"), shown);
  await camille.goto(`/dossiers/${number}`);
  assert(!(await text(camille)).includes(message), "what was refused is not sent");
}
