/** What the last of an await chain waits for, each kind by a program of its own (`test/fixtures/node/leaves`). */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Snapshot } from '../../../src/wire/messages';
import { MAJORS, nodeNumbered, Suite } from './worker';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/node/leaves');
const ADDRESSES = '127\\.0\\.0\\.1:\\d+ - 127\\.0\\.0\\.1:\\d+';

/** Program → function → its reason: `kind: text`. */
const LEAVES: Record<string, Record<string, RegExp>> = {
  'connect.js': {
    byEvent: RegExp(`^connect: a connection by ${ADDRESSES}$`),
    byCallback: RegExp(`^connect: a connection by ${ADDRESSES}$`),
    byName: /^connect: a connection to localhost$/,
  },
  'write.js': {
    drains: RegExp(`^write: room to write to ${ADDRESSES}$`),
    written: RegExp(`^write: room to write to ${ADDRESSES}$`),
    finishes: RegExp(`^write: what was written to be sent to ${ADDRESSES}$`),
  },
  'files.js': {
    readsFile: /^fs: readFile of \/.*\/files\.js$/,
    stats: /^fs: stat of \/.*\/files\.js$/,
    byCallback: /^fs: a file system request$/,
    promisified: /^fs: a file system request$/,
    watches: /^fs: a change$/,
    reads: /^fs: read of a file handle$/,
  },
  'dns.js': {
    lookup: /^dns: the address of lookup\.invalid$/,
    byCallback: /^dns: the address of callback\.invalid$/,
    query: /^dns: the address of query\.invalid$/,
    reverse: /^dns: the name of 127\.0\.0\.1:80$/,
    connects: /^connect: a connection to connect\.invalid$/,
  },
  'ports.js': {
    byOnce: /^read: a message on a MessagePort$/,
    byHandler: /^read: a message on a MessagePort$/,
    listens: /^read: a message on a BroadcastChannel$/,
  },
  'abort.js': {
    listens: /^event: "abort" of an AbortSignal$/,
    byOnce: /^event: "abort" of an AbortSignal$/,
    byTimeout: /^event: "abort" of an AbortSignal$/,
    sleepsUnless: /^sleep: a timer of 60000 ms$/,
  },
  'pipeline.js': {
    fromSocket: RegExp(`^read: the end of ${ADDRESSES}$`),
    toSink: /^write: room to write to a Writable$/,
    toSocket: RegExp(`^write: room to write to ${ADDRESSES}$`),
    compressed: RegExp(`^read: the end of ${ADDRESSES}$`),
    finishes: RegExp(`^read: the end of ${ADDRESSES}$`),
  },
  'children.js': {
    exits: /^subprocess: the end of sleep 1000 \(pid \d+\)$/,
    closes: /^subprocess: the end of sleep 1000 \(pid \d+\)$/,
    executes: /^subprocess: the end of sleep 2000 \(pid \d+\)$/,
    byShell: /^subprocess: the end of \/bin\/sh -c exec sleep 3000 \(pid \d+\)$/,
    reads: /^read: data from stdout of sleep 1000 \(pid \d+\)$/,
    output: /^read: data from stdout of sleep 1000 \(pid \d+\)$/,
  },
  'worker.js': {
    // Node does not always tell which.
    message: /^event: "message" of (?:Worker 1|a Worker)$/,
    ends: /^event: "exit" of (?:Worker 1|a Worker)$/,
    asks: /^event: "message" of (?:Worker 1|a Worker)$/,
  },
};

describe('what the last of an await chain waits for', function () {
  this.timeout(60_000);
  const suite = new Suite('node');

  for (const [name, leaves] of Object.entries(LEAVES))
    for (const major of MAJORS)
      it(`${name}, ${major}`, async () => {
        const welcome = { breakpoints: [{ id: 'b', place: 'callback', function: 'stopHere' } as const] };
        const program = await suite.run(await nodeNumbered(major), path.join(fixtures, name), fixtures, {
          welcome,
        });
        await program.next('stopped');
        await program.ask('reasons', {});
        const snapshot = program.messages.findLast(
          (each): each is Snapshot => each.type === 'snapshot' && each.loop === 1,
        );
        const byName = new Map(snapshot?.tasks.map((task) => [task.name, task]));
        for (const [fn, expected] of Object.entries(leaves)) {
          const { reason } = byName.get(fn) ?? assert.fail(`${fn} is not among ${[...byName.keys()].join()}`);
          assert.match(`${reason.kind}: ${reason.text}`, expected, fn);
        }
        // It ends by itself, and with it what it started.
        await program.ask('continue', {});
        assert.equal((await program.end()).code, 0);
      });
});
