import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { file } from './debugging';

/** How long the TypeScript server may take to load a project, ms. */
const PATIENCE_MS = 40_000;

describe('the editor of a TypeScript program', () => {
  it('knows tickscope/asyncio, with its docs, where nothing is installed', async () => {
    const uri = vscode.Uri.file(file('sleepers.ts'));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const at = document.positionAt(document.getText().indexOf('sleep(seconds)') + 1);
    const deadline = Date.now() + PATIENCE_MS;
    let text = '';
    // While its server starts, the editor answers with nothing or with "loading".
    while (!text.includes('delay: number')) {
      assert.ok(Date.now() < deadline, `The hover says only "${text}".`);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        at,
      );
      const contents = hovers.flatMap((hover) => hover.contents) as vscode.MarkdownString[];
      text = contents.map(({ value }) => value).join('\n');
    }
    assert.match(text, /Suspends the task for[^]*seconds[^]*asyncio\.sleep/);
    const errors = vscode.languages.getDiagnostics(uri).map(({ message }) => message);
    assert.deepEqual(errors, []);
  });
});
