/** What an async call waits for, in the contract's kinds and in words, from who can settle its promise. */
import type { WaitReason } from '../../../adapter/contract';
import { detailsOf } from './details';
import type { Settler } from './leaves';
import type { Live } from './resources';

export interface Reason {
  kind: WaitReason['kind'];
  text: string;
  /** A resource's id; 0 none. */
  resource: number;
}

const FILES = /^FS|FileHandle|Dir/;
const NAMES = /^GETADDRINFO|^GETNAMEINFO|^QUERY|GetAddrInfo|GetNameInfo|Query/i;
const JOBS = /REQUEST$|Job$|^ZLIB|^PBKDF2|Crypto|Zlib/i;
const STREAM = /^(?:TCP|PIPE|TTY|UDP|TLS|HTTP|JSSTREAM)/;

/** undefined: nobody is known who could settle it. `call`: the function of Node's that was called for it, as far as that is known. */
export function reasonOf(settler: Settler | undefined, call: string | undefined): Reason {
  if (settler === undefined) return { kind: 'promise', text: 'a promise', resource: 0 };
  const { live, name, event, host, detail } = settler;
  const type = live?.type ?? name;
  const text = detail ?? (live === undefined ? '' : textOf(live));
  const resource = live?.id ?? 0;
  const reason = (kind: Reason['kind'], what: string, preposition = 'of'): Reason => ({
    kind,
    text: text === '' ? what : `${what} ${preposition} ${text}`,
    resource,
  });
  if (type === 'Timeout') return reason('sleep', 'a timer');
  if (type === 'Immediate') return { kind: 'sleep', text: 'setImmediate', resource };
  if (type === 'PROCESSWRAP') return reason('subprocess', event === 'spawn' ? 'the start' : 'the end', 'of');
  if (type === 'FSEVENTWRAP' || type === 'STATWATCHER') return reason('fs', 'a change');
  if (FILES.test(type)) return reason('fs', call ?? 'a file system request', 'on');
  if (type === 'GETNAMEINFOREQWRAP') return reason('dns', 'the name');
  if (NAMES.test(type)) return reason('dns', 'the address');
  if (type === 'SIGNALWRAP') return reason('signal', 'a signal', '');
  if (/^(?:a Worker|Worker \d+)$/.test(text))
    return { kind: 'event', text: `"${event}" of ${text}`, resource };
  if (event === 'message' && /^(?:MessagePort|BroadcastChannel)$/.test(name))
    return { kind: 'read', text: `a message on ${article(name)}`, resource };
  if (type === 'MESSAGEPORT') return { kind: 'read', text: 'a message', resource };
  if (/SERVERWRAP$/.test(type))
    return event === 'close' ? reason('event', 'the close') : reason('accept', 'a connection', 'to');
  if (/CONNECTWRAP$/.test(type)) return reason('connect', 'a connection', 'to');
  if (/^(?:WRITE|SHUTDOWN)WRAP$/.test(type)) return reason('write', 'what was written to be sent', 'to');
  if (STREAM.test(type)) return ofStream(settler, reason, host);
  if (event === 'drain') return { kind: 'write', text: `room to write to ${article(name)}`, resource };
  if (event !== undefined) return { kind: 'event', text: `"${event}" of ${article(name)}`, resource };
  if (JOBS.test(type)) return reason('executor', 'a job of the thread pool', 'for');
  return { kind: 'promise', text: 'a promise', resource };
}

function ofStream(
  { event }: Settler,
  reason: (kind: Reason['kind'], what: string, preposition?: string) => Reason,
  host: string | undefined,
): Reason {
  switch (event) {
    case 'connect':
    case 'secureConnect':
    case 'ready':
    case 'lookup':
      return reason('connect', `a connection${host === undefined ? '' : ` to ${host}`}`, 'by');
    case 'drain':
      return reason('write', 'room to write', 'to');
    case 'finish':
      return reason('write', 'what was written to be sent', 'to');
    case 'response':
      return reason('read', 'the response', 'from');
    case 'close':
      return reason('read', 'the close');
    case 'end':
      return reason('read', 'the end');
    default:
      return reason('read', 'data', 'from');
  }
}

/** A handle without an address is known by its descriptor. */
function textOf(live: Live): string {
  const { text, fd } = detailsOf(live);
  if (text !== '' || fd < 0) return text;
  return fd === 0 ? 'stdin' : `fd ${fd}`;
}

function article(name: string): string {
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}
