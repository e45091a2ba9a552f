// What `npm start` and the other `npm run` names of commands run in a checkout: the built command line, in this process,
// so that signals reach it.
import './ensure-build.mjs';

await import(new URL('../dist/src/waverify.js', import.meta.url).href);
