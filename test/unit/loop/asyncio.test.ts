import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { buildSync } from 'esbuild';

describe('the library as one file', () => {
  it('has its classes under their own names, which values show', () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    const { outputFiles } = buildSync({
      entryPoints: [path.join(root, 'src/loop/asyncio.ts')],
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
    const module = { exports: {} as Record<string, unknown> };
    // The loop's process-wide state is shared with this copy; it is only looked at.
    new Function('module', 'exports', 'require', '__filename', outputFiles[0].text)(
      module,
      module.exports,
      createRequire(import.meta.url),
      import.meta.filename,
    );
    const classes = Object.entries(module.exports).filter(
      ([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name),
    );
    assert.ok(classes.length > 30, `only ${classes.length} classes`);
    for (const [name, value] of classes) assert.equal((value as { name: string }).name, name);
  });
});
