/**
 * What the panel (webview) and its host (extension) say to each other. Types only: both sides import them.
 * Facts shown in the panel come from the adapter's custom requests, passed through unchanged; nothing here repeats them.
 */
import type { Events, Requests, Source, Target } from '../adapter/contract';

export type PanelCommand = keyof Requests;

/** The toolbar's verbs; the host turns each into the DAP request or editor command of the same meaning. */
export type ControlAction =
  | 'continue'
  | 'pause'
  | 'stepCallback'
  | 'stepTick'
  | 'stepBackCallback'
  | 'stepBackTick'
  | 'stop'
  | 'restart'
  /** Starts the program of the active editor, as F5 would. */
  | 'start';

/** Which session the panel shows. `ended` still answers questions about its past until the next one starts. */
export type SessionView =
  | { kind: 'none' }
  | { kind: 'starting'; name: string }
  | { kind: 'active'; name: string; target: Target }
  | { kind: 'ended'; name: string; target: Target; exitCode?: number; message?: string }
  /** The session never came up; `message` is the sentence the user was shown. */
  | { kind: 'failed'; name: string; message: string };

export type ToHost =
  /** The page has loaded (again): the host answers with `session` and, where there is one, `changed`. */
  | { type: 'ready' }
  | { type: 'request'; id: number; command: PanelCommand; arguments: unknown }
  | { type: 'control'; action: ControlAction }
  | { type: 'open'; source: Source };

export type ToPanel =
  | { type: 'session'; session: SessionView }
  | { type: 'response'; id: number; ok: true; body: unknown }
  /** `message` is a sentence for the user. */
  | { type: 'response'; id: number; ok: false; message: string }
  /** Forwarded `tickscope/changed`: what is shown may be stale; ask again for what is visible. */
  | { type: 'changed'; body: Events['tickscope/changed'] };
