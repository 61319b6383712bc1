/** The stack of the code that calls. */

/** The stack, innermost first, ours on top, but for `above` and what it calls; empty where the program has frozen Error. Runs nothing of the program's. */
export function stackHere(depth: number, above?: (...args: never[]) => unknown): NodeJS.CallSite[] {
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  let found: NodeJS.CallSite[] = [];
  try {
    Object.defineProperty(Error, 'stackTraceLimit', { value: depth, configurable: true, writable: true });
    Object.defineProperty(Error, 'prepareStackTrace', {
      value: (_error: Error, sites: NodeJS.CallSite[]) => {
        found = sites;
        return '';
      },
      configurable: true,
    });
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, above);
    void holder.stack;
  } catch {
    // The program has frozen Error.
  } finally {
    restore('stackTraceLimit', limit);
    restore('prepareStackTrace', prepare);
  }
  return found;
}

function restore(name: string, descriptor: PropertyDescriptor | undefined): void {
  if (descriptor) Object.defineProperty(Error, name, descriptor);
  else Reflect.deleteProperty(Error, name);
}
