// One promise in one Chromium: `node run.mjs MODULE FUNCTION ADDRESS KNOWN`. DECLIC_BROWSER says where the driver is
// installed, SCRIPTS whether pages may run theirs, KNOWN what stands in the hub, in JSON. A line on the standard output
// that begins with `?` asks whoever started it to do something to the hub; a line on the standard input says that it is
// done. Ends with a status other than 0 when the promise does not hold.
import { createInterface } from "node:readline";
import { House } from "./house.mjs";

const [module, name, address, known] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (what) => {
  console.log(`?${what}`);
  const { done } = await lines.next();
  if (done) throw new Error(`nobody does ${what}`);
};

const house = await House.open(address, {
  scripts: process.env.SCRIPTS === "yes",
  known: JSON.parse(known ?? "{}"),
  ask,
});
try {
  const promises = await import(`./${module}.mjs`);
  await promises[name](house);
  house.nothingWrong();
} catch (error) {
  await house.describe();
  console.error(error);
  process.exitCode = 1;
} finally {
  await house.close();
  process.stdin.destroy();
}
