// What the jobs of `jobs.ts` do; a thread job is a module and a function that it exports.
export function add(a, b) {
  return a + b;
}

export function fail(text) {
  throw new Error(text);
}

export function pause(ms, result) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return result;
}
