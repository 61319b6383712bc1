import * as vscode from 'vscode';
import type { Requests } from '../adapter/contract';
import { activeFile, openFile } from './configurationProviders';
import { type AdapterAction, controls } from './controls';
import { fileConfiguration, requireProgramFile } from './launchConfigurations';
import type { Breakpoints } from './breakpoints';
import type { ControlAction, EntryContext, OfferName } from './panelMessages';
import { toCallback, toIo, toTick, toTimer, untilTask, type Where } from './runTo';
import type { Session } from './session';
import type { Sessions } from './sessions';

type Step = Requests['tickscope/step'][0];

/** What the commands, the panel's buttons and the status bar do. Whatever fails is shown as a sentence. */
export class Actions {
  constructor(
    private readonly sessions: Sessions,
    private readonly breakpoints: Breakpoints,
  ) {}

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

  /** Lets the program run until a task runs: that of a menu, of the Call Stack's focus, or the one about to run. */
  stepTask(where?: Where): Promise<void> {
    return this.step((session) => untilTask(session, where));
  }
  runToTick(): Promise<void> {
    return this.step(toTick);
  }
  runToCallback(): Promise<void> {
    return this.step(toCallback);
  }
  runToIo(): Promise<void> {
    return this.step(() => toIo);
  }
  runToTimer(): Promise<void> {
    return this.step(() => toTimer);
  }

  /** Sets the breakpoint that an entry of the panel offers. */
  async offer(name: OfferName, context: EntryContext | undefined): Promise<void> {
    await shown(async () => {
      const place = context?.tickscopeOffers?.[name];
      if (!place) throw new Error('This is done from the menu of an entry in the Tickscope panel.');
      await this.breakpoints.add(place);
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

  private async step(to: (session: Session) => Promise<Step | undefined> | Step | undefined): Promise<void> {
    await shown(async () => {
      const session = this.sessions.shown;
      if (!session) throw new Error('No program is being debugged: open a program and press F5.');
      if (!session.live)
        throw new Error(`${session.debugSession.name} has ended: start it again to step on.`);
      const step = await to(session);
      if (step) await session.control({ command: 'tickscope/step', arguments: step });
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
