// The whole story of a case.
import assert from "node:assert/strict";
import { follow, signIn } from "./house.mjs";
import { INES, answer, does, fill, newCase, reference, send } from "./deeds.mjs";

const shows = async (page, ...texts) => {
  const shown = await page.locator("main").innerText();
  for (const text of texts) assert(shown.includes(text), `« ${text} » is not on ${page.url()}:\n${shown}`);
};

/** Opened, late, taken, asked about, answered, resolved and closed, by three people in three browsers at once. */
export async function wholeCase(house) {
  const [camille, claire, paul] = await Promise.all(
    ["camille.martin", "claire.morel", "paul.durand"].map((member) => house.person(member)),
  );

  await camille.goto("/dossiers");
  await follow(camille, camille.locator('main a[href="/dossiers/nouveau"]').first());
  await fill(newCase(camille), INES);
  // Where it goes is said beside the form, and asks what would change it: by itself, or by a button.
  const refresh = camille.locator("button[value=destinataire]");
  const refreshed = async () => {
    if (house.scripts) assert(!(await refresh.isVisible()));
    else await follow(camille, refresh);
  };
  await refreshed();
  await answer(camille);
  await refreshed();
  await camille.locator("#dest strong", { hasText: "Caf du Morbihan" }).waitFor();
  await follow(camille, camille.locator("button[value=relire]"));
  await shows(camille, "Inès", "12 mars 1984", "Caf du Morbihan", INES.explanation);
  // The list of the agency is open, on a line that is cut: once it is back the list is told what came.
  await claire.route(/\/nouvelles/, (route) => route.abort());
  await claire.goto("/organisme/dossiers");
  await send(camille);
  await claire.unrouteAll();
  const number = reference(camille);
  await shows(camille, "Caf du Morbihan", "Inès Exemple");

  if (house.scripts) await follow(claire, claire.locator("[data-news] a"));
  else await claire.goto("/organisme/dossiers");
  await shows(claire, "Inès E.", number);
  await paul.goto("/pilotage/retards");
  assert(!(await paul.locator("main").innerText()).includes(number), "it is not late yet");

  // Nobody takes it. Sign-ins end meanwhile.
  await house.ask("weeks");
  await signIn(paul, "paul.durand");
  await paul.goto("/pilotage");
  await follow(paul, paul.locator('nav a[href="/pilotage/retards"]'));
  await shows(paul, number, "Caf du Morbihan");
  await follow(paul, paul.locator(`a[href^="/dossiers/${number}"]`).first());
  const seen = await paul.locator("main").innerText();
  assert(!seen.includes("Inès") && !seen.includes("versement"), `a supervisor reads of a person:\n${seen}`);

  await signIn(claire, "claire.morel");
  await claire.goto("/organisme/dossiers");
  await shows(claire, number);
  await follow(claire, claire.locator(`form[action*="${number}"] button`));
  await claire.goto(`/dossiers/${number}`);
  await shows(claire, "Claire Morel", INES.explanation);
  await does(claire, "demander", { kind: "DOCUMENT", label: "Bail signé", why: "Prouver la résidence" });

  await signIn(camille, "camille.martin");
  await camille.goto("/dossiers");
  await shows(camille, "À vous");
  await follow(camille, camille.locator(`a[href^="/dossiers/${number}"]`).first());
  await shows(camille, "Bail signé");
  await does(camille, "repondre", { item_1: "Envoyé par courrier le 3." });

  await claire.reload();
  await shows(claire, "Envoyé par courrier le 3.");
  await does(claire, "resoudre", { outcome: "RIGHT_RESTORED", message: "Versé le [date]." });
  assert.equal(await claire.locator('form[action$="/resoudre"] [name=message]').inputValue(), "Versé le [date].");
  if (house.scripts) assert.equal(await claire.evaluate(() => document.activeElement.id), "erreurs");
  await does(claire, "resoudre", { message: "Versé le 5 décembre." });

  await camille.goto(`/dossiers/${number}`);
  await shows(camille, "Droit rétabli", "Versé le 5 décembre.");
  await does(camille, "clore", { effect: "YES" });
  await camille.goto("/dossiers?vue=clos");
  await shows(camille, number);

  await paul.goto("/pilotage/retards");
  assert(!(await paul.locator("main").innerText()).includes(number), "what is closed is not late");
  await paul.goto(`/dossiers/${number}`);
  await shows(paul, "Droit rétabli");
}
