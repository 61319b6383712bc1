import assert from 'node:assert/strict';
import { newEventLoop } from '../../../src/loop/baseEvents';
import { VirtualClock } from '../../../src/loop/clock';
import { sleep } from '../../../src/loop/sleep';
import { allTasks, type Task } from '../../../src/loop/tasks';

describe('TaskRegistry', () => {
  it('knows every task that is not done, however many', async () => {
    const loop = newEventLoop({ clock: new VirtualClock() });
    const tasks: Task<unknown>[] = [];
    for (let i = 0; i < 10_500; i++) tasks.push(loop.createTask(sleep(i % 2 === 0 ? 1 : 3)));
    await loop.runUntilComplete(sleep(2));
    assert.equal(allTasks(loop).size, 5250);
    assert.equal([...allTasks(loop)][0], tasks[1]);
    await loop.runUntilComplete(sleep(2));
    assert.equal(allTasks(loop).size, 0);
    loop.close();
  });

  it('reports those left at the end, once', async () => {
    const loop = newEventLoop({ clock: new VirtualClock() });
    const told: unknown[] = [];
    loop.setExceptionHandler((_, context) => told.push(context.task));
    const tasks = Array.from({ length: 10_500 }, () => loop.createTask(sleep(9)));
    await loop.runUntilComplete(sleep(1));
    loop.close();
    assert.deepEqual(told, tasks);
  });
});
