import assert from 'node:assert/strict';
import { taskThread, loopThread } from '../../../src/adapter/threads';
import { taskOfThread } from '../../../src/editor/threads';

describe('threads of the Call Stack', () => {
  it('are known for those of tasks, as the adapter numbers them', () => {
    for (const task of [1, 7, 100_000]) {
      assert.equal(taskOfThread(String(taskThread(task))), task);
      assert.equal(taskOfThread(`thread:9b2f-11:${taskThread(task)}`), task);
    }
    assert.equal(taskOfThread(`thread:9b2f:${loopThread(3)}`), undefined);
    assert.equal(taskOfThread(undefined), undefined);
    assert.equal(taskOfThread('session'), undefined);
  });
});
