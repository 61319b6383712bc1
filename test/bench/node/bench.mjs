/**
 * What the agent of plain Node programs costs, as times of the same program without it, in turns in one run; beside
 * async_hooks with empty callbacks, which is what Node itself asks for being told.
 *   npm run bench -- node [--rounds 5] [--nodes 20,24] [--only await,setImmediate] [--times 10]
 * Aims: a loop of awaits at macro 1.05, at full 2 (Node 24: 3); setImmediate 2, setTimeout 1.25, nextTick 1.8; HTTP requests
 * a second 1.2; 8 bytes an event; 20 ms more to start, that is, until the program's first line. A program that does nothing
 * ends later: it waits for the thread that sends what happened.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import esbuildOptions from '../../../esbuild.js';
import { FrameReader, jsonFrame } from '../../../src/wire/frames.ts';
import { NodeRecordDecoder } from '../../../src/wire/nodeRecords.ts';
import { decodeNumberDefinitions } from '../../../src/wire/numbers.ts';
import { FRAME } from '../../../src/wire/schema.ts';
import { nodeOf } from '../../host/cache.mjs';
import { WELCOME } from '../../unit/wire/welcome.ts';

const here = import.meta.dirname;
const root = path.resolve(here, '../../..');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    nodes: { type: 'string', default: '20,24' },
    only: { type: 'string' },
    // So much work more: what is compiled at the start weighs less.
    times: { type: 'string', default: '1' },
  },
  strict: false,
});
const ROUNDS = Number(values.rounds);
const REQUESTS = 10_000;
const program = path.join(here, 'workloads.mjs');
const nothing = path.join(here, 'nothing.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-bench-'));

const MACRO = ['plain', 'hooks', 'macro'];
/** name: [modes, aim by mode] */
const WORKLOADS = {
  await: [[...MACRO, 'full'], { macro: () => 1.05, full: (major) => (major >= 24 ? 3 : 2) }],
  'await async': [[...MACRO, 'full'], { macro: () => 1.05, full: (major) => (major >= 24 ? 3 : 2) }],
  setImmediate: [MACRO, { macro: () => 2 }],
  setTimeout: [MACRO, { macro: () => 1.25 }],
  nextTick: [MACRO, { macro: () => 1.8 }],
  HTTP: [MACRO, { macro: () => 1.2 }],
  start: [['plain', 'macro'], {}],
  'empty run': [['plain', 'macro'], {}],
};
/** Told as ms more. */
const MS = new Set(['start', 'empty run']);
const wanted = values.only?.split(',') ?? Object.keys(WORKLOADS);

/** The adapter's end: takes everything, and counts it. */
class Sink {
  bytes = 0;
  events = 0;
  counting = false;
  constructor() {
    this.address = path.join(mkdtempSync(path.join(folder, 's')), 'a');
    this.server = createServer((socket) => void this.read(socket));
  }
  async listen() {
    this.server.listen(this.address);
    await once(this.server, 'listening');
    return this;
  }
  async read(socket) {
    const reader = new FrameReader();
    const texts = new Map();
    const count = new Proxy({}, { get: () => () => void this.events++ });
    const decoder = new NodeRecordDecoder(count, texts);
    socket.on('error', () => undefined);
    for await (const chunk of socket)
      for (const { kind, payload } of reader.read(chunk)) {
        if (kind === FRAME.JSON && payload.includes('"hello"'))
          socket.write(jsonFrame({ ...WELCOME, level: this.level }));
        if (!this.counting) continue;
        if (kind === FRAME.DEFINITIONS) decodeNumberDefinitions(payload, () => undefined, texts);
        if (kind !== FRAME.WORDS) continue;
        this.bytes += payload.length - 4;
        decoder.decode(payload.subarray(4));
      }
  }
}

async function start(node, mode, args, sink) {
  const env = { ...process.env, TIMES: values.times };
  const preload = [];
  if (mode === 'hooks') env.HOOKS = '1';
  if (sink) {
    sink.level = mode;
    preload.push('--require', path.join(folder, 'agents', 'node', 'preload.cjs'));
    Object.assign(env, {
      TICKSCOPE_ADDRESS: `unix:${sink.address}`,
      TICKSCOPE_TOKEN: 'secret',
      TICKSCOPE_AGENT_VERSION: '0',
      TICKSCOPE_TARGET: 'node',
      TICKSCOPE_EAGER: mode === 'macro' ? '1' : '',
    });
  }
  return spawn(node, [...preload, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** ms of one run; with the agent, what it told goes to `sink`. */
async function once_(node, mode, name, sink) {
  if (name === 'HTTP') {
    const server = await start(node, mode, [program, 'serve'], sink);
    const [port] = await once(server.stdout, 'data');
    const client = spawn(node, [program, 'ask', String(port).trim(), String(REQUESTS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { ms } = JSON.parse(await text(client.stdout));
    server.stdin.end();
    await once(server, 'exit');
    return ms;
  }
  const began = performance.timeOrigin + performance.now();
  const timed = name === 'start' || name === 'empty run';
  const child = await start(node, mode, timed ? [nothing] : [program, name], sink);
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (!timed) return JSON.parse(output).ms;
  return (name === 'start' ? Number(output) : performance.timeOrigin + performance.now()) - began;
}

async function measured(node, mode, name, counting = false) {
  const sink = mode === 'macro' || mode === 'full' ? await new Sink().listen() : undefined;
  if (sink) sink.counting = counting;
  const ms = await once_(node, mode, name, sink);
  sink?.server.close();
  return { ms, bytes: sink?.bytes, events: sink?.events };
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const builds = esbuildOptions.workerBuilds(folder, true);
await Promise.all(
  builds.map((build) =>
    esbuild.build({ ...build, absWorkingDir: root, sourcemap: false, logLevel: 'error' }),
  ),
);
try {
  for (const major of values.nodes.split(',').map(Number)) {
    const node = await nodeOf(major);
    console.log(`\nNode ${major}; medians of ${ROUNDS} rounds in turns: times of plain`);
    for (const name of wanted) {
      const [modes, aims] = WORKLOADS[name];
      const rounds = [];
      for (let i = 0; i < ROUNDS; i++) {
        const round = {};
        for (const mode of modes) round[mode] = (await measured(node, mode, name)).ms;
        rounds.push(round);
      }
      const plain = median(rounds.map((round) => round.plain));
      let line = `  ${name.padEnd(13)} plain ${plain.toFixed(1).padStart(7)} ms`;
      for (const mode of modes.slice(1)) {
        const of = rounds.map((round) =>
          MS.has(name) ? round[mode] - round.plain : round[mode] / round.plain,
        );
        const shown = MS.has(name)
          ? `+${median(of).toFixed(0)} ms ${name === 'start' ? ' (aim 20)' : ''}`
          : median(of).toFixed(2);
        const aim = aims[mode]?.(major);
        line += `   ${mode} ${shown}${aim ? ` (aim ${aim})` : ''}`;
      }
      if (!MS.has(name))
        for (const mode of modes.filter((each) => each === 'macro' || each === 'full')) {
          const { bytes, events } = await measured(node, mode, name, true);
          if (events > 1000) line += `   ${mode}: ${(bytes / events).toFixed(1)} bytes an event`;
        }
      console.log(line);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
