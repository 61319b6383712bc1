/** Random programs do on both fronts what they do in CPython 3.13; more of them: `npm run test:conformance -- --seeds 1000`. */
import assert from 'node:assert/strict';
import { runSeeds } from './seeds';

const COUNT = 100;
/** As many as there are digests, for where CPython 3.13 is not found. */
const KNOWN = 1000;

describe('random programs', () => {
  it(`do as CPython does, ${COUNT} seeds`, async function () {
    this.timeout(60_000);
    const from = Math.floor(Math.random() * (KNOWN - COUNT));
    assert.deepEqual(await runSeeds(from, COUNT, (line) => console.log(`        ${line}`)), []);
  });
});
