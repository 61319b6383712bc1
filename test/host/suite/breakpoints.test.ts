import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { ReadyRow, TickPlace } from '../../../src/adapter/contract';
import { ask, Debugging, file, launch } from './debugging';

type Stopped = DebugProtocol.StoppedEvent;

describe('breakpoints on ticks', () => {
  let debugging: Debugging;
  before(() => (debugging = new Debugging()));
  afterEach(async () => {
    await debugging.reset();
    await vscode.commands.executeCommand('tickscope.removeBreakpoints');
  });
  after(() => debugging.dispose());

  const run = (command: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`tickscope.${command}`, ...args);
  const place = async () => {
    const { tick, callback } = (await ask('tickscope/state', {})).cursor;
    return [tick, callback];
  };
  /** As from the menu of an entry of the panel. */
  const set = (name: string, offer: TickPlace) =>
    run(`s${name.slice(1)}`, { tickscopeOffers: { [name]: offer } });

  it('that the panel sets are told to every session, beside those of launch.json', async () => {
    await set('StopAtTick', { place: 'tick', at: 3 });
    const own = { id: 'second', place: 'tick', at: 2 };
    for (const session of ['first', 'second']) {
      await launch({ name: session, program: file('sleepers.py'), tickBreakpoints: [own] });
      for (const [tick, id] of [
        [2, 'second'],
        [3, 'tick 3'],
      ] as const) {
        assert.equal((await debugging.next<Stopped>('stopped')).reason, 'breakpoint');
        assert.deepEqual(await place(), [tick, 0]);
        assert.deepEqual((await ask('tickscope/state', {})).stopped?.breakpoints, [id]);
        await vscode.commands.executeCommand('workbench.action.debug.continue');
      }
      await debugging.reset();
    }
  });

  it('are set while a program runs, and gone when they are removed', async () => {
    await launch({ program: file('sleepers.py'), stopOnEntry: true });
    await debugging.next<Stopped>('stopped');
    await set('StopAtTask', { place: 'callback', task: 'short' });
    await set('StopAtTick', { place: 'tick', at: 2 });
    const { breakpoints } = await ask('tickscope/state', {});
    assert.deepEqual(
      breakpoints?.map(({ id }) => id),
      ['before step of task short', 'tick 2'],
    );
    await run('removeBreakpoints');
    assert.equal((await ask('tickscope/state', {})).breakpoints, undefined);
  });

  it('let the program run until a task of the Call Stack, and to the next timer', async () => {
    await launch({ program: file('sleepers.py'), stopOnEntry: true });
    await debugging.next<Stopped>('stopped');
    await run('stepTick');
    await debugging.next<Stopped>('stopped');
    const { rows } = await ask('tickscope/rows', { queue: 'ready', start: 0, count: 10 });
    const last = (rows as ReadyRow[]).findLast(({ task }) => task !== undefined)!;
    await run('runUntilTask', { sessionId: 'x', threadId: `thread:x:${last.task! * 2}` });
    const stop = await debugging.next<Stopped>('stopped');
    assert.equal(stop.threadId, last.task! * 2);
    const [now] = (await ask('tickscope/rows', { queue: 'ready', start: 0, count: 1 })).rows as ReadyRow[];
    assert.equal(now.task, last.task);
    await run('runToTimer');
    assert.equal((await debugging.next<Stopped>('stopped')).reason, 'step');
    assert.deepEqual((await ask('tickscope/state', {})).stopped?.breakpoints, []);
  });
});
