/**
 * What the Python agent costs: CPU time of a loop under it, as a ratio to the same loop without it, in one run.
 *   npm run bench -- agent [--rounds 15] [--python PATH]
 * Aims on 3.11 to 3.13: sleep(0) 1.20, queue 1.12, 10 000 sleeps 1.25, TCP echo 1.10.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openSink } from '../../agents/python/sink.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, python: { type: 'string', multiple: true } },
  strict: false,
});
const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
const found = existsSync(versions)
  ? readdirSync(versions)
      .filter((name) => /^3\.(8|11|12|13)\./.test(name))
      .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]))
      .map((name) => path.join(versions, name, 'bin', 'python'))
  : [];
const pythons = values.python ?? (found.length ? found : ['python3']);

console.log(
  'CPU time under the agent / without it (in brackets: without it / without it, the noise); breakpoints: with some on a tick, callbacks and tasks that never hit / agent alone; line: with one on a line in the file that runs / agent alone; diagnoses: agent / agent without what only diagnoses need (owners of locks, coroutines never awaited, slow callbacks); debug: PYTHONASYNCIODEBUG',
);
for (const python of pythons) {
  const sink = await openSink();
  const answer = await run(python, sink.env);
  console.log(`\n${python}  (${(sink.bytes / 1e6).toFixed(0)} MB told)`);
  for (const [name, row] of Object.entries(answer))
    console.log(
      `  ${name.padEnd(14)} agent ${row.agent.toFixed(2)} (${row['plain again'].toFixed(2)})   breakpoints ${row.breakpoints.toFixed(2)}   line ${row.lines.toFixed(2)}   diagnoses ${row.diagnoses.toFixed(2)}   debug ${row.debug.toFixed(1).padStart(4)}   slice ${row.ms.toFixed(0)} ms`,
    );
  for (const fault of sink.faults) {
    console.log(`  The agent failed: ${fault}`);
    process.exitCode = 1;
  }
  sink.close();
}

function run(python, env) {
  return new Promise((resolve, reject) => {
    const args = [path.join(import.meta.dirname, 'bench.py'), String(values.rounds)];
    const child = spawn(python, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`${python} ended with ${code}.`));
    });
  });
}
