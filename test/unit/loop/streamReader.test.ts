import assert from 'node:assert/strict';
import { getRunningLoop } from '../../../src/loop/events';
import {
  IncompleteReadError,
  LimitOverrunError,
  RuntimeError,
  ValueError,
} from '../../../src/loop/exceptions';
import { sleep } from '../../../src/loop/sleep';
import { StreamReader } from '../../../src/loop/streamReader';
import { createTask } from '../../../src/loop/tasks';
import { Transport } from '../../../src/loop/transports';
import type { BaseProtocol } from '../../../src/loop/protocols';
import { virtually } from './virtual';

const bytes = (text: string) => Buffer.from(text);

/** Counts how it is told to pause and to resume. */
class Pausable extends Transport {
  log: string[] = [];
  override pauseReading(): void {
    this.log.push('pause');
  }
  override resumeReading(): void {
    this.log.push('resume');
  }
  override isClosing(): boolean {
    return false;
  }
  override close(): void {}
  override setProtocol(): void {}
  override getProtocol(): BaseProtocol {
    throw new Error('has none');
  }
}

describe('StreamReader', () => {
  it('reads lines, exact numbers and what there is', () =>
    virtually(async () => {
      const reader = new StreamReader();
      getRunningLoop().callLater(1, () => reader.feedData(bytes('one\ntw')));
      getRunningLoop().callLater(2, () => reader.feedData(bytes('o\nabcdef')));
      getRunningLoop().callLater(3, () => reader.feedEof());
      assert.equal(String(await reader.readline()), 'one\n');
      assert.equal(String(await reader.readline()), 'two\n');
      assert.equal(String(await reader.readexactly(3)), 'abc');
      assert.equal(String(await reader.read(2)), 'de');
      assert.equal(String(await reader.read()), 'f');
      assert.equal(reader.atEof(), true);
      assert.equal((await reader.readline()).length, 0);
    }));

  it('gives what is left when the stream ends in the middle', () =>
    virtually(async () => {
      const reader = new StreamReader();
      reader.feedData(bytes('part'));
      reader.feedEof();
      await assert.rejects(
        async () => await reader.readexactly(9),
        (error: unknown) =>
          error instanceof IncompleteReadError && String(error.partial) === 'part' && error.expected === 9,
      );
      const other = new StreamReader();
      other.feedData(bytes('part'));
      other.feedEof();
      assert.equal(String(await other.readline()), 'part');
    }));

  it('finds the separator that ends first, over several pieces', () =>
    virtually(async () => {
      const reader = new StreamReader();
      reader.feedData(bytes('abc-'));
      const read = createTask(reader.readuntil(['-->', '|']));
      await sleep(0);
      reader.feedData(bytes('->|rest'));
      assert.equal(String(await read), 'abc-->');
      assert.equal(String(await reader.readuntil('|')), '|');
      await assert.rejects(async () => await reader.readuntil(''), ValueError);
    }));

  it('refuses lines longer than its limit', () =>
    virtually(async () => {
      const reader = new StreamReader({ limit: 4 });
      reader.feedData(bytes('toolong\nok\n'));
      await assert.rejects(
        async () => await reader.readuntil('\n'),
        (error: unknown) => error instanceof LimitOverrunError && error.consumed === 7,
      );
      await assert.rejects(async () => await reader.readline(), ValueError);
      assert.equal(String(await reader.readline()), 'ok\n');
      reader.feedData(bytes('without end'));
      await assert.rejects(async () => await reader.readline(), /chunk exceed the limit/);
      reader.feedData(bytes('x\n'));
      assert.equal(String(await reader.readline()), 'x\n');
    }));

  it('pauses its transport over twice the limit, and resumes it', () =>
    virtually(async () => {
      const reader = new StreamReader({ limit: 4 });
      const transport = new Pausable();
      reader.setTransport(transport);
      reader.feedData(bytes('12345678'));
      assert.deepEqual(transport.log, []);
      reader.feedData(bytes('9'));
      assert.deepEqual(transport.log, ['pause']);
      await reader.read(4);
      assert.deepEqual(transport.log, ['pause']);
      await reader.read(1);
      assert.deepEqual(transport.log, ['pause', 'resume']);
    }));

  it('throws what broke it into who waits', () =>
    virtually(async () => {
      const reader = new StreamReader();
      const read = createTask(reader.read(1));
      await sleep(0);
      await assert.rejects(
        async () => await reader.readline(),
        new RuntimeError('readuntil() called while another coroutine is already waiting for incoming data'),
      );
      const error = new Error('gone');
      reader.setException(error);
      await assert.rejects(async () => await read, error);
      await assert.rejects(async () => await reader.read(1), error);
    }));

  it('is a source of lines', () =>
    virtually(async () => {
      const reader = new StreamReader();
      reader.feedData(bytes('a\nb\nc'));
      reader.feedEof();
      const lines: string[] = [];
      for await (const line of reader) lines.push(String(line));
      assert.deepEqual(lines, ['a\n', 'b\n', 'c']);
    }));
});
