// Reports of many views as players post them, one to a body: for http_load.
// usage: audience_bodies.mjs FIRST_PLAYLIST VIEWS ROUNDS >BODIES
const [playlist, views, rounds] = process.argv.slice(2);
const names = [];

async function join() {
  while (names.length < Number(views)) {
    names.push(undefined);
    const index = names.length - 1;
    const text = await (await fetch(playlist)).text();
    const address = text.split('\n').find((line) => line && !line.startsWith('#'));
    names[index] = new URL(address, playlist).searchParams;
  }
}

await Promise.all(Array.from({ length: 16 }, join));
const now = Date.now();
for (let round = 1; round <= Number(rounds); ++round) {
  let text = '';
  for (const name of names)
    text +=
      `br=(4500),bsa=(0),bsda=(0),cid="${name.get('cid')}",com.tally-ct="4g",com.tally-hb=${round},` +
      `com.tally-plms=${round * 100},com.tally-rbms=0,com.tally-rh=720,com.tally-sw=(0 0),com.tally-tfr=${round * 3},` +
      `com.tally-tk="${name.get('tk')}",com.tally-wh="1280x720",dfa=0,e=t,ltc=2300,mtp=(14000),sf=h,` +
      `sid="${name.get('sid')}",sn=${round},st=l,sta=p,ts=${now + round * 100},v=2\n\n`;
  process.stdout.write(text);
}
