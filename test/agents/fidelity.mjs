/**
 * CPython's own tests of asyncio, with and without the agent, compared test by test.
 *   npm run test:fidelity [-- --quick] [-- --python PATH] [-- --only test_tasks,test_locks]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openSink } from './python/sink.mjs';

const QUICK = ['test_base_events', 'test_tasks', 'test_locks', 'test_queues', 'test_futures', 'test_runners'];
const outcomes = path.join(import.meta.dirname, 'python', 'outcomes.py');
const MODULE_MS = 400_000;

/** Tests that must see what the agent does, each with the reason. */
const EXPECTED = [];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    python: { type: 'string', multiple: true },
    only: { type: 'string' },
    verbose: { type: 'boolean' },
  },
});

function interpreters() {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  const found = existsSync(versions)
    ? readdirSync(versions).map((name) => path.join(versions, name, 'bin', 'python'))
    : [];
  const known = [...found, '/usr/bin/python3'].map((python) => ({ python, version: versionOf(python) }));
  return known
    .filter(({ version }) => version && (version[0] > 3 || (version[0] === 3 && version[1] >= 8)))
    .sort((a, b) => a.version[1] - b.version[1] || a.version[2] - b.version[2]);
}

function versionOf(python) {
  if (!existsSync(python)) return undefined;
  const question = 'import sys; print(*sys.version_info[:3])';
  const { status, stdout } = spawnSync(python, ['-c', question], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(' ').map(Number) : undefined;
}

function modulesOf(python) {
  const question =
    'import test.test_asyncio as t, os; print(*sorted(n[:-3] for n in os.listdir(os.path.dirname(t.__file__)) if n.startswith("test_") and n.endswith(".py")))';
  const { status, stdout } = spawnSync(python, ['-c', question], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(' ') : undefined;
}

function run(python, module, env, tests = []) {
  return new Promise((resolve) => {
    const child = spawn(python, [outcomes, `test.test_asyncio.${module}`, ...tests], {
      env: { ...process.env, PYTHONPATH: '', PYTHONDONTWRITEBYTECODE: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let text = '';
    let said = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2000)));
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), MODULE_MS);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(text));
      } catch {
        resolve({ outcomes: {}, details: {}, problem: `${signal ?? `exit code ${code}`}: ${said}` });
      }
    });
  });
}

/** Tests whose outcome the agent changes; each is tried again, alone, before it is believed. */
async function compare(python, module, sink) {
  const [plain, agent] = await Promise.all([run(python, module, {}), run(python, module, sink.env)]);
  const differences = [];
  const names = new Set([...Object.keys(plain.outcomes), ...Object.keys(agent.outcomes)]);
  if (agent.problem && !plain.problem)
    return {
      tests: names.size,
      differences: [{ test: module, plain: 'ran', agent: agent.problem }],
      flaky: [],
    };
  const flaky = [];
  for (const test of names) {
    const [before, after] = [plain.outcomes[test], agent.outcomes[test]];
    if (before === after) continue;
    let same = false;
    let detail = agent.details[test] ?? plain.details[test];
    for (let attempt = 0; attempt < 3 && !same; attempt++) {
      const [a, b] = [await run(python, module, {}, [test]), await run(python, module, sink.env, [test])];
      same = a.outcomes[test] === b.outcomes[test] && a.outcomes[test] !== undefined;
      detail = b.details[test] ?? detail;
    }
    if (same) flaky.push(test);
    else differences.push({ test, plain: before ?? 'did not run', agent: after ?? 'did not run', detail });
  }
  return { tests: names.size, differences, flaky, problem: plain.problem };
}

let failed = false;
let compared = 0;
let all = values.python
  ? values.python.map((python) => ({ python, version: versionOf(python) }))
  : interpreters();
all = all.filter(({ python, version }) => {
  const modules = modulesOf(python);
  if (!modules) console.log(`${version?.join('.')} ${python}: has no test package; left out.`);
  return modules !== undefined;
});
if (values.quick && !values.python)
  all = [all[0], all[all.length - 1]].filter((each, i, list) => list.indexOf(each) === i);
for (const { python, version } of all) {
  const sink = await openSink();
  const only = values.only?.split(',');
  const modules = modulesOf(python).filter((name) =>
    only ? only.includes(name) : !values.quick || QUICK.includes(name),
  );
  let tests = 0;
  const flaky = [];
  for (const module of modules) {
    const result = await compare(python, module, sink);
    tests += result.tests;
    flaky.push(...result.flaky);
    if (result.problem)
      console.log(`  ${module}: could not run without the agent either (${result.problem.slice(0, 200)})`);
    for (const difference of result.differences) {
      const expected = EXPECTED.find(({ pattern }) => pattern.test(difference.test));
      failed ||= !expected;
      console.log(`  ${difference.test}: ${difference.plain} without the agent, ${difference.agent} with it`);
      if (expected) console.log(`    expected: ${expected.reason}`);
      else if (difference.detail) console.log(difference.detail.replace(/^/gm, '    '));
    }
    if (values.verbose) console.log(`  ${module}: ${result.tests} tests`);
  }
  for (const fault of new Set(sink.faults)) {
    failed = true;
    console.log(`  The agent failed: ${fault}`);
  }
  if (sink.programs === 0) {
    failed = true;
    console.log('  The agent was never loaded.');
  }
  compared += tests;
  console.log(
    `${version.join('.')}: ${tests} tests in ${modules.length} modules compared, ${(sink.bytes / 1e6).toFixed(1)} MB told` +
      (flaky.length ? `; differed once, not again alone: ${flaky.join(', ')}` : ''),
  );
  sink.close();
}
if (compared === 0) {
  console.log('No test was compared: no CPython with its test package was found.');
  failed = true;
}
process.exit(failed ? 1 : 0);
