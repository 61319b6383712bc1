/**
 * The programs and random programs by hand:
 *   npm run test:conformance -- [NAME…]           pairs of programs whose name contains one of these
 *   npm run test:conformance -- --update          writes what CPython says, after a program has changed
 *   npm run test:conformance -- --seeds 1000 [--from 0]
 *   npm run test:conformance -- --seed 17         one random program, shrunk when it shows a difference
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fronts } from './build';
import { interpreters, REFERENCE, reference } from './python';
import { expected, folder, programs, runPython, runTypeScript } from './runPrograms';
import { replaySeed, runSeeds, updateDigests } from './random/seeds';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    update: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
  },
});

if (values.seed !== undefined) process.exitCode = (await replaySeed(Number(values.seed))) ? 0 : 1;
else if (values.seeds !== undefined && values.update) await updateDigests(Number(values.seeds));
else if (values.seeds !== undefined) {
  const failed = await runSeeds(Number(values.from), Number(values.seeds), console.log);
  process.exitCode = failed.length === 0 ? 0 : 1;
} else if (values.update) await update(chosen());
else await compare(chosen());

function chosen(): string[] {
  return programs.filter(
    (name) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
}

async function update(names: string[]): Promise<void> {
  const python = reference();
  if (python === undefined) throw new Error(`CPython ${REFERENCE} is needed for this, and is not found.`);
  for (const [name, output] of await runPython(python.path, names)) {
    if (output !== expected(name)) console.log(`${name}: written`);
    if (/^\((threw|status)/m.test(output)) console.log(output);
    writeFileSync(path.join(folder, `${name}.out`), output);
  }
}

async function compare(names: string[]): Promise<void> {
  const sources = new Map<string, Map<string, string>>();
  for (const { version, path: file } of interpreters())
    sources.set(`CPython ${version}`, await runPython(file, names));
  const outputs = await runTypeScript(names);
  for (const front of fronts) sources.set(front, outputs[front]);
  let different = 0;
  for (const name of names)
    for (const [source, output] of sources) {
      if (output.get(name) === expected(name)) continue;
      different++;
      console.log(`\n── ${name}: ${source}\n${sideBySide(expected(name) ?? '', output.get(name) ?? '')}`);
    }
  console.log(`\n${names.length} programs, ${different} differences`);
  process.exitCode = different === 0 ? 0 : 1;
}

/** From shortly before the first line that differs. */
function sideBySide(wanted: string, got: string): string {
  const left = wanted.split('\n');
  const right = got.split('\n');
  let first = 0;
  while (left[first] === right[first]) first++;
  const rows: string[] = [];
  for (let i = Math.max(0, first - 3); i < Math.min(first + 12, Math.max(left.length, right.length)); i++)
    rows.push(`${left[i] === right[i] ? ' ' : '!'} ${(left[i] ?? '').padEnd(60)} │ ${right[i] ?? ''}`);
  return rows.join('\n');
}
