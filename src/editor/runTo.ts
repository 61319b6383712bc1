/** The commands that let the program run until something happens on its schedule. */
import * as vscode from 'vscode';
import type { ReadyRow, Requests, Rows, State, TaskId, TickPlace } from '../adapter/contract';
import { refusal } from '../breakpoints/tickBreakpoint';
import type { Session } from './session';
import { taskOfThread } from './threads';

type Step = Requests['tickscope/step'][0];

/** What the editor hands to a command in a menu of the Call Stack, or the panel to one of its own. */
export interface Where {
  threadId?: string;
  tickscopeTask?: TaskId;
}

/** Throws a sentence where no task is meant. */
export async function untilTask(session: Session, where: Where | undefined): Promise<Step> {
  const task =
    where?.tickscopeTask ?? taskOfThread(where?.threadId) ?? focusedTask() ?? (await nextTask(session));
  if (task === undefined)
    throw new Error('No task is about to run: select one in Call Stack, or in the panel, and try again.');
  return { kind: 'task', task };
}

/** Undefined when the user thought better of it. */
export async function toTick(session: Session): Promise<Step | undefined> {
  const state = (await session.request('tickscope/state', {})) as State;
  const first = state.lastTick + 1;
  const typed = await vscode.window.showInputBox({
    title: 'Run to tick',
    prompt: `The program is at tick ${state.lastTick}. It stops before the first callback of the tick.`,
    value: String(first),
    validateInput: (text) =>
      /^\s*\d{1,15}\s*$/.test(text) && Number(text) >= first
        ? undefined
        : `Write the number of a tick that has not begun: ${first} or higher.`,
  });
  return typed === undefined ? undefined : { kind: 'runTo', tick: Number(typed) };
}

export async function toCallback(): Promise<Step | undefined> {
  const place = (name: string): TickPlace => ({ place: 'callback', function: name.trim() });
  const typed = await vscode.window.showInputBox({
    title: 'Run to the next callback of a kind',
    prompt:
      'The name of a function or coroutine; * and ? stand for any characters. Empty: the next callback of any.',
    placeHolder: 'handle_*',
    validateInput: (text) => (text.trim() === '' ? undefined : refusal({ ...place(text), id: 'x' })),
  });
  if (typed === undefined) return undefined;
  return typed.trim() === '' ? { kind: 'callback' } : { kind: 'runTo', place: place(typed) };
}

export const toIo: Step = { kind: 'runTo', place: { place: 'io' } };
export const toTimer: Step = { kind: 'runTo', place: { place: 'timer', on: 'due' } };

function focusedTask(): TaskId | undefined {
  const item = vscode.debug.activeStackItem;
  return item?.session.type === 'tickscope' ? taskOfThread(String(item.threadId)) : undefined;
}

async function nextTask(session: Session): Promise<TaskId | undefined> {
  const { running } = (await session.request('tickscope/state', {})) as State;
  if (running) return running.task;
  const asked: Requests['tickscope/rows'][0] = { queue: 'ready', start: 0, count: 1 };
  const { rows } = (await session.request('tickscope/rows', asked)) as Rows<ReadyRow>;
  return rows[0]?.task;
}
