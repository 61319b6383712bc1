/**
 * What the panel shows now: a fold of messages, observed by the views. No DOM, no clock, no requests:
 * `refresh.ts` asks and hands the answers in.
 */
import type {
  AliveRow,
  CallbackRow,
  Finding,
  Graph,
  LoopId,
  ReadyRow,
  RowsArguments,
  State,
  Task,
  TaskGroup,
  TaskGrouping,
  TaskId,
  TaskRow,
  TickBreakpoint,
  Timeline,
  TimerRow,
  WaitingRow,
} from '../src/adapter/contract';
import type { ControlAction, SessionView } from '../src/editor/panelMessages';
import { type Arrival, type RowsWindow, arrive, emptyWindow, refuse } from './list/window';

export interface RowOf {
  ready: ReadyRow;
  waiting: WaitingRow;
  timers: TimerRow;
  callbacks: CallbackRow;
}
export type QueueName = keyof RowOf;
export const QUEUES: readonly QueueName[] = ['ready', 'waiting', 'timers', 'callbacks'];
/** A line of the table of tasks: `id` is the task's, or none of a task's. */
export type TaskEntry = TaskRow & { id: number };
export type TaskLine = TaskEntry | (TaskGroup & { id: number });
export type AnyRow = RowOf[QueueName] | TaskEntry;

/** How the table of tasks is looked at. */
export interface TaskQuery {
  readonly text: string;
  /** Absent: in the order of their creation. */
  readonly sort?: RowsArguments['sort'];
  readonly by?: TaskGrouping;
  /** Groups whose tasks are shown. */
  readonly open: readonly string[];
}
export type Lists = { readonly [Q in QueueName]: RowsWindow<RowOf[Q]> };

/** The entry whose details are shown; `row` is as it was when selected or last seen. */
export interface Selection {
  queue: QueueName | 'task';
  id: number;
  task?: TaskId;
  row?: AnyRow;
}

export type TaskAnswer = { id: TaskId; task: Task } | { id: TaskId; error: string };

export type PanelMode = 'none' | 'starting' | 'running' | 'pausing' | 'paused' | 'past' | 'ended' | 'failed';

/** What fills the middle of the panel. */
export type Tab = 'queues' | 'tasks' | 'graph' | 'findings' | 'breakpoints';

/** What is wrong, or why that could not be told: a sentence. */
export type FindingsAnswer = { findings: readonly Finding[] } | { error: string };

/** Who waits for what, or why that could not be told: a sentence. */
export type GraphAnswer = Graph | { error: string };

export interface PanelState {
  readonly tab: Tab;
  /** The workspace's own: they outlive every session. */
  readonly breakpoints: readonly TickBreakpoint[];
  readonly session: SessionView;
  /** The last answer of `tickscope/state`; absent until the program has a loop. */
  readonly state?: State;
  /** Page clock (ms) when `state` came. */
  readonly stateAt: number;
  /** Counts the answers of `tickscope/state`: rows carry the epoch that they were asked in. */
  readonly epoch: number;
  readonly lists: Lists;
  /** Kept fresh only while it is looked at. */
  readonly tasks: RowsWindow<TaskLine>;
  readonly taskQuery: TaskQuery;
  /** What was asked of the program, until it stands again. */
  readonly asked?: ControlAction;
  readonly loop?: LoopId;
  readonly selection?: Selection;
  readonly task?: TaskAnswer;
  readonly timeline?: Timeline;
  /** As of the last stop, or of a moment ago where they are looked at while the program runs. */
  readonly findings?: FindingsAnswer;
  /** Of the moment that is shown, or of a moment ago while the program runs; absent where nobody looks at it. */
  readonly graph?: GraphAnswer;
  /** Node, while it waits: what keeps it from exiting. */
  readonly alive?: readonly AliveRow[];
  /** A sentence about the last thing that the user asked for and did not get. */
  readonly notice?: string;
}

export type Message =
  | { type: 'session'; session: SessionView }
  | { type: 'state'; state: State; at: number }
  | { [Q in QueueName]: { type: 'rows'; queue: Q; answer: Arrival<RowOf[Q]> } }[QueueName]
  | { type: 'rowsRefused'; queue: QueueName; epoch: number; message: string }
  | { type: 'taskRows'; answer: Arrival<TaskLine> }
  | { type: 'taskRowsRefused'; epoch: number; message: string }
  | { type: 'taskQuery'; query: TaskQuery }
  | { type: 'control'; action: ControlAction }
  | { type: 'loop'; loop: LoopId }
  | { type: 'select'; selection?: Selection }
  | { type: 'task'; answer: TaskAnswer }
  | { type: 'timeline'; timeline?: Timeline }
  | { type: 'findings'; answer: FindingsAnswer }
  | { type: 'graph'; answer: GraphAnswer }
  | { type: 'alive'; rows?: readonly AliveRow[] }
  | { type: 'tab'; tab: Tab }
  | { type: 'breakpoints'; breakpoints: TickBreakpoint[] }
  | { type: 'notice'; text?: string };

export const initial: PanelState = {
  tab: 'queues',
  breakpoints: [],
  session: { kind: 'none' },
  stateAt: 0,
  epoch: 0,
  lists: {
    ready: emptyWindow(),
    waiting: emptyWindow(),
    timers: emptyWindow(),
    callbacks: emptyWindow(),
  },
  tasks: emptyWindow(),
  taskQuery: { text: '', by: 'stack', open: [] },
};

export function reduce(panel: PanelState, message: Message): PanelState {
  switch (message.type) {
    case 'session':
      return ofSession(panel, message.session);
    case 'state':
      return ofState(panel, message.state, message.at);
    case 'rows':
      return ofRows(panel, message);
    case 'rowsRefused': {
      const list = refuse<AnyRow>(panel.lists[message.queue], message.epoch, message.message);
      return { ...panel, lists: { ...panel.lists, [message.queue]: list } };
    }
    case 'taskRows':
      return { ...panel, tasks: arrive(panel.tasks, message.answer, false) };
    case 'taskRowsRefused':
      return { ...panel, tasks: refuse(panel.tasks, message.epoch, message.message) };
    case 'taskQuery':
      // What is shown stays until the answer is there.
      return { ...panel, taskQuery: message.query, tasks: { ...panel.tasks, epoch: -1, error: undefined } };
    case 'control':
      return { ...panel, asked: message.action, notice: undefined };
    case 'loop':
      return {
        ...panel,
        loop: message.loop,
        tasks: emptyWindow(),
        selection: undefined,
        task: undefined,
        timeline: undefined,
        findings: undefined,
        graph: undefined,
        alive: undefined,
        notice: undefined,
      };
    case 'select':
      return { ...panel, selection: message.selection, task: keepTask(panel, message.selection) };
    case 'task':
      return panel.selection?.task === message.answer.id ? { ...panel, task: message.answer } : panel;
    case 'findings':
      return { ...panel, findings: message.answer };
    case 'graph':
      return { ...panel, graph: message.answer };
    case 'alive':
      return { ...panel, alive: message.rows };
    case 'timeline':
      return { ...panel, timeline: message.timeline };
    case 'tab':
      return { ...panel, tab: message.tab };
    case 'breakpoints':
      return { ...panel, breakpoints: message.breakpoints };
    case 'notice':
      return { ...panel, notice: message.text };
  }
}

/** What was shown stays when the session that it belongs to ends; any other change starts afresh. */
function ofSession(panel: PanelState, session: SessionView): PanelState {
  const was = panel.session;
  const goesOn =
    (session.kind === 'ended' || session.kind === 'active') &&
    (was.kind === 'active' || was.kind === session.kind) &&
    'name' in was &&
    was.name === session.name;
  return goesOn
    ? { ...panel, session, asked: undefined }
    : {
        ...initial,
        session,
        tab: panel.tab,
        taskQuery: panel.taskQuery,
        breakpoints: panel.breakpoints,
        epoch: panel.epoch,
        selection: session.kind === 'active' ? panel.selection : undefined,
      };
}

function ofState(panel: PanelState, state: State, at: number): PanelState {
  const asked = state.mode === 'running' ? panel.asked : undefined;
  // Fewer ticks than before: the program was restarted, or another loop is shown.
  const again = panel.state && (state.loop !== panel.state.loop || state.lastTick < panel.state.lastTick);
  const timeline = again ? undefined : panel.timeline;
  // A program that went on since may be kept by others.
  const still = sameTick(panel.state, state) && state.mode !== 'ended';
  const alive = still ? panel.alive : undefined;
  // Nobody asks a program that runs unless they are looked at: what was found before it went on is not shown as now's.
  const kept = !again && (state.mode !== 'running' || panel.tab === 'findings');
  const findings = kept ? panel.findings : undefined;
  // What is drawn stays until the new is there, unless nobody looks.
  const graph = !again && panel.tab === 'graph' ? panel.graph : undefined;
  const base = { ...panel, state, stateAt: at, asked, timeline, findings, graph, alive };
  // A past moment does not change: only where the head is does.
  if (panel.state && isPast(state) && sameMoment(panel.state, state))
    return { ...base, findings: panel.findings, graph: panel.graph };
  return { ...base, epoch: panel.epoch + 1 };
}

function ofRows(panel: PanelState, message: Extract<Message, { type: 'rows' }>): PanelState {
  const markEntered = panel.state !== undefined && !isMoving(panel);
  const list = arrive<AnyRow>(panel.lists[message.queue], message.answer, markEntered);
  const lists: Lists = { ...panel.lists, [message.queue]: list };
  return { ...panel, lists, selection: reselect(panel, message.queue, message.answer.rows) };
}

/** The selected entry as it is in the newest rows. */
function reselect(panel: PanelState, queue: QueueName, rows: readonly AnyRow[]): Selection | undefined {
  const selection = panel.selection;
  if (selection?.queue !== queue) return selection;
  const row = rows.find((r) => r.id === selection.id);
  return row ? { ...selection, row } : selection;
}

function keepTask(panel: PanelState, selection: Selection | undefined): TaskAnswer | undefined {
  return selection?.task !== undefined && panel.task?.id === selection.task ? panel.task : undefined;
}

function sameTick(a: State | undefined, b: State): boolean {
  return a?.loop === b.loop && a.live === b.live && a.lastTick === b.lastTick && a.mode === b.mode;
}

function sameMoment(a: State, b: State): boolean {
  return (
    a.loop === b.loop &&
    a.live === b.live &&
    a.cursor.tick === b.cursor.tick &&
    a.cursor.callback === b.cursor.callback
  );
}

/** The cursor is behind the head. */
export function isPast(state: State): boolean {
  return !state.live;
}

/** Ages and deadlines count on: the moment shown is now, and the loop runs. */
export function isMoving(panel: PanelState): boolean {
  const mode = panelMode(panel);
  return mode === 'running' || mode === 'pausing';
}

export function panelMode(panel: PanelState): PanelMode {
  const { session, state } = panel;
  switch (session.kind) {
    case 'none':
    case 'starting':
    case 'failed':
      return session.kind;
    case 'ended':
      return state && isPast(state) ? 'past' : 'ended';
    case 'active':
      if (!state) return 'starting';
      if (isPast(state)) return 'past';
      return panel.asked === 'pause' && state.mode === 'running' ? 'pausing' : state.mode;
  }
}

/** The callback that the cursor stands in or before: shown apart from the rest of ready. */
export interface Head {
  row: ReadyRow;
  /** It runs; else it is about to. */
  now: boolean;
  /** It is also the first row of ready. */
  listed: boolean;
}

/**
 * A program that stands inside a callback names it as running; one that stands before a callback has it as the
 * first row of ready, unless that row waits for the next tick.
 */
export function headOf(panel: PanelState): Head | undefined {
  const { state, lists } = panel;
  const first = lists.ready.rows.get(0);
  if (state?.running) {
    const listed = first?.id === state.running.id;
    return { row: state.running, now: isMoving(panel) || !listed, listed };
  }
  const mode = panelMode(panel);
  const stands = mode === 'paused' || mode === 'past';
  return stands && first && !first.nextTick ? { row: first, now: false, listed: true } : undefined;
}

/** What an answer must still match to be shown: the session's loop and the moment that it was asked for. */
export function viewKey(panel: PanelState): string {
  const { state } = panel;
  if (!state) return 'nothing';
  const moment =
    state.live && state.mode === 'running' ? 'now' : `${state.cursor.tick}.${state.cursor.callback}`;
  return `${state.loop} ${state.live} ${moment}`;
}

/** All lists show the moment of the state: until then the views keep the moment before. */
export function isComplete(panel: PanelState): boolean {
  return QUEUES.every((queue) => panel.lists[queue].epoch === panel.epoch);
}

export class Store {
  private panel = initial;
  private readonly observers = new Set<(panel: PanelState) => void>();

  get current(): PanelState {
    return this.panel;
  }

  dispatch(message: Message): void {
    const next = reduce(this.panel, message);
    if (next === this.panel) return;
    this.panel = next;
    for (const observer of this.observers) observer(next);
  }

  /** Returns the function that ends the observation. */
  observe(observer: (panel: PanelState) => void): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }
}

/** A task's name, where the panel has come across it. */
export function taskName({ lists, tasks, graph }: PanelState, task: TaskId): string | undefined {
  for (const { rows } of [lists.waiting, lists.ready, tasks])
    for (const row of rows.values()) if ('task' in row && row.task === task) return row.name;
  return graph && 'nodes' in graph ? graph.nodes.find((node) => node.task === task)?.label : undefined;
}
