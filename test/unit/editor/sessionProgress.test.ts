import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type Progress, advance, ended, started, targetOf } from '../../../src/editor/sessionProgress';

type Message = DebugProtocol.ProtocolMessage;
const event = (name: string, body?: unknown) => ({ seq: 0, type: 'event', event: name, body }) as Message;
const response = (command: string, success = true, message?: string) =>
  ({ seq: 0, type: 'response', request_seq: 1, command, success, message }) as Message;

function after(...messages: Message[]): Progress {
  return messages.reduce((progress, message) => advance(progress, message, 'app', 'asyncio'), started('app'));
}

describe('the progress of a session', () => {
  const ended0 = { kind: 'ended', name: 'app', target: 'asyncio', exitCode: 0, message: undefined };

  it('goes from starting through active to ended, with the exit code', () => {
    assert.deepEqual(after(response('initialize'), event('initialized')).view, {
      kind: 'starting',
      name: 'app',
    });
    assert.deepEqual(after(response('launch')).view, { kind: 'active', name: 'app', target: 'asyncio' });
    assert.deepEqual(
      after(response('launch'), event('exited', { exitCode: 0 }), event('terminated')).view,
      ended0,
    );
  });

  it('takes an exit code that comes after the end', () => {
    assert.deepEqual(
      after(response('launch'), event('terminated'), event('exited', { exitCode: 0 })).view,
      ended0,
    );
  });

  it('stays ended when the launch is answered late', () => {
    assert.equal(after(event('terminated'), response('launch')).view.kind, 'ended');
  });

  it('shows why it failed, also after the end that follows', () => {
    const view = { kind: 'failed', name: 'app', message: 'There is no such file.' };
    const failed = after(response('launch', false, 'There is no such file.'), event('terminated'));
    assert.deepEqual(failed.view, view);
    assert.deepEqual(ended(failed, 'app', 'asyncio', 'too late').view, view);
  });

  it("ends with the adapter's sentence that explains the end, or with the reason given", () => {
    const said = event('output', {
      category: 'console',
      output: 'It ended without running an event loop.\n',
    });
    const fault = event('output', { category: 'important', output: 'Nothing is seen from here on.' });
    const view = after(response('launch'), said, event('terminated')).view;
    assert.equal(view.kind === 'ended' && view.message, 'It ended without running an event loop.');
    const faulty = after(response('launch'), fault, event('terminated')).view;
    assert.equal(faulty.kind === 'ended' && faulty.message, 'Nothing is seen from here on.');
    const tick = event('tickscope/changed', { loop: 1, tick: 1, counts: {}, mode: 'running' });
    const logged = event('output', { category: 'console', output: 'tick 1' });
    const ticked = after(response('launch'), tick, logged, event('terminated')).view;
    assert.equal(ticked.kind === 'ended' && ticked.message, undefined);
    const died = ended(after(response('launch'), said), 'app', 'asyncio', 'It died.').view;
    assert.equal(died.kind === 'ended' && died.message, 'It died.');
  });

  it('keeps the last change', () => {
    const changed = {
      loop: 1,
      tick: 4,
      counts: { ready: 1, waiting: 2, timers: 3, tasks: 3 },
      mode: 'paused',
    };
    // A program may tick before its launch is answered.
    assert.deepEqual(after(event('tickscope/changed', changed), response('launch')).changed, changed);
    assert.equal(after(event('tickscope/changed', changed), response('restart')).view.kind, 'active');
  });

  it('is the same object when nothing that is shown changed', () => {
    const progress = after(response('launch'));
    for (const message of [
      event('output', { category: 'stdout', output: 'x' }),
      event('thread'),
      response('threads'),
    ]) {
      assert.equal(advance(progress, message, 'app', 'asyncio'), progress);
    }
  });
});

describe('targetOf', () => {
  it('believes the configuration, else goes by the program', () => {
    assert.equal(targetOf({ target: 'loop', program: 'a.py' }), 'loop');
    assert.equal(targetOf({ program: '/a/b.PY' }), 'asyncio');
    assert.equal(targetOf({ module: 'pkg' }), 'asyncio');
    assert.equal(targetOf({ program: 'server.js' }), 'node');
  });
});
