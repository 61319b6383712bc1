import assert from 'node:assert/strict';
import { newEventLoop } from '../../../src/loop/baseEvents';
import type { ExceptionContext } from '../../../src/loop/exceptionHandling';
import { VirtualClock } from '../../../src/loop/clock';
import { CancelledError, InvalidStateError } from '../../../src/loop/exceptions';
import { Future, isFuture } from '../../../src/loop/futures';
import { virtually } from './virtual';

const newLoop = () => newEventLoop({ clock: new VirtualClock() });

describe('Future', () => {
  it('has a result once', () => {
    const future = newLoop().createFuture<number>();
    assert.throws(() => future.result(), new InvalidStateError('Result is not set.'));
    assert.throws(() => future.exception(), new InvalidStateError('Exception is not set.'));
    future.setResult(3);
    assert.equal(future.done(), true);
    assert.equal(future.result(), 3);
    assert.equal(future.exception(), undefined);
    assert.throws(() => future.setResult(4), new InvalidStateError('FINISHED: <Future finished result=3>'));
    assert.throws(() => future.setException(new Error('x')), InvalidStateError);
    assert.equal(future.cancel(), false);
  });

  it('throws what was set, also undefined', () => {
    const loop = newLoop();
    for (const error of [new TypeError('x'), undefined]) {
      const future = loop.createFuture();
      future.setException(error);
      let thrown: unknown = 'nothing';
      try {
        future.result();
      } catch (caught) {
        thrown = caught;
      }
      assert.equal(thrown, error);
      assert.equal(future.exception(), error);
    }
  });

  it('is cancelled with a message', () => {
    const future = newLoop().createFuture();
    assert.equal(future.cancel('why'), true);
    assert.equal(future.cancelled(), true);
    assert.throws(() => future.result(), new CancelledError('why'));
    assert.throws(() => future.exception(), CancelledError);
    assert.equal(future.toString(), '<Future cancelled>');
  });

  it('calls back through callSoon, in order, and never those taken back', async () => {
    await virtually(function* () {
      const log: string[] = [];
      const future = new Future<string>();
      const first = (done: Future<string>) => log.push(`first ${done.result()}`);
      const gone = () => log.push('gone');
      future.addDoneCallback(first);
      future.addDoneCallback(gone);
      future.addDoneCallback(gone);
      future.addDoneCallback(() => log.push('last'));
      assert.equal(future.removeDoneCallback(gone), 2);
      future.setResult('r');
      future.addDoneCallback(first);
      assert.deepEqual(log, []);
      yield;
      assert.deepEqual(log, ['first r', 'last', 'first r']);
    });
  });

  it('says what it is', () => {
    const loop = newLoop();
    const future = new Future<number>({ loop });
    assert.equal(isFuture(future), true);
    assert.equal(isFuture({}), false);
    assert.equal(future.getLoop(), loop);
    assert.equal(String(future), '<Future pending>');
    future.addDoneCallback(function done() {});
    assert.equal(String(future), '<Future pending cb=[done()]>');
  });

  it('reports an error that nobody asked for when the loop is closed', () => {
    const loop = newLoop();
    const told: ExceptionContext[] = [];
    loop.setExceptionHandler((_, context) => told.push(context));
    const lost = loop.createFuture();
    const asked = loop.createFuture();
    const error = new Error('lost');
    lost.setException(error);
    asked.setException(new Error('asked'));
    asked.exception();
    loop.close();
    assert.equal(told.length, 1);
    assert.equal(told[0].message, 'Future exception was never retrieved');
    assert.equal(told[0].exception, error);
    assert.equal(told[0].future, lost);
  });
});
