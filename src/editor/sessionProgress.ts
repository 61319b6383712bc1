import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Events, LaunchArguments, Target } from '../adapter/contract';
import type { SessionView } from './panelMessages';
import { failureText } from './adapterProcess';

/** What is known of a session from the messages that its adapter sent to the editor. */
export interface Progress {
  view: SessionView;
  changed?: Events['tickscope/changed'];
  exitCode?: number;
  /** The adapter's last sentence that explains an end: what it called important or, before the first tick, any. */
  said?: string;
}

export function started(name: string): Progress {
  return { view: { kind: 'starting', name } };
}

/** Folds one message in. Returns the same object when nothing that is shown changed. */
export function advance(
  progress: Progress,
  message: DebugProtocol.ProtocolMessage,
  name: string,
  target: Target,
): Progress {
  if (message.type === 'response') return answered(progress, message as DebugProtocol.Response, name, target);
  if (message.type !== 'event') return progress;
  const { event, body } = message as DebugProtocol.Event;
  switch (event) {
    case 'tickscope/changed':
      return { ...progress, changed: body };
    case 'exited':
      return exited(progress, body?.exitCode);
    case 'output':
      return said(progress, body as DebugProtocol.OutputEvent['body']);
    case 'terminated':
      return ended(progress, name, target);
    default:
      return progress;
  }
}

function said(progress: Progress, { category, output }: DebugProtocol.OutputEvent['body']): Progress {
  const explains = category === 'important' || (category === 'console' && !progress.changed?.tick);
  return explains ? { ...progress, said: output.trim() } : progress;
}

/** May come before `terminated` or after it. */
function exited(progress: Progress, exitCode: number | undefined): Progress {
  const { view } = progress;
  return { ...progress, exitCode, view: view.kind === 'ended' ? { ...view, exitCode } : view };
}

function answered(
  progress: Progress,
  response: DebugProtocol.Response,
  name: string,
  target: Target,
): Progress {
  const { command, success } = response;
  if (command !== 'launch' && command !== 'attach' && command !== 'restart' && command !== 'initialize')
    return progress;
  if (!success) return { ...progress, view: { kind: 'failed', name, message: failureText(response) } };
  // A program so short that it ended before its launch was answered stays ended.
  if (command === 'initialize' || progress.view.kind !== 'starting') return progress;
  return { ...progress, view: { kind: 'active', name, target } };
}

/** The session is over, by its own end or by `why`, a sentence. A failure stays a failure. */
export function ended(progress: Progress, name: string, target: Target, why?: string): Progress {
  if (progress.view.kind === 'failed' || progress.view.kind === 'ended') return progress;
  const message = why ?? progress.said;
  return { ...progress, view: { kind: 'ended', name, target, exitCode: progress.exitCode, message } };
}

/** The target as far as the configuration tells; the adapter, which can read the program, knows better. */
export function targetOf(launch: LaunchArguments): Target {
  return launch.target ?? (launch.module || /\.pyw?$/i.test(launch.program ?? '') ? 'asyncio' : 'node');
}
