import * as vscode from 'vscode';
import { activeFile, openFile } from './configurationProviders';
import { type AdapterAction, controls } from './controls';
import { fileConfiguration, requireProgramFile } from './launchConfigurations';
import type { ControlAction } from './panelMessages';
import type { Session } from './session';
import type { Sessions } from './sessions';

/** What the commands, the panel's buttons and the status bar do. Whatever fails is shown as a sentence. */
export class Actions {
  constructor(private readonly sessions: Sessions) {}

  async control(action: ControlAction): Promise<void> {
    await shown(async () => {
      const session = this.sessions.shown;
      if (action === 'start') return this.debugFile();
      if (!session) throw new Error('No program is being debugged: open a program and press F5.');
      if (action === 'restart') return this.restart(session);
      if (action === 'stop') return vscode.debug.stopDebugging(session.debugSession);
      return this.toAdapter(session, action);
    });
  }

  /** Debugs the file of `uri`, or the active one. */
  async debugFile(uri?: vscode.Uri): Promise<void> {
    await shown(async () => {
      const file = requireProgramFile(
        uri ? openFile(await vscode.workspace.openTextDocument(uri)) : activeFile(),
      );
      const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file.path));
      await vscode.debug.startDebugging(folder, { ...fileConfiguration(file.path) });
    });
  }

  private async toAdapter(session: Session, action: AdapterAction): Promise<void> {
    if (!session.live) throw new Error(`${session.debugSession.name} has ended: start it again to step on.`);
    await session.control(controls[action]);
  }

  private async restart(session: Session): Promise<void> {
    const { debugSession } = session;
    if (session.live && vscode.debug.activeDebugSession?.id === debugSession.id) {
      await vscode.commands.executeCommand('workbench.action.debug.restart');
      return;
    }
    if (session.live) await vscode.debug.stopDebugging(debugSession);
    await vscode.debug.startDebugging(debugSession.workspaceFolder, debugSession.configuration);
  }
}

async function shown(act: () => Thenable<unknown> | void): Promise<void> {
  try {
    await act();
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
  }
}
