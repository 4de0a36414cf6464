// What people do on the pages, as they do it: fields are filled, buttons are pressed.
import { follow } from "./house.mjs";

/** A person whose case goes to the Caf du Morbihan. */
export const INES = {
  given_name: "Inès",
  family_name: "Exemple",
  birth_date: "12/3/1984",
  commune: "Pontivy (56300)",
  benefit: "RSA",
  blockage: "PAYMENT_INCIDENT",
  explanation: "Le versement est arrêté depuis octobre, sans courrier.",
  channel: "ORAL",
  informed: "yes",
};

/** Fills the fields of a form by their names: text, choices, boxes. */
export async function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]:not([type=hidden])`);
    const kind = await field.first().evaluate((element) => element.type);
    if (kind === "radio" || kind === "checkbox") await form.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind === "select-one") await field.selectOption(value);
    else await field.fill(value);
  }
}

export const newCase = (page) => page.locator('form[action="/dossiers/nouveau"]');

/** Has what is in the form of a new case read over, with the answer to the question about the regime. */
export async function goOn(page) {
  const question = page.locator('#question input[value="general"]');
  if (!(await question.count())) await follow(page, page.locator("button[value=relire]"));
  if (await question.count()) {
    await answer(page);
    await follow(page, page.locator("button[value=relire]"));
  }
}

/** Answers the question about the regime. With scripts the panel is made anew with the answer, and asks no more. */
export async function answer(page) {
  const general = page.locator('#question input[value="general"]');
  await page.locator(`label[for="${await general.getAttribute("id")}"]`).click();
  await page.locator('input[name="regime"][value="general"]:checked').waitFor();
}

/** Fills the form of a new case and has it read over. */
export async function readOver(page, fields = INES) {
  await page.goto("/dossiers/nouveau");
  await fill(newCase(page), fields);
  await goOn(page);
}

export async function send(page) {
  await follow(page, page.locator("button[value=envoyer]"));
}

/** Opens a case and gives its reference. */
export async function open(page, fields = INES) {
  await readOver(page, fields);
  await send(page);
  return reference(page);
}

/** The reference in the address of a page. */
export function reference(page) {
  const [, found] = new URL(page.url()).pathname.match(/^\/dossiers\/(\d\d-\d{5}-[A-Z])$/) ?? [];
  if (!found) throw new Error(`no case is shown: ${page.url()}`);
  return found;
}

/** The form of a deed on the first ticket of the case that is shown, unfolded. */
export async function unfold(page, deed) {
  const form = page.locator(`form[action$="/demandes/1/${deed}"]`);
  const fold = page.locator("details.act", { has: form });
  if ((await fold.getAttribute("open")) === null) await fold.locator("summary").first().click();
  return form;
}

/** Does something on the first ticket of the case that is shown. */
export async function does(page, deed, fields = {}) {
  const form = await unfold(page, deed);
  await fill(form, fields);
  await follow(page, form.locator("button"));
}
