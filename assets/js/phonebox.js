// What a phone of somebody of a school keeps so that it can be told that there is news (phones.js, schoolworker.js): by which mark it is
// known, and where its pushes went when it said so last. No page, no name, nothing of a tip. By account, for a browser may have several.
//
//   kept(whose), all()       {browser, mark, place, as}
//   keep(whose, said), drop(whose)
const BOX = "phones";
const PATH = "/phones/kept/";

const open = async () => ((await caches.keys()).includes(BOX) ? caches.open(BOX) : null); // asking leaves nothing behind

export async function kept(whose) {
  const found = await (await open())?.match(PATH + whose);
  return found ? found.json() : null;
}

export async function all() {
  const box = await open();
  const asked = box ? await box.keys() : [];
  return Promise.all(asked.map(async (one) => ({ whose: new URL(one.url).pathname.split("/").pop(), said: await (await box.match(one)).json() })));
}

export async function keep(whose, said) {
  await (await caches.open(BOX)).put(PATH + whose, new Response(JSON.stringify(said)));
}

export async function drop(whose) {
  const box = await open();
  await box?.delete(PATH + whose);
  if (box && (await box.keys()).length === 0) await caches.delete(BOX);
}
