/** Which function Node will call for a resource, and through which descriptor something arrived: read from Node's own objects. */
import type { AnyFunction, Functions } from '../../v8/functions';
import type { Running } from './gate';

/** Where Node keeps the function, by the type of the resource. */
const FUNCTION: Readonly<Record<string, string>> = {
  Timeout: '_onTimeout',
  Immediate: '_onImmediate',
  TickObject: 'callback',
  Microtask: 'callback',
  GETADDRINFOREQWRAP: 'callback',
  GETNAMEINFOREQWRAP: 'callback',
  QUERYWRAP: 'callback',
  PROCESSWRAP: 'onexit',
  SIGNALWRAP: 'onsignal',
  TCPSERVERWRAP: 'onconnection',
  PIPESERVERWRAP: 'onconnection',
  FSEVENTWRAP: 'onchange',
  STATWATCHER: 'onchange',
  UDPWRAP: 'onmessage',
};
/** Of these Node calls itself, and keeps no function that could be told. */
export const CALLS_NODE: ReadonlySet<string> = new Set([
  'TCPWRAP',
  'PIPEWRAP',
  'TTYWRAP',
  'HTTPINCOMINGMESSAGE',
  'HTTPCLIENTREQUEST',
]);
/** Node's own objects, whose fields are plain. */
const FREQUENT = new Set(['Timeout', 'Immediate', 'TickObject']);
/** Requests that bring one callback. */
const COMPLETED = 'oncomplete';
/** What Node's closures call those that they wrap. */
const WRAPPED = ['cb', 'callback'];

/** Undefined where Node does not say. Runs no code of the program's. */
export function calledFunction({ type, resource }: Running, functions: Functions): AnyFunction | undefined {
  if (resource === undefined || CALLS_NODE.has(type)) return undefined;
  const name = FUNCTION[type] ?? COMPLETED;
  if (FREQUENT.has(type)) {
    const called = (resource as Record<string, unknown>)[name];
    return typeof called === 'function' ? (called as AnyFunction) : undefined;
  }
  const called = plainly(resource, name) ?? (name === COMPLETED ? plainly(resource, 'callback') : undefined);
  if (typeof called !== 'function') return undefined;
  // Node calls a function of its own, which calls what listens: for a server there is no doubt what that is.
  if (type === 'TCPSERVERWRAP' || type === 'PIPESERVERWRAP')
    return listener(resource, 'connection') ?? (called as AnyFunction);
  if (type === 'FSREQCALLBACK') return ofFile(resource, called as AnyFunction, functions);
  return called as AnyFunction;
}

/** Node wraps what was given to functions of `fs`. */
function ofFile(request: object, called: AnyFunction, functions: Functions): AnyFunction {
  const context = plainly(request, 'context');
  if (called.name === 'readFileAfterClose' && isObject(context)) {
    const callback = plainly(context, 'callback');
    if (typeof callback === 'function') return callback as AnyFunction;
  }
  if (called.name !== '' || functions.location(called)?.path !== '') return called;
  return functions.heldBy(called, WRAPPED) ?? called;
}

export interface Source {
  /** -1 when it has none. */
  fd: number;
  /** Its own address and its peer's; '' not known. */
  text: string;
}

interface Addressed {
  getsockname?: (out: object) => number;
  getpeername?: (out: object) => number;
}

/** Through what it came; undefined where that is no socket, pipe, terminal or the like. */
export function sourceOf({ resource }: Running): Source | undefined {
  const handle = handleOf(resource);
  if (handle === undefined) return undefined;
  const fd = plainly(handle, 'fd');
  return { fd: typeof fd === 'number' ? fd : -1, text: addresses(handle) };
}

/** The handle itself, that of a request to write, or that of the socket on which HTTP is spoken. */
function handleOf(resource: object | undefined): object | undefined {
  if (resource === undefined) return undefined;
  if (typeof plainly(resource, 'fd') === 'number') return resource;
  for (const name of ['handle', 'socket']) {
    let held = plainly(resource, name);
    if (name === 'socket' && isObject(held)) held = plainly(held, '_handle');
    if (isObject(held) && typeof plainly(held, 'fd') === 'number') return held;
  }
  return undefined;
}

function addresses(handle: object): string {
  const { getsockname, getpeername } = handle as Addressed;
  const [own, peer] = [getsockname, getpeername].map((get) => {
    const out: { address?: string; port?: number } = {};
    if (typeof get !== 'function' || get.call(handle, out) !== 0 || out.address === undefined) return '';
    return `${out.address.includes(':') ? `[${out.address}]` : out.address}:${out.port}`;
  });
  return [own, peer].filter((text) => text !== '').join(' - ');
}

/** "silent connection to 127.0.0.1:80" where the program made it and nothing ever came from there. */
export function silentPeer(handle: object): string | undefined {
  const { bytesRead } = handle as { bytesRead?: unknown };
  const owner = ownerOf(handle);
  // Who was accepted knows its server.
  if (bytesRead !== 0 || !isObject(owner) || plainly(owner, 'server')) return undefined;
  const peer = addresses(handle).split(' - ')[1];
  return peer === undefined ? undefined : `silent connection to ${peer}`;
}

/** Node's object in JavaScript for it. */
function ownerOf(handle: object): unknown {
  const symbol = Object.getOwnPropertySymbols(handle).find(
    ({ description }) => description === 'owner_symbol',
  );
  return symbol && (handle as Record<symbol, unknown>)[symbol];
}

function listener(handle: object, event: string): AnyFunction | undefined {
  const owner = ownerOf(handle);
  const events = isObject(owner) ? plainly(owner, '_events') : undefined;
  const listening = isObject(events) ? plainly(events, event) : undefined;
  const first: unknown = Array.isArray(listening) ? listening[0] : listening;
  return typeof first === 'function' ? (first as AnyFunction) : undefined;
}

/** A field that is plain data, or a getter of Node's own. */
function plainly(object: object, name: string): unknown {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found === undefined) continue;
    if (found.get === undefined) return found.value;
    return /\[native code\]/.test(Function.prototype.toString.call(found.get)) || at === object
      ? (found.get.call(object) as unknown)
      : undefined;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
