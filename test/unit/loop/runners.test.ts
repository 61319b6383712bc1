import assert from 'node:assert/strict';
import { newEventLoop } from '../../../src/loop/baseEvents';
import type { ExceptionContext } from '../../../src/loop/exceptionHandling';
import { VirtualClock } from '../../../src/loop/clock';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError, KeyboardInterrupt, RuntimeError, ValueError } from '../../../src/loop/exceptions';
import { run, Runner } from '../../../src/loop/runners';
import { shared } from '../../../src/loop/shared';
import { sleep } from '../../../src/loop/sleep';
import { createTask } from '../../../src/loop/tasks';

const loopFactory = () => newEventLoop({ clock: new VirtualClock() });

describe('run', () => {
  it('gives the result, and closes the loop', async () => {
    const loop = await run(
      async () => {
        await sleep(3600);
        return getRunningLoop();
      },
      { loopFactory },
    );
    assert.equal(loop.isClosed(), true);
    assert.equal(loop.time(), 3600);
    assert.equal(shared.runningLoop, undefined);
  });

  it('throws what the coroutine throws', async () => {
    await assert.rejects(
      run(async () => {
        throw new TypeError('x');
      }),
      new TypeError('x'),
    );
  });

  it('cancels what is left, and reports how that failed', async () => {
    const told: ExceptionContext[] = [];
    const log: string[] = [];
    const error = new Error('in cleanup');
    await run(
      async () => {
        getRunningLoop().setExceptionHandler((_, context) => told.push(context));
        createTask(async () => {
          try {
            await sleep(10);
          } finally {
            await sleep(1);
            log.push('cleaned');
          }
        });
        createTask(async () => {
          await sleep(10).then(undefined, () => undefined);
          try {
            await sleep(10);
          } catch {
            throw error;
          }
        });
        await sleep(1);
      },
      { loopFactory },
    );
    assert.deepEqual(log, ['cleaned']);
    assert.deepEqual(
      told.map((context) => [context.message, context.exception]),
      [['unhandled exception during asyncio.run() shutdown', error]],
    );
  });

  it('refuses to run inside a loop, and what is no coroutine', async () => {
    await run(async () => {
      await assert.rejects(
        run(async () => 1),
        new RuntimeError('asyncio.run() cannot be called from a running event loop'),
      );
    });
    await assert.rejects(run(4 as never), new ValueError('a coroutine was expected, got 4'));
  });

  it('sets debug mode', async () => {
    assert.equal(await run(async () => getRunningLoop().getDebug(), { debug: true }), true);
    assert.equal(await run(async () => getRunningLoop().getDebug(), { debug: false }), false);
  });
});

describe('Runner', () => {
  it('runs one coroutine after another in one loop', async () => {
    const runner = new Runner({ loopFactory });
    const loop = runner.getLoop();
    assert.equal(await runner.run(sleep(1, 'a')), 'a');
    assert.equal(await runner.run(async () => getRunningLoop()), loop);
    await runner.close();
    await runner.close();
    assert.equal(loop.isClosed(), true);
    const late = sleep(1);
    await assert.rejects(runner.run(late), new RuntimeError('Runner is closed'));
    late.close();
  });

  it('cancels the coroutine on Ctrl+C, and then says KeyboardInterrupt', async () => {
    const log: string[] = [];
    const runner = new Runner();
    const running = runner.run(async () => {
      setImmediate(() => process.emit('SIGINT'));
      try {
        await sleep(1000);
      } catch (error) {
        log.push(String(error instanceof CancelledError));
        throw error;
      }
    });
    await assert.rejects(running, KeyboardInterrupt);
    await runner.close();
    assert.deepEqual(log, ['true']);
    assert.equal(process.listenerCount('SIGINT'), 0);
  });

  it('leaves the loop at the second Ctrl+C', async () => {
    const runner = new Runner();
    const running = runner.run(async () => {
      setImmediate(() => process.emit('SIGINT'));
      try {
        await sleep(1000);
      } catch {
        setImmediate(() => process.emit('SIGINT'));
        await sleep(1000);
      }
    });
    await assert.rejects(running, KeyboardInterrupt);
    await runner.close();
  });
});
