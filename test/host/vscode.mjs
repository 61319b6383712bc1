#!/usr/bin/env node
/**
 * A "VS Code" that `@vscode/test-electron` can start where there is no desktop: takes the same flags,
 * runs the same tests in a VS Code server with a headless browser as its window, and exits with their code.
 *
 * TICKSCOPE_HOST names the release (a key of `releases` in cache.mjs).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { vscodeServer } from './cache.mjs';
import { startServer } from './server.mjs';

/** As `EX_SOFTWARE`: the host failed, which says nothing about the tests. */
const HOST_FAILED = 70;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionTestsPath: { type: 'string' },
    extensionDevelopmentPath: { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});

let server;
let browser;
let dataFolder;
let closing;
const close = () =>
  (closing ??= (async () => {
    await browser?.close().catch(() => {});
    await server?.close();
    if (dataFolder) await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  })());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => void close().finally(() => process.exit(HOST_FAILED)));
}

try {
  process.exitCode = await runSuite();
} catch (error) {
  console.error(error);
  process.exitCode = HOST_FAILED;
} finally {
  await close();
}

async function runSuite() {
  // Short: sockets live in there, and their paths have a limit.
  dataFolder = await mkdtemp(path.join(tmpdir(), 'tsc-'));
  server = await startServer(await vscodeServer(process.env.TICKSCOPE_HOST ?? '1.100', console.log), {
    dataFolder,
    extensionsFolder: values['extensions-dir'],
    testDriver: true,
  });
  browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const exitCode = new Promise((resolve, reject) => {
    void page.exposeFunction('codeAutomationExit', resolve);
    void page.exposeFunction('codeAutomationLog', () => {});
    page.once('crash', () => reject(new Error('The page of the workbench crashed.')));
    void server.exited.then((code) => reject(new Error(`The VS Code server ended with code ${code}.`)));
  });
  exitCode.catch(() => {});
  await page.goto(address(), { waitUntil: 'commit' });
  return exitCode;
}

function address() {
  const remote = (file) => `vscode-remote://127.0.0.1:${server.port}${path.resolve(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(values.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(values.extensionTestsPath)],
    ['skipWelcome', 'true'],
  ];
  const url = new URL(server.url);
  if (positionals[0]) url.searchParams.set('folder', path.resolve(positionals[0]));
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
