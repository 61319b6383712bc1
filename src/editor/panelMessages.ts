/**
 * What the panel (webview) and its host (extension) say to each other. Types only: both sides import them.
 * Facts shown in the panel come from the adapter's custom requests, passed through unchanged; nothing here repeats them.
 */
import type {
  Events,
  Requests,
  Source,
  Target,
  TaskId,
  TickBreakpoint,
  TickPlace,
} from '../adapter/contract';

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
  /** The page has loaded (again): the host answers with `session`, `breakpoints` and, where there is one, `changed`. */
  | { type: 'ready' }
  | { type: 'request'; id: number; command: PanelCommand; arguments: unknown }
  | { type: 'control'; action: ControlAction }
  /** All tick breakpoints of the workspace, as the user wants them from here on. */
  | { type: 'breakpoints'; breakpoints: TickBreakpoint[] }
  | { type: 'open'; source: Source };

export type ToPanel =
  | { type: 'session'; session: SessionView }
  | { type: 'response'; id: number; ok: true; body: unknown }
  /** `message` is a sentence for the user. */
  | { type: 'response'; id: number; ok: false; message: string }
  /** The tick breakpoints of the workspace, whoever changed them. What became of them in a session, `tickscope/state` says. */
  | { type: 'breakpoints'; breakpoints: TickBreakpoint[] }
  /** Selects a task of the session that is shown. */
  | { type: 'showTask'; task: TaskId }
  /** Forwarded `tickscope/changed`: what is shown may be stale; ask again for what is visible. */
  | { type: 'changed'; body: Events['tickscope/changed'] };

/** What the panel hands to the menus of its entries (`data-vscode-context`): which of them make sense, and for what. */
export type EntryContext = {
  preventDefaultContextMenuItems: true;
  /** Present where "Run Until This Task" makes sense. */
  tickscopeTask?: number;
  tickscopeOffers: { [N in OfferName]?: TickPlace };
} & {
  /** For the `when` of each menu. */
  [N in `tickscope${OfferName}`]?: true;
};
/** The breakpoints that an entry offers: when its task runs again, before its callback, when its timer is due, at its tick. */
export type OfferName = 'StopAtTask' | 'StopBeforeCallback' | 'StopAtTimer' | 'StopAtTick';
