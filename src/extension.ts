import * as vscode from 'vscode';
import type { TaskId } from './adapter/contract';
import { Breakpoints } from './editor/breakpoints';
import { Actions } from './editor/commands';
import { ConfigurationResolver, DynamicConfigurations } from './editor/configurationProviders';
import { EndedFocus } from './editor/endedFocus';
import { FindingProblems } from './editor/findingProblems';
import { debugType } from './editor/launchConfigurations';
import { Panel, panelType } from './editor/panel';
import type { EntryContext } from './editor/panelMessages';
import type { Where } from './editor/runTo';
import { openSamples } from './editor/samples';
import { Sessions } from './editor/sessions';
import { SourceLines } from './editor/sourceLines';
import { Status } from './editor/status';
import { WaitMarks } from './editor/waitMarks';

export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, globalStorageUri, subscriptions, workspaceState } = context;
  const output = vscode.window.createOutputChannel('Tickscope');
  const sessions = new Sessions(vscode.Uri.joinPath(extensionUri, 'dist', 'adapter.js').fsPath, output);
  const breakpoints = new Breakpoints(workspaceState, sessions);
  const actions = new Actions(sessions, breakpoints);
  const sourceLines = new SourceLines();
  const panel = new Panel(extensionUri, sessions, sourceLines, breakpoints, (action) =>
    actions.control(action),
  );

  const { registerCommand } = vscode.commands;
  subscriptions.push(
    output,
    sessions,
    breakpoints,
    sourceLines,
    panel,
    new Status(sessions),
    new WaitMarks(sessions),
    new FindingProblems(sessions),
    new EndedFocus(debugType),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, sessions),
    vscode.debug.registerDebugConfigurationProvider(debugType, new ConfigurationResolver()),
    vscode.debug.registerDebugConfigurationProvider(
      debugType,
      new DynamicConfigurations(),
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.window.registerWebviewPanelSerializer(panelType, panel),
    registerCommand('tickscope.debugFile', (uri?: vscode.Uri) => actions.debugFile(uri)),
    registerCommand('tickscope.showPanel', () => panel.show()),
    registerCommand('tickscope.showTask', (task: TaskId) => panel.showTask(task)),
    registerCommand('tickscope.openSamples', () => openSamples(extensionUri, globalStorageUri)),
    registerCommand('tickscope.stepCallback', () => actions.control('stepCallback')),
    registerCommand('tickscope.stepTick', () => actions.control('stepTick')),
    registerCommand('tickscope.stepBackCallback', () => actions.control('stepBackCallback')),
    registerCommand('tickscope.stepBackTick', () => actions.control('stepBackTick')),
    registerCommand('tickscope.stepTask', () => actions.stepTask()),
    registerCommand('tickscope.runUntilTask', (where?: Where) => actions.stepTask(where)),
    registerCommand('tickscope.runToTick', () => actions.runToTick()),
    registerCommand('tickscope.runToCallback', () => actions.runToCallback()),
    registerCommand('tickscope.runToIo', () => actions.runToIo()),
    registerCommand('tickscope.runToTimer', () => actions.runToTimer()),
    registerCommand('tickscope.removeBreakpoints', () => breakpoints.set([])),
    registerCommand('tickscope.stopAtTask', (entry?: EntryContext) => actions.offer('StopAtTask', entry)),
    registerCommand('tickscope.stopBeforeCallback', (entry?: EntryContext) =>
      actions.offer('StopBeforeCallback', entry),
    ),
    registerCommand('tickscope.stopAtTimer', (entry?: EntryContext) => actions.offer('StopAtTimer', entry)),
    registerCommand('tickscope.stopAtTick', (entry?: EntryContext) => actions.offer('StopAtTick', entry)),
  );
}
