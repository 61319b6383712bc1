/**
 * Wall time of whole programs with the real adapter attached, against the same programs alone: `npm run bench -- adapter`.
 * The two take turns; each prints the times of its own slices, so that starting and ending do not count.
 * Shown: median, over the turns, of the ratio of the turn's fastest slices. CPU is the program's own, agent included.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const adapter = path.join(here, '..', '..', '..', 'dist', 'adapter.js');
const program = path.join(here, 'workload.py');
const TURNS = 7;
const SLICES = 4;
const workloads = ['sleep(0)', 'queue', '10k sleeps', 'echo'];

if (!existsSync(adapter)) {
  console.error('There is no dist/adapter.js; run `npm run build` first.');
  process.exit(1);
}

function alone(python, workload) {
  const { stdout, stderr, status } = spawnSync(python, [program, workload, String(SLICES)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${workload} failed alone: ${stderr}`);
  return JSON.parse(stdout);
}

/** Launches the program under the adapter as an editor would, and gives back what it printed. */
function debugged(python, workload) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [adapter], { stdio: ['pipe', 'pipe', 'inherit'] });
    let seq = 0;
    let printed = '';
    let buffer = Buffer.alloc(0);
    const send = (command, args) => {
      const body = JSON.stringify({ seq: ++seq, type: 'request', command, arguments: args });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    const take = (message) => {
      if (message.type === 'response' && !message.success) reject(new Error(message.message));
      if (message.event === 'initialized') send('configurationDone');
      if (message.event === 'output' && message.body.category === 'stdout') printed += message.body.output;
      if (message.event === 'terminated') {
        child.stdin.end();
        child.kill();
        const line = printed.split('\n').find((text) => text.startsWith('{'));
        if (line) resolve(JSON.parse(line));
        else reject(new Error(`${workload} printed no times under the adapter: ${printed}`));
      }
    };
    child.stdout.on('data', (data) => {
      buffer = Buffer.concat([buffer, data]);
      for (;;) {
        const end = buffer.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('latin1', 0, end))?.[1]);
        if (buffer.length < end + 4 + length) return;
        take(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)));
        buffer = buffer.subarray(end + 4 + length);
      }
    });
    child.on('error', reject);
    send('initialize', { adapterID: 'tickscope', linesStartAt1: true, columnsStartAt1: true });
    send('launch', { program, args: [workload, String(SLICES)], runtimeExecutable: python });
  });
}

const median = (list) => [...list].sort((x, y) => x - y)[Math.floor(list.length / 2)];
const pythons = process.argv.slice(2).length ? process.argv.slice(2) : ['python3'];
for (const python of pythons) {
  const { stdout } = spawnSync(python, ['-V'], { encoding: 'utf8' });
  console.log(
    `${stdout.trim()} with the adapter attached, against alone (${TURNS} turns of ${SLICES} slices):`,
  );
  for (const workload of workloads) {
    const ratios = { wall: [], cpu: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      const plain = alone(python, workload);
      const seen = await debugged(python, workload);
      for (const kind of ['wall', 'cpu'])
        ratios[kind].push(Math.min(...seen[kind]) / Math.min(...plain[kind]));
    }
    console.log(
      `  ${workload.padEnd(12)} wall ×${median(ratios.wall).toFixed(2)}   cpu ×${median(ratios.cpu).toFixed(2)}`,
    );
  }
}
