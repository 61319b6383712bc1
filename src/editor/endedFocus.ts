import * as vscode from 'vscode';

/**
 * VS Code opens the source of a stop and then shows its session, also where that has ended meanwhile: the debug toolbar of a
 * session that is over then lies over the buttons of the editor, and stopping it does nothing. Whoever comes back from the
 * dead is exchanged for a session that lives, or for none.
 */
export class EndedFocus implements vscode.Disposable {
  private readonly ended = new Set<string>();
  private readonly following: vscode.Disposable[];

  constructor(debugType: string) {
    this.following = [
      // That a session is shown again and that it has ended are told in either order.
      vscode.debug.onDidTerminateDebugSession(({ id, type }) => {
        if (type !== debugType) return;
        this.ended.add(id);
        this.look();
      }),
      vscode.debug.onDidChangeActiveDebugSession(() => this.look()),
    ];
  }

  private look(): void {
    const active = vscode.debug.activeDebugSession;
    if (active === undefined || !this.ended.has(active.id)) return;
    // Without a session it takes the first that stands, or any, or none. A command of VS Code's own: one without it does nothing.
    vscode.commands.executeCommand('workbench.action.debug.focusProcess').then(undefined, () => {});
  }

  dispose(): void {
    for (const each of this.following) each.dispose();
  }
}
