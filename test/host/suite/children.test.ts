import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Rows, TimerRow } from '../../../src/adapter/contract';
import { Debugging, file, launch } from './debugging';

/** Runs itself as a child that sleeps until it is ended. */
const PROGRAM = `
import asyncio, sys

async def main():
    child = await asyncio.create_subprocess_exec(sys.executable, __file__, "child")
    await child.wait()

asyncio.run(asyncio.sleep(3600) if sys.argv[1:] else main())
`;

describe('a child process', () => {
  let debugging: Debugging;
  const listening: vscode.Disposable[] = [];
  before(() => {
    debugging = new Debugging();
  });
  afterEach(() => debugging.reset());
  after(() => {
    debugging.dispose();
    for (const each of listening) each.dispose();
  });

  it('has a session under that of its parent, and ends with it', async () => {
    const program = file('starts_a_child.py');
    writeFileSync(program, PROGRAM);
    const ended = new Set<string>();
    const child = new Promise<vscode.DebugSession>((resolve) =>
      listening.push(
        vscode.debug.onDidStartDebugSession((session) => session.parentSession && resolve(session)),
      ),
    );
    const bothEnded = new Promise<void>((resolve) =>
      listening.push(
        vscode.debug.onDidTerminateDebugSession((session) => {
          if (ended.add(session.id).size === 2) resolve();
        }),
      ),
    );
    await launch({ name: 'parent', program, subProcess: true });
    const session = await child;
    const parent = session.parentSession!;
    assert.equal(parent.name, 'parent');
    assert.match(session.name, /^starts_a_child\.py \[pid \d+\]$/);

    // Refused until it has a loop; the timer is there once its first tick is over.
    const window = { queue: 'timers', start: 0, count: 10 };
    const none: Rows<TimerRow> = { total: 0, rows: [] };
    let { rows } = none;
    while (rows.length === 0)
      ({ rows } = await session.customRequest('tickscope/rows', window).then(
        (told: Rows<TimerRow>) => told,
        () => none,
      ));
    assert.equal(rows.length, 1);
    assert.ok(rows[0]!.dueInMs > 3_500_000, `${rows[0]!.dueInMs}`);

    await vscode.debug.stopDebugging(parent);
    await bothEnded;
    assert.ok(ended.has(session.id) && ended.has(parent.id));
  });
});
