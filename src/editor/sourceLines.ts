import * as vscode from 'vscode';
import type { Source } from '../adapter/contract';

/** Shows source lines that the panel points at, each marked until the reader goes elsewhere. */
export class SourceLines implements vscode.Disposable {
  private readonly mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.infoForeground'),
  });
  private marked: { editor: vscode.TextEditor; line: number } | undefined;
  private readonly unmarking = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
    if (textEditor === this.marked?.editor && selections[0]?.active.line !== this.marked.line) this.unmark();
  });

  /** Never on top of the panel, which is in column `panelColumn`. */
  async show({ path, line, column }: Source, panelColumn: vscode.ViewColumn | undefined): Promise<void> {
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
      // The program may have been edited since: the last line stands for those that are gone.
      const position = document.validatePosition(
        new vscode.Position(Math.max(0, line - 1), Math.max(0, (column ?? 1) - 1)),
      );
      const editor = await vscode.window.showTextDocument(document, {
        viewColumn: columnFor(document.uri, panelColumn),
        selection: new vscode.Range(position, position),
      });
      this.unmark();
      editor.setDecorations(this.mark, [document.lineAt(position.line).range]);
      this.marked = { editor, line: position.line };
    } catch (error) {
      void vscode.window.showErrorMessage(`${path} cannot be shown: ${(error as Error).message}`);
    }
  }

  dispose(): void {
    this.unmarking.dispose();
    this.mark.dispose();
  }

  private unmark(): void {
    this.marked?.editor.setDecorations(this.mark, []);
    this.marked = undefined;
  }
}

/** Where the file is visible already, else the first column that the panel leaves free. */
function columnFor(uri: vscode.Uri, panelColumn: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const visible = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === uri.toString() && editor.viewColumn !== undefined,
  );
  return (
    visible?.viewColumn ??
    (panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One)
  );
}
