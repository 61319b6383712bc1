/**
 * Every check there is, one stage after the other:
 *   npm test
 *   npm test -- --only unit,agents
 * The last line is "N passed, N failed". A stage that fails, hangs or runs no test counts as a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installDebianPackages, installPackages, root } from './install.mjs';

const debianPackages = [
  ...['chromium', 'fonts-dejavu-core', 'procps', 'python3'],
  ...['python3-aiohttp', 'python3-fastapi', 'python3-httpx', 'python3-pytest-asyncio'],
  ...['python3-uvicorn', 'python3-uvloop', 'python3-websockets'],
];

/**
 * `minutes` bounds the stage; `tests` says that it must have run some. Needed by others: `package`, `build`.
 * Where real processes meet on a busy machine a test that failed is tried once more, and both are told at the end.
 */
const stages = [
  { name: 'hosts', minutes: 10, commands: [node('test/host/prepare.mjs')] },
  {
    name: 'lint',
    minutes: 3,
    commands: [bin('eslint', '--config', '.config/eslint.config.mjs', '.'), bin('prettier', '--check', '.')],
  },
  { name: 'typecheck', minutes: 3, commands: [bin('tsc', '--noEmit')] },
  { name: 'package', minutes: 3, commands: [node('test/host/package.mjs')] },
  { name: 'build', minutes: 2, commands: [node('esbuild.js')] },
  { name: 'unit', minutes: 5, tests: true, commands: [mocha('test/unit/**/*.test.ts')] },
  { name: 'library', minutes: 4, tests: true, commands: [mocha('test/library/**/*.test.ts')] },
  {
    name: 'conformance',
    minutes: 4,
    tests: true,
    commands: [mocha('test/conformance/**/*.test.ts')],
  },
  {
    name: 'agents',
    minutes: 14,
    tests: true,
    // Two lanes of about the same length: these tests wait for processes more than they compute.
    lanes: [[agents('{python,real,gallery}')], [agents('{node,loop,adapter}')]],
  },
  { name: 'host', minutes: 8, tests: true, commands: [node('test/host/run.mjs')] },
  { name: 'ui', minutes: 8, tests: true, commands: [mocha('test/ui/**/*.test.ts', '--retries', '1')] },
];
const names = stages.map(({ name }) => name);
const results = path.join(root, 'out', 'results');

const wanted = parseArgs({ options: { only: { type: 'string' } } }).values.only?.split(',') ?? names;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length) {
  console.error(`There is no stage "${unknown.join('", "')}"; the stages are ${names.join(', ')}.`);
  process.exit(2);
}

/** What runs now; Ctrl-C ends it and all that it started. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of running) end(child);
    process.exitCode = 130;
    setTimeout(() => process.exit(130), 6000).unref();
  });
}

installPackages();
installDebianPackages(debianPackages);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total = { passed: 0, failed: 0, failures: [], retried: [] };
const lines = [];
for (const stage of stages) {
  if (!wanted.includes(stage.name) || process.exitCode) continue;
  console.log(`\n── ${stage.name} ${'─'.repeat(70 - stage.name.length)}`);
  const started = Date.now();
  const { passed, failed, problem, failures, retried } = await runStage(stage);
  total.passed += passed;
  total.failed += failed;
  total.failures.push(...failures);
  total.retried.push(...retried);
  const counts = stage.tests ? `${passed} passed, ${failed} failed` : failed ? 'failed' : 'ok';
  lines.push(
    `${stage.name.padEnd(10)} ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s   ${counts}${problem ? ` (${problem})` : ''}`,
  );
}
// Again at the end: whoever has only the last lines of a log sees them, too. A second try often fails for reasons of its own.
for (const { title, error } of total.retried) {
  console.log(`\nTRIED A SECOND TIME ${title}\n${shortened(error)}`);
}
for (const { title, error } of total.failures) {
  console.log(`\nFAILED ${title}\n${shortened(error)}`);
}
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(process.exitCode || (total.failed > 0 || total.passed + lines.length === 0 ? 1 : 0));

/** The lanes of a stage side by side; what the later ones write is shown when they have ended. */
async function runStage({ name, minutes, tests, commands, lanes = [commands] }) {
  const deadline = Date.now() + minutes * 60_000;
  const problems = await Promise.all(
    lanes.map((lane, index) =>
      runLane(lane, lanes.length > 1 ? `${name}-${index}` : name, deadline, index > 0),
    ),
  );
  const problem = problems.find(Boolean);
  const { passed, failed, failures, retried } = counted(name);
  if (!problem && tests && passed + failed === 0) problem = 'no test ran';
  // What went wrong is a failure, even where no test says so.
  return {
    ...{ passed, failures, retried },
    failed: failed || (problem ? 1 : 0),
    problem: failed ? undefined : problem,
  };
}

/** The commands in their order, up to the first that fails: undefined, or what went wrong. */
async function runLane(commands, name, deadline, quiet) {
  for (const command of commands) {
    const problem = await runCommand(command, name, deadline, quiet);
    if (problem) return problem;
  }
  return undefined;
}

/** Undefined when the command ends well in time, else what went wrong. `quiet`: its output is shown at its end. */
function runCommand([command, ...args], name, deadline, quiet) {
  return new Promise((resolve) => {
    const env = { ...process.env, TEST_RESULTS: path.join(results, `${name}.json`) };
    // A process group of its own, so that nothing outlives the stage.
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const written = [];
    for (const stream of quiet ? [child.stdout, child.stderr] : []) {
      stream.on('data', (chunk) => written.push(chunk));
    }
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        end(child);
      },
      Math.max(0, deadline - Date.now()),
    );
    const done = (problem) => {
      clearTimeout(timer);
      running.delete(child);
      process.stdout.write(Buffer.concat(written));
      resolve(problem);
    };
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => {
      if (late) done('took too long');
      else done(code === 0 ? undefined : (signal ?? `exit code ${code}`));
    });
  });
}

/** Asks the whole group to leave, and sees to it that it does. */
function end(child) {
  if (!child?.pid) return;
  const signal = (name) => {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
    } catch {
      // It is gone.
    }
  };
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), 8000).unref();
}

/** The sum over the result files of one stage: one a run of mocha. */
function counted(name) {
  const sum = { passed: 0, failed: 0, failures: [], retried: [] };
  if (!existsSync(results)) return sum;
  for (const file of readdirSync(results)) {
    if (file !== `${name}.json` && !file.startsWith(`${name}-`)) continue;
    const { passed, failed, failures, retried } = JSON.parse(readFileSync(path.join(results, file), 'utf8'));
    sum.passed += passed;
    sum.failed += failed;
    sum.failures.push(...failures);
    sum.retried.push(...retried);
  }
  return sum;
}

function shortened(text) {
  return text.length > 1200 ? `${text.slice(0, 1200)} …` : text;
}

function node(...args) {
  return [process.execPath, ...args];
}

/** A package's program by its own Node, which works without a shell on every system. */
function bin(name, ...args) {
  const files = {
    eslint: 'eslint/bin/eslint.js',
    prettier: 'prettier/bin/prettier.cjs',
    tsc: 'typescript/bin/tsc',
    mocha: 'mocha/bin/mocha.js',
  };
  return node(path.join('node_modules', files[name]), ...args);
}

function agents(folders) {
  return mocha(`test/agents/${folders}/**/*.test.ts`, '--retries', '1');
}

function mocha(files, ...options) {
  return bin(
    'mocha',
    '--no-config',
    '--import=tsx',
    '--timeout',
    '20000',
    '--reporter',
    './test/reporter.mjs',
    ...options,
    files,
  );
}
