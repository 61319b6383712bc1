/** What runs on the threads of an executor. It is text because a bundle of this library is one file. */

/** Under this symbol of the global object a thread of ours has its name. */
export const THREAD_NAME = Symbol.for('tickscope.asyncio.thread');

/** To a thread: a job, or the end. */
export type ToThread = { module: string; name: string; args: unknown[] } | { stop: true };

/** From a thread: what became of its job. */
export type FromThread =
  { value: unknown } | { error: unknown; name?: string; fields?: Record<string, unknown> };

export const THREAD_WORKER = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
globalThis[Symbol.for('tickscope.asyncio.thread')] = workerData.name;

function failure(error) {
  return error instanceof Error ? { error, name: error.name, fields: { ...error } } : { error };
}

function plainFailure(error) {
  const plain = new Error(error.message);
  plain.stack = error.stack;
  return { error: plain, name: error.name };
}

async function run({ module, name, args }) {
  const found = await import(module);
  const job = found[name] ?? found.default?.[name];
  if (typeof job !== 'function') throw new TypeError(module + ' exports no function ' + name);
  return await job(...args);
}

parentPort.on('message', async (message) => {
  if (message.stop) process.exit(0);
  let reply;
  try {
    reply = { value: await run(message) };
  } catch (error) {
    reply = failure(error);
  }
  try {
    parentPort.postMessage(reply);
  } catch (error) {
    parentPort.postMessage('error' in reply ? plainFailure(reply.error) : plainFailure(error));
  }
});
`;
