import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { newEventLoop } from '../../../src/loop/baseEvents';
import { getRunningLoop } from '../../../src/loop/events';
import { RuntimeError, ValueError } from '../../../src/loop/exceptions';
import { run } from '../../../src/loop/runners';

describe('signals', () => {
  it('become callbacks', () =>
    run(async () => {
      const loop = getRunningLoop();
      const caught = loop.createFuture<string>();
      loop.addSignalHandler('SIGUSR2', () => caught.setResult('replaced'));
      loop.addSignalHandler('SIGUSR2', (word: string) => caught.setResult(word), 'word');
      process.kill(process.pid, 'SIGUSR2');
      assert.equal(await caught, 'word');
      assert.equal(loop.removeSignalHandler('SIGUSR2'), true);
      assert.equal(loop.removeSignalHandler(12), false);
      assert.equal(process.listenerCount('SIGUSR2'), 0);
    }));

  it('are refused where they cannot be caught', () => {
    const loop = newEventLoop();
    assert.throws(
      () => loop.addSignalHandler('SIGKILL', () => undefined),
      new RuntimeError('sig 9 cannot be caught'),
    );
    assert.throws(
      () => loop.addSignalHandler(999, () => undefined),
      new ValueError('invalid signal number 999'),
    );
    assert.throws(() => loop.addSignalHandler('SIGUSR2', async () => undefined), TypeError);
    loop.addSignalHandler('SIGUSR2', () => undefined);
    loop.close();
    assert.equal(process.listenerCount('SIGUSR2'), 0);
    assert.throws(() => loop.addSignalHandler('SIGUSR2', () => undefined), /Event loop is closed/);
  });

  it("go to the program's own handler for Ctrl+C instead of cancelling it", async () => {
    const program = `
      const { run, getRunningLoop } = require(${JSON.stringify(join(__dirname, '../../../src/loop/asyncio.ts'))});
      run(async () => {
        const loop = getRunningLoop();
        const stop = loop.createFuture();
        loop.addSignalHandler('SIGINT', () => stop.setResult('handled'));
        console.log('ready');
        console.log(await stop);
      });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      if (output === 'ready\n') child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([output, code], ['ready\nhandled\n', 0]);
  });
});
