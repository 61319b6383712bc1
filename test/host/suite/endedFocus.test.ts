import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { Debugging, file, launch } from './debugging';

/** It takes VS Code longer to open this than to end a session. */
const LONG = 'setTimeout(() => {}, 100_000);\n' + `// ${'x'.repeat(70)}\n`.repeat(100_000);

describe('a session that is stopped while VS Code still opens the source of its first stop', () => {
  const program = 'long.mjs';
  let debugging: Debugging;
  before(() => {
    debugging = new Debugging();
    writeFileSync(file(program), LONG);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    rmSync(file(program));
    debugging.dispose();
  });

  it('is not the active one for good when the source is open', async () => {
    const shown: (string | undefined)[] = [];
    let look = () => {};
    const following = vscode.debug.onDidChangeActiveDebugSession((active) => {
      shown.push(active?.id);
      look();
    });
    try {
      const stackRead = debugging.answered('stackTrace');
      await launch({ program: file(program), stopOnEntry: true });
      await stackRead;
      const { id } = vscode.debug.activeDebugSession!;
      await vscode.debug.stopDebugging(vscode.debug.activeDebugSession);
      // VS Code lets it go, takes it back when the source is open, and we have it let go again.
      await new Promise<void>((resolve) => {
        look = () => shown.length >= 4 && resolve();
        look();
      });
      assert.deepEqual(shown, [id, undefined, id, undefined]);
    } finally {
      following.dispose();
      await debugging.reset();
    }
  });
});
