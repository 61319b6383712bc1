/** What the types of Node's resources mean to a user: what of the loop they are, and what they wait for. */
import type { WaitReason } from '../../adapter/contract';

/** What a resource is to the loop. */
export const ROLE = {
  /** Nothing that waits: parsers, streams inside others, the program's own AsyncResources. Its callbacks are seen. */
  NONE: 0,
  /** process.nextTick */
  TICK: 1,
  IMMEDIATE: 2,
  /** queueMicrotask */
  MICROTASK: 3,
  TIMEOUT: 4,
  /** The main module. */
  MAIN: 5,
  /** Brings callbacks until it is closed. */
  HANDLE: 6,
  /** Brings one callback. */
  REQUEST: 7,
} as const;

export interface ResourceType {
  role: number;
  /** What it waits for; undefined: for nothing. */
  reason?: WaitReason['kind'];
  /** "waits for …" */
  waits: string;
  /** What it is: a row's name where no function of the user's is known. */
  name: string;
  /** A callback of it, likewise. */
  callback: string;
}

const OTHER: ResourceType = { role: ROLE.NONE, waits: '', name: '', callback: '' };
const job = (name: string): ResourceType => ({
  role: ROLE.REQUEST,
  reason: 'executor',
  waits: 'a job of the thread pool',
  name,
  callback: `${name} done`,
});
const fs: ResourceType = {
  role: ROLE.REQUEST,
  reason: 'fs',
  waits: 'a file system request',
  name: 'file system request',
  callback: 'file system request done',
};
const watcher: ResourceType = {
  role: ROLE.HANDLE,
  reason: 'fs',
  waits: 'a change of a file',
  name: 'file watcher',
  callback: 'file changed',
};
const connect: ResourceType = {
  role: ROLE.REQUEST,
  reason: 'connect',
  waits: 'a connection to be made',
  name: 'connect',
  callback: 'connected',
};
const server: ResourceType = {
  role: ROLE.HANDLE,
  reason: 'accept',
  waits: 'a connection',
  name: 'server',
  callback: 'connection accepted',
};
const write: ResourceType = {
  role: ROLE.REQUEST,
  reason: 'write',
  waits: 'a write to be done',
  name: 'write',
  callback: 'written',
};
const dns: ResourceType = {
  role: ROLE.REQUEST,
  reason: 'dns',
  waits: 'the name of a host to be resolved',
  name: 'DNS request',
  callback: 'host name resolved',
};
const read = (waits: string, name: string): ResourceType => ({
  role: ROLE.HANDLE,
  reason: 'read',
  waits,
  name,
  callback: `${name} read`,
});
const queued = (role: number, name: string): ResourceType => ({ role, waits: '', name, callback: name });

const TYPES: Record<string, ResourceType> = {
  MAIN: queued(ROLE.MAIN, '(main)'),
  TickObject: queued(ROLE.TICK, 'process.nextTick'),
  Immediate: queued(ROLE.IMMEDIATE, 'setImmediate'),
  Microtask: queued(ROLE.MICROTASK, 'queueMicrotask'),
  Timeout: queued(ROLE.TIMEOUT, 'timer'),
  TCPWRAP: read('data from a socket', 'socket'),
  PIPEWRAP: read('data from a pipe', 'pipe'),
  TTYWRAP: read('input from the terminal', 'terminal'),
  UDPWRAP: read('a datagram', 'UDP socket'),
  TCPSERVERWRAP: server,
  PIPESERVERWRAP: server,
  TCPCONNECTWRAP: connect,
  PIPECONNECTWRAP: connect,
  WRITEWRAP: write,
  UDPSENDWRAP: write,
  SHUTDOWNWRAP: { ...write, waits: 'the end of writing', name: 'shutdown', callback: 'writing ended' },
  FSREQCALLBACK: fs,
  FSREQPROMISE: fs,
  FILEHANDLECLOSEREQ: { ...fs, waits: 'a file to be closed', name: 'close of a file' },
  FSEVENTWRAP: watcher,
  STATWATCHER: watcher,
  GETADDRINFOREQWRAP: dns,
  GETNAMEINFOREQWRAP: dns,
  QUERYWRAP: dns,
  PROCESSWRAP: {
    role: ROLE.HANDLE,
    reason: 'subprocess',
    waits: 'a child process to end',
    name: 'child process',
    callback: 'child process ended',
  },
  SIGNALWRAP: {
    role: ROLE.HANDLE,
    reason: 'signal',
    waits: 'a signal',
    name: 'signal handler',
    callback: 'signal',
  },
  WORKER: {
    role: ROLE.HANDLE,
    reason: 'executor',
    waits: 'a worker thread to end',
    name: 'worker thread',
    callback: 'worker thread',
  },
  PBKDF2REQUEST: job('pbkdf2'),
  SCRYPTREQUEST: job('scrypt'),
  RANDOMBYTESREQUEST: job('random bytes'),
  RANDOMPRIMEREQUEST: job('random prime'),
  CHECKPRIMEREQUEST: job('prime check'),
  KEYGENREQUEST: job('key generation'),
  KEYPAIRGENREQUEST: job('key pair generation'),
  KEYEXPORTREQUEST: job('key export'),
  SIGNREQUEST: job('signature'),
  VERIFYREQUEST: job('verification'),
  HASHREQUEST: job('hash'),
  CIPHERREQUEST: job('cipher'),
  DERIVEBITSREQUEST: job('key derivation'),
  // They exist as long as what they are part of, and wait for nothing by themselves.
  TLSWRAP: { ...OTHER, callback: 'TLS read' },
  HTTPINCOMINGMESSAGE: { ...OTHER, callback: 'HTTP request' },
  HTTPCLIENTREQUEST: { ...OTHER, callback: 'HTTP response' },
  MESSAGEPORT: { ...OTHER, reason: 'read', waits: 'a message', name: 'message port', callback: 'message' },
  ZLIB: { ...OTHER, name: 'zlib', callback: 'zlib' },
  HTTP2SESSION: { ...OTHER, callback: 'HTTP/2 session' },
  HTTP2STREAM: { ...OTHER, callback: 'HTTP/2 stream' },
};
/** Of theirs and what libuv brings itself: everything else is the program's own AsyncResource. */
const OURS = /^[A-Z0-9_]+$/;

export function typeOf(type: string): ResourceType {
  return Object.hasOwn(TYPES, type) ? TYPES[type] : OTHER;
}

/** A callback of it comes from libuv; else the program ran it itself. */
export function isNative(type: string): boolean {
  return OURS.test(type);
}
