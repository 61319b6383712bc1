import assert from 'node:assert/strict';
import type { Debuggee } from '../../../src/adapter/debuggee';
import { threadsOf } from '../../../src/adapter/threads';
import { Variables } from '../../../src/adapter/variables';
import { HANDLER_TASK, resource, task, World } from '../model/node/world';

/** A Node program that stands, and tells nothing itself. */
function standing() {
  const read = [
    resource(10, 'TCPSERVERWRAP', true, { text: '[::]:8080', fd: 21, path: '/app/server.js', line: 40 }),
    resource(11, 'Timeout', true),
    resource(31, 'FSREQCALLBACK', false),
  ];
  const { model } = new World()
    .main()
    .rest()
    .snapshot([task(HANDLER_TASK, 'handler', 22)], read)
    .stop();
  const request = () => Promise.resolve({ variables: [] });
  return { model, target: 'node', mode: 'paused', request } as unknown as Debuggee;
}

describe('variables of a Node program', () => {
  it('the loop tells what keeps the program from exiting, each with where it came from', async () => {
    const variables = new Variables();
    const debuggee = standing();
    const loop = variables.scopes({ frame: 0, loop: 1 }).find(({ name }) => name === 'Loop')!;
    const facts = await variables.variables(debuggee, loop);
    const what = facts.find(({ name }) => name === 'keeps it from exiting')!;
    assert.equal(what.value, 'server: [::]:8080, timer again');
    const each = await variables.variables(debuggee, what);
    assert.deepEqual(
      each.map(({ value }) => value),
      ['server: [::]:8080 (server.js:40)', 'timer again (server.js:5)'],
    );
    const past = variables
      .scopes({ frame: 0, loop: 1, past: { loop: 1, tick: 2, callback: 0 } })
      .find(({ name }) => name === 'Loop')!;
    const then = await variables.variables(debuggee, past);
    assert.ok(!then.some(({ name }) => name === 'keeps it from exiting'), 'it was read now, not then');
  });

  it('a task tells nothing of steps, which Node does not tell', async () => {
    const variables = new Variables();
    const scope = variables
      .scopes({ frame: 0, loop: 1, task: HANDLER_TASK })
      .find(({ name }) => name === 'Task')!;
    const facts = await variables.variables(standing(), scope);
    assert.deepEqual(
      facts.map(({ name, value }) => `${name}: ${value}`),
      ['state: waiting', 'waits for: a promise', 'since tick: 7'],
    );
  });

  it('threads are the loop and its tasks', () => {
    assert.deepEqual(
      threadsOf(standing().model, new Set()).map(({ name }) => name),
      ['main', 'handler (waiting)'],
    );
  });
});
