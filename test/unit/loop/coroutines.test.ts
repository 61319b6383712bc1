import assert from 'node:assert/strict';
import {
  coroutine,
  CoroutineObject,
  iscoroutine,
  iscoroutinefunction,
  type Coroutine,
} from '../../../src/loop/coroutines';
import { RuntimeError } from '../../../src/loop/exceptions';
import { reportNeverAwaited } from '../../../src/loop/neverAwaited';
import { sleep } from '../../../src/loop/sleep';
import { stderrOf } from './stderr';
import { virtually } from './virtual';

describe('coroutine', () => {
  it('does nothing until it is awaited', async () => {
    const log: string[] = [];
    const native = coroutine(async function native(text: string) {
      log.push(text);
    });
    const steps = coroutine(function* steps(text: string): Coroutine<void> {
      log.push(text);
    });
    await virtually(async () => {
      const both = [native('n'), steps('s')];
      await sleep(1);
      assert.deepEqual(log, []);
      for (const one of both) await one;
      assert.deepEqual(log, ['n', 's']);
    });
  });

  it('keeps name, this and arguments', async () => {
    const counter = {
      count: 1,
      add: coroutine(async function add(this: { count: number }, more: number) {
        return (this.count += more);
      }),
    };
    assert.equal(counter.add.name, 'add');
    await virtually(async () => assert.equal(await counter.add(2), 3));
    assert.equal(String(sleep(0)), '<coroutine object sleep>');
    await stderrOf(reportNeverAwaited);
  });

  it('is awaited once', async () => {
    await virtually(async () => {
      const once = sleep(0);
      await once;
      const again = new RuntimeError('cannot reuse already awaited coroutine');
      await assert.rejects(async () => await once, again);
      await assert.rejects(
        virtuallyNested(function* (): Coroutine<void> {
          yield* once;
        }),
        again,
      );
    });
  });

  it('throws into the caller what it throws, in either front', async () => {
    const fails = coroutine(async () => {
      await sleep(1);
      throw new TypeError('x');
    });
    await virtually(async () => {
      await assert.rejects(async () => await fails(), new TypeError('x'));
    });
    await virtually(function* () {
      try {
        yield* fails();
        assert.fail('no error');
      } catch (error) {
        assert.deepEqual(error, new TypeError('x'));
      }
    });
  });

  it('is known by iscoroutine and iscoroutinefunction', () => {
    const lazy = coroutine(async () => 1);
    const object = lazy();
    assert.equal(iscoroutine(object), true);
    object.close();
    assert.equal(iscoroutine((function* () {})()), true);
    assert.equal(iscoroutine(Promise.resolve()), false);
    assert.equal(iscoroutinefunction(lazy), true);
    assert.equal(
      iscoroutinefunction(async () => 1),
      true,
    );
    assert.equal(
      iscoroutinefunction(function* () {}),
      true,
    );
    assert.equal(
      iscoroutinefunction(() => 1),
      false,
    );
  });

  it('is reported when it was never awaited, and only then', async () => {
    const lost = coroutine(async function lost() {});
    const text = await stderrOf(async () => {
      await virtually(async () => {
        lost();
        await lost();
        lost().close();
        for (let i = 0; i < 3000; i++) await sleep(0);
      });
    });
    assert.equal(text, "RuntimeWarning: coroutine 'lost' was never awaited\n");
  });
});

/** Drives a generator inside the task that awaits this. */
async function virtuallyNested<T>(steps: () => Coroutine<T>): Promise<T> {
  return await new CoroutineObject('nested', steps());
}
