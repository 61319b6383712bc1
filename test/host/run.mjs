/**
 * Runs the tests in test/host/suite inside a real VS Code:
 *   node test/host/run.mjs [release …]      (default: every release in cache.mjs)
 * VSCODE_EXECUTABLE_PATH, when set, is a desktop VS Code to run them in instead.
 */
import { cp, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { releases } from './cache.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const suite = path.join(root, 'out', 'host');

await rm(suite, { recursive: true, force: true });
await esbuild.build({
  entryPoints: [path.join(here, 'suite', '*.ts')],
  outdir: suite,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});

const desktop = process.env.VSCODE_EXECUTABLE_PATH;
const wanted = process.argv.slice(2);
let failed = false;
for (const release of desktop ? ['desktop'] : wanted.length ? wanted : Object.keys(releases)) {
  console.log(`\nVS Code ${desktop ?? release}`);
  failed = !(await runOn(release)) || failed;
}
process.exit(failed ? 1 : 0);

async function runOn(release) {
  const scratch = await mkdtemp(path.join(tmpdir(), 'tsh-'));
  const log = path.join(scratch, 'suite.log');
  await writeFile(log, '');
  // Without their launch.json: F5 has to manage alone.
  const workspace = path.join(scratch, 'samples');
  await cp(path.join(root, 'media', 'samples'), workspace, {
    recursive: true,
    filter: (source) => path.basename(source) !== '.vscode',
  });
  const stopTailing = tail(log);
  const results = process.env.TEST_RESULTS;
  if (results) await mkdir(path.dirname(results), { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? path.join(here, 'vscode.mjs'),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(suite, 'index.js'),
      launchArgs: [
        workspace,
        `--user-data-dir=${path.join(scratch, 'user')}`,
        `--extensions-dir=${path.join(scratch, 'extensions')}`,
      ],
      extensionTestsEnv: {
        TICKSCOPE_HOST: release,
        TEST_SUITE_LOG: log,
        TEST_REPORTER: path.join(root, 'test', 'reporter.mjs'),
        // One file a host; the runner of all stages sums them up.
        ...(results ? { TEST_RESULTS: results.replace(/(\.json)?$/, `-${release}.json`) } : {}),
      },
    });
    return true;
  } catch (error) {
    console.error(`VS Code ${release}: ${error.message}`);
    return false;
  } finally {
    await stopTailing();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Shows what is appended to `file` until the returned function is called. */
function tail(file) {
  let position = 0;
  let reading = Promise.resolve();
  const read = () =>
    (reading = reading.then(async () => {
      const handle = await open(file);
      try {
        const { size } = await handle.stat();
        if (size === position) return;
        const { buffer, bytesRead } = await handle.read(
          Buffer.alloc(size - position),
          0,
          size - position,
          position,
        );
        position += bytesRead;
        process.stdout.write(buffer.subarray(0, bytesRead));
      } finally {
        await handle.close();
      }
    }));
  const timer = setInterval(read, 200);
  return async () => {
    clearInterval(timer);
    await read();
  };
}
