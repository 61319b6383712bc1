/** Where a callback that takes long is, told while it runs, to the programs of both targets no news. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { MAJORS, nodeNumbered, Suite, type Program } from './worker';

/** Holds the loop until the test says so. */
const HELD = `import { existsSync } from 'node:fs';
function hold() {
  while (!existsSync(new URL('go', import.meta.url)));
}
`;
const NODE = `${HELD}setTimeout(function report() {
  hold();
  console.log('reported');
}, 1);
`;
/** In a microtask after the timer's callback, which is Node's own. */
const MICROTASK = `${HELD}import { setTimeout } from 'node:timers/promises';
async function report() {
  await setTimeout(1);
  hold();
  console.log('reported');
}
report();
`;
const LOOP = `${HELD}import { createTask, run, sleep } from 'tickscope/asyncio';
async function report() {
  await sleep(0.001);
  hold();
  console.log('reported');
}
await run(async function main() {
  await createTask(report, { name: 'report' });
});
`;
/** Short, so that the test is quick: a callback that is told of because the machine is busy is passed over. */
const welcome = { slowCallback: 0.02 };
const env = { TICKSCOPE_LOADER: '1' };

async function looked(program: Program, folder: string) {
  const sample = await program.until(() =>
    program.messages.find(
      (message) => message.type === 'sample' && message.frames.some(({ name }) => name === 'hold'),
    ),
  );
  writeFileSync(path.join(folder, 'go'), '');
  assert.deepEqual(await program.end(), { stdout: 'reported\n', stderr: '', code: 0, signal: null });
  if (sample.type !== 'sample') throw new Error('unreachable');
  const held = sample.frames.filter(({ user }) => user);
  assert.deepEqual(
    held.map(({ name, line }) => [name, line]),
    [
      ['report', held[0].line],
      ['hold', 3],
    ],
  );
  assert.ok(sample.elapsed >= welcome.slowCallback);
  return sample;
}

describe('callbacks that take long', function () {
  this.timeout(60_000);
  describe('of plain Node programs', () => {
    const suite = new Suite('node');
    for (const major of MAJORS)
      it(`say where they are while they run, on Node ${major}`, async () => {
        const program = await suite.start(await nodeNumbered(major), { 'held.mjs': NODE }, { welcome });
        await looked(program, suite.folder);
      });
    for (const major of process.platform === 'linux' ? MAJORS : [])
      it(`say where microtasks are that run on after them, on Node ${major}`, async () => {
        const program = await suite.start(await nodeNumbered(major), { 'held.mjs': MICROTASK }, { welcome });
        await looked(program, suite.folder);
      });
  });
  describe('of the TypeScript loop', () => {
    const suite = new Suite('loop');
    for (const major of MAJORS)
      it(`say where they are while they run, on Node ${major}`, async () => {
        const program = await suite.start(await nodeNumbered(major), { 'held.mjs': LOOP }, { welcome, env });
        const { actor } = await looked(program, suite.folder);
        assert.ok(actor > 0);
      });
  });
});
