// Every page there is, for whoever has to look at all of them: what it is called, who sees it, and how one comes to it.
// `known` are the references of cases of all kinds (`tests/src/lived.rs`); a page that comes after a form is reached by
// sending that form.
import { follow } from "./house.mjs";
import { INES, fill, newCase, readOver, unfold } from "./deeds.mjs";

const at = (path) => async (page) => await page.goto(path);

const STRANGER = [
  ["sign-in", at("/connexion")],
  ["help", at("/aide")],
  ["accessibility", at("/accessibilite")],
  ["in-english", async (page) => await page.goto("/langue?langue=en&suite=/connexion")],
];

const SOCIAL_WORKER = (known) => [
  ["cases", at("/dossiers")],
  ["cases-page-2", async (page) => {
    await page.goto("/dossiers?vue=ouverts");
    await follow(page, page.locator("ul.pag a").last());
  }],
  ["cases-late", at("/dossiers?vue=en-retard")],
  ["cases-closed", at("/dossiers?vue=clos")],
  ["cases-none-found", at("/dossiers?q=Introuvable")],
  ["new", at("/dossiers/nouveau")],
  ["new-on-paper", at("/dossiers/nouveau/papier")],
  ["new-after-another", at(`/dossiers/nouveau?serie=oui&precedent=${known.new}&commune=Pontivy`)],
  ["new-wrong", newCaseWith({})],
  ["new-question", newCaseWith({ ...INES, birth_date: "12/03/84", commune: "Saint-Aubin" })],
  ["check", async (page) => await readOver(page)],
  ["check-with-warnings", newCaseWith({ ...INES, explanation: "Le numéro 2 84 13 56 178 012 89 est refusé." }, true)],
  ["case-new", at(`/dossiers/${known.new}`)],
  ["case-late", at(`/dossiers/${known.late}`)],
  ["case-asked", at(`/dossiers/${known.asked}`)],
  ["case-resolved", at(`/dossiers/${known.resolved}`)],
  ["case-closed", at(`/dossiers/${known.closed}`)],
  ["case-redirected", at(`/dossiers/${known.redirected}`)],
  ["case-of-two", at(`/dossiers/${known.two}`)],
  ["case-with-deeds-unfolded", unfolded(known.asked)],
  ["sheet", at(`/dossiers/${known.new}/fiche`)],
  ["team", at("/equipe")],
  ["try", at("/orientation")],
  ["try-answered", at("/orientation?benefit=RSA&commune=Pontivy+(56300)&blockage=NO_REPLY")],
  ["try-wrong", at("/orientation?benefit=&commune=Nulle+part")],
  ["account", at("/compte")],
  ["absent", at("/dossiers/26-99999-Z")],
];

const AGENT = (known) => [
  ["inbox", at("/organisme/dossiers")],
  ["inbox-paused", at("/organisme/dossiers?vue=en-pause")],
  ["agent-case-new", at(`/dossiers/${known.new}`)],
  ["agent-case-taken", at(`/dossiers/${known.taken}`)],
  ["agent-deeds-unfolded", unfolded(known.taken)],
  ["agent-resolve-wrong", resolvedWithBrackets(known.taken)],
  ["agent-team", at("/equipe")],
  ["agent-team-wrong", async (page) => await sent(page, "/equipe", "main form button")],
];

const EMPTY_AGENT = () => [
  ["inbox-empty", at("/organisme/dossiers?vue=urgences")],
];

const TRIAGE = (known) => [
  ["triage", at("/organisme/dossiers")],
  ["triage-case", unfolded(known.triage)],
];

const SUPERVISOR = (known) => [
  ["board", at("/pilotage")],
  ["board-too-few", at("/pilotage?depuis=01/01/2020&jusqu=02/01/2020")],
  ["late", at("/pilotage/retards")],
  ["supervisor-case", at(`/dossiers/${known.late}`)],
];

const OTHERS = [["account-alone", at("/compte")]];

/** Who looks at what. Nobody has signed in for the first. */
export const everyone = (known) => [
  ["", STRANGER],
  ["camille.martin", SOCIAL_WORKER(known)],
  ["nora.haddad", [["cases-empty", at("/dossiers")]]],
  ["claire.morel", AGENT(known)],
  ["gael.tanguy", EMPTY_AGENT()],
  ["erwan.le-roux", TRIAGE(known)],
  ["paul.durand", SUPERVISOR(known)],
  ["jean.rolland", OTHERS],
];

/** Pages that stand where the sign-in or the hub has gone. They come last: nobody is signed in after them. */
export const gone = [
  ["away", async (page, house) => await away(house, async () => await page.goto("/dossiers"))],
  ["held-away", async (page, house) => {
    await page.goto("/dossiers/nouveau");
    await fill(newCase(page), INES);
    await away(house, async () => await follow(page, page.locator("button[value=relire]")));
  }],
  ["held-signed-out", async (page) => {
    await page.goto("/dossiers/nouveau");
    await fill(newCase(page), INES);
    await page.context().clearCookies();
    await follow(page, page.locator("button[value=relire]"));
  }],
];

async function away(house, meanwhile) {
  house.away = true;
  await house.ask("cut");
  await meanwhile();
  await house.ask("mend");
}

async function sent(page, path, button) {
  await page.goto(path);
  await follow(page, page.locator(button).last());
}

function newCaseWith(fields, goesOn = false) {
  return async (page) => {
    if (goesOn) return await readOver(page, fields);
    await page.goto("/dossiers/nouveau");
    await fill(newCase(page), fields);
    await follow(page, page.locator("button[value=relire]"));
  };
}

function unfolded(reference) {
  return async (page) => {
    await page.goto(`/dossiers/${reference}`);
    for (const fold of await page.locator("details:not([open]) > summary").all()) {
      if (await fold.isVisible()) await fold.click();
    }
  };
}

function resolvedWithBrackets(reference) {
  return async (page) => {
    await page.goto(`/dossiers/${reference}`);
    const form = await unfold(page, "resoudre");
    await fill(form, { outcome: "RIGHT_RESTORED", message: "Versé le [date]." });
    await follow(page, form.locator("button"));
  };
}
