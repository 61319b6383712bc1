import * as vscode from 'vscode';
import type { Sessions } from './sessions';
import { statusText } from './statusText';

/** The tick and mode of the shown session in the status bar, while it lives. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'tickscope.status',
    vscode.StatusBarAlignment.Left,
    0,
  );
  private readonly following: vscode.Disposable;

  constructor(private readonly sessions: Sessions) {
    this.item.name = 'Tickscope';
    this.item.command = 'tickscope.showPanel';
    this.following = sessions.onDidChange(() => this.update());
  }

  dispose(): void {
    this.following.dispose();
    this.item.dispose();
  }

  private update(): void {
    const session = this.sessions.shown;
    const status = session && statusText(session.view, session.changed);
    if (!status) {
      this.item.hide();
      return;
    }
    this.item.text = status.text;
    this.item.tooltip = status.tooltip;
    this.item.show();
  }
}
