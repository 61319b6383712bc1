import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'tickscope.tickscope';

describe('the extension', () => {
  it('is installed and does not activate when VS Code starts', () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, `${id} is not among the extensions`);
    assert.equal(extension.isActive, false);
  });

  it('brings a debug type for Python, JavaScript and TypeScript files', () => {
    const [debug] = vscode.extensions.getExtension(id)!.packageJSON.contributes.debuggers;
    assert.equal(debug.type, 'tickscope');
    assert.deepEqual(debug.languages, ['python', 'javascript', 'typescript']);
  });

  it('registers every command that it contributes, once active', async () => {
    const extension = vscode.extensions.getExtension(id)!;
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const contributed: string[] = extension.packageJSON.contributes.commands.map(
      ({ command }: { command: string }) => command,
    );
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
