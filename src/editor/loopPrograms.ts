import * as vscode from 'vscode';
import { importsLoop, isJavaScript } from './launchConfigurations';
import { openFile } from './configurationProviders';

const contextKey = 'tickscope.loopPrograms';

/**
 * Tells the `when` clauses which visible files are JavaScript or TypeScript that imports our loop: only there does the
 * debug button of the editor make sense.
 */
export class LoopPrograms implements vscode.Disposable {
  private readonly subscriptions = [
    vscode.window.onDidChangeVisibleTextEditors(() => this.update()),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isJavaScript(openFile(document))) this.update();
    }),
  ];
  private said = '';

  constructor() {
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const paths = vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .filter((document) => isJavaScript(openFile(document)) && importsLoop(document.getText()))
      .map(({ uri }) => uri.fsPath);
    const words = paths.join('\n');
    if (words === this.said) return;
    this.said = words;
    void vscode.commands.executeCommand('setContext', contextKey, paths);
  }
}
