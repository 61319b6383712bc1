/** Resources of which there are few: where each was made is always told, and what it says of itself when that is known. */

const RARE = new Set([
  'TCPSERVERWRAP',
  'PIPESERVERWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
  'PROCESSWRAP',
  'SIGNALWRAP',
  'FSEVENTWRAP',
  'STATWATCHER',
  'UDPWRAP',
  'TTYWRAP',
  'WORKER',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
  'QUERYWRAP',
]);

export function isRare(type: string): boolean {
  return RARE.has(type);
}

interface Description {
  text: string;
  /** -1 none. */
  fd: number;
}

interface Described {
  fd?: unknown;
  hostname?: unknown;
  address?: unknown;
  port?: unknown;
  pid?: unknown;
  host?: unknown;
  getsockname?: (out: object) => number;
}

/** What it says of itself after the callback in which it was made; undefined: nothing. Never throws. */
export function describe(type: string, resource: object): Description | undefined {
  try {
    const text = textOf(type, resource as Described);
    const { fd } = resource as Described;
    const descriptor = typeof fd === 'number' ? fd : -1;
    return text === '' && descriptor < 0 ? undefined : { text, fd: descriptor };
  } catch {
    return undefined;
  }
}

function textOf(type: string, resource: Described): string {
  switch (type) {
    case 'TCPSERVERWRAP':
    case 'UDPWRAP': {
      const at: { address?: string; port?: number } = {};
      return resource.getsockname?.(at) === 0 ? addressed(at.address, at.port) : '';
    }
    case 'TCPCONNECTWRAP':
      return addressed(resource.address, resource.port);
    case 'PIPECONNECTWRAP':
      return typeof resource.address === 'string' ? resource.address : '';
    case 'GETADDRINFOREQWRAP':
    case 'QUERYWRAP':
      return typeof resource.hostname === 'string' ? resource.hostname : '';
    case 'GETNAMEINFOREQWRAP':
      return addressed(resource.hostname ?? resource.host, resource.port);
    case 'PROCESSWRAP':
      return processText(resource);
    default:
      return '';
  }
}

function processText(resource: Described): string {
  const pid = typeof resource.pid === 'number' ? `pid ${resource.pid}` : '';
  for (const symbol of Object.getOwnPropertySymbols(resource)) {
    const owner = (resource as Record<symbol, unknown>)[symbol] as { spawnargs?: unknown } | undefined;
    if (symbol.description !== 'owner_symbol' || !Array.isArray(owner?.spawnargs)) continue;
    return `${owner.spawnargs.join(' ')}${pid && ` (${pid})`}`;
  }
  return pid;
}

function addressed(address: unknown, port: unknown): string {
  if (typeof address !== 'string') return '';
  const host = address.includes(':') ? `[${address}]` : address;
  return typeof port === 'number' ? `${host}:${port}` : host;
}
