import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Called by VS Code inside its extension host; rejecting is what makes VS Code exit with a failure. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const reporter = await import(pathToFileURL(process.env.TEST_REPORTER!).href);
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, retries: 1, reporter: reporter.default });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  // By this file's own `require`, the only one that knows the module "vscode".
  for (const name of readdirSync(__dirname)) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    if (name.endsWith('.test.js')) require(path.join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the host tests failed.`);
}
