import * as vscode from 'vscode';

/**
 * Opens the sample programs in a window of their own: a copy, so that they can be changed, made once and kept.
 * `storage`: the folder that the editor keeps for the extension.
 */
export async function openSamples(extension: vscode.Uri, storage: vscode.Uri): Promise<void> {
  const { joinPath } = vscode.Uri;
  const folder = joinPath(storage, 'samples');
  try {
    await copyAbsent(joinPath(extension, 'media', 'samples'), folder);
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
  } catch (error) {
    const { message } = error as Error;
    void vscode.window.showErrorMessage(`The samples could not be copied to ${folder.fsPath}: ${message}`);
  }
}

/** Files that are there already are the user's, changed or not. */
async function copyAbsent(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  const { fs } = vscode.workspace;
  await fs.createDirectory(to);
  const there = new Set((await fs.readDirectory(to)).map(([name]) => name));
  for (const [name, type] of await fs.readDirectory(from)) {
    const [source, target] = [vscode.Uri.joinPath(from, name), vscode.Uri.joinPath(to, name)];
    if (type === vscode.FileType.Directory) await copyAbsent(source, target);
    else if (!there.has(name)) await fs.copy(source, target);
  }
}
