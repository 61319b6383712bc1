/**
 * Every bench, one after the other: `npm run bench`, or some: `npm run bench -- agent,model`. Further arguments go to them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const given = process.argv.slice(2);
const named = given.length > 0 && !given[0].startsWith('-') ? given.shift().split(',') : undefined;
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
for (const name of named ?? []) {
  if (!names.includes(name)) {
    console.error(`There is no bench "${name}"; there are ${names.join(', ')}.`);
    process.exit(2);
  }
}
let failed = false;
for (const name of named ?? names) {
  const [file] = ['bench.mjs', 'bench.ts'].map((each) => path.join(here, name, each)).filter(existsSync);
  if (!file) continue;
  console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', file, ...given], {
    cwd: root,
    stdio: 'inherit',
  });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
