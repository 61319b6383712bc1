/**
 * Runs compiled programs one after the other: `worker.mjs FOLDER NAME…`. One JSON line for each: its name and its log.
 */
import { writeSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, ...names] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
const { takeLog } = await load('support');
const shared = globalThis[Symbol.for('tickscope.asyncio')];
let current;

// A program that hangs empties Node's loop: what it said until then is said, and the rest is for another process.
process.on('exit', () => {
  if (current !== undefined) tell(takeLog() + '(never ended)\n');
});
for (const name of names) {
  current = name;
  // As in a process of its own.
  shared.taskNames = 0;
  shared.setLoop = undefined;
  shared.setLoopCalled = false;
  try {
    await load(name);
  } catch (error) {
    shared.runningLoop = undefined;
    tell(takeLog() + `(threw) ${error?.stack ?? error}\n`);
    current = undefined;
    continue;
  }
  tell(takeLog());
  current = undefined;
}

function tell(output) {
  writeSync(1, JSON.stringify({ name: current, output }) + '\n');
}
