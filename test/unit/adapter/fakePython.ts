/** An executable that passes for a Python interpreter (see fakeProgram.ts), and programs for it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './client';

export class FakePython {
  readonly folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  readonly path = join(this.folder, 'python3');

  /** Where the adapter is to look for its agents: it needs none, so this one is empty. */
  readonly agents = join(this.folder, 'agents');

  constructor() {
    mkdirSync(join(this.agents, 'python', 'bootstrap'), { recursive: true });
    const script = bundle('test/unit/adapter/fakeProgram.ts', 'fakeProgram');
    this.executable('python3', `exec "${process.execPath}" "${script}" "$@"`);
  }

  /** A shell script in the folder. */
  executable(name: string, body: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  /** A file in the folder: for the fake program its name is all that counts. */
  file(name: string, text = ''): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
