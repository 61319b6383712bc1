/** A transport's socket, to be looked at only (`asyncio.trsock.TransportSocket`). */
import { isIPv6, Server as NodeServer, type Socket } from 'node:net';
import { inspect } from 'node:util';

/** `[host, port]`, `[host, port, 0, 0]` with IPv6, or the path of a Unix socket. */
export type SocketAddress = [host: string, port: number] | [string, number, number, number] | string;

/** Reading from or writing to its `node` yourself would break the transport. */
export class TransportSocket {
  private readonly name: SocketAddress | undefined;
  private readonly peer: SocketAddress | undefined;

  constructor(
    /** Node's own object. */
    readonly node: Socket | NodeServer,
    private readonly fd: number,
  ) {
    if (node instanceof NodeServer) this.name = listeningAt(node);
    else {
      this.name = addressOf(node.localAddress, node.localPort, node);
      this.peer = addressOf(node.remoteAddress, node.remotePort, node);
    }
  }

  /** The file descriptor; negative where Node has none (`fileno`). */
  fileno(): number {
    return this.fd;
  }

  /** The address on this side (`getsockname`); undefined when unknown. */
  getsockname(): SocketAddress | undefined {
    return this.name;
  }

  /** The address on the other side (`getpeername`); undefined when not connected. */
  getpeername(): SocketAddress | undefined {
    return this.peer;
  }

  toString(): string {
    const peer = this.peer === undefined ? '' : `, raddr=${format(this.peer)}`;
    return `<TransportSocket fd=${this.fd}, laddr=${format(this.name)}${peer}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function addressOf(
  host: string | undefined,
  port: number | undefined,
  socket: Socket,
): SocketAddress | undefined {
  if (host === undefined || port === undefined) return isPipe(socket) ? '' : undefined;
  return isIPv6(host) ? [host, port, 0, 0] : [host, port];
}

/** Unix sockets have no names that Node would tell. */
function isPipe(socket: Socket): boolean {
  return (socket as { _handle?: object | null })._handle?.constructor.name === 'Pipe';
}

function listeningAt(server: NodeServer): SocketAddress | undefined {
  const address = server.address();
  if (address === null || typeof address === 'string') return address ?? undefined;
  return isIPv6(address.address) ? [address.address, address.port, 0, 0] : [address.address, address.port];
}

/** What is at both ends: `127.0.0.1:5000 - 127.0.0.1:80`, `listens on 127.0.0.1:80`, or ''. */
export function addresses(here: unknown, there: unknown): string {
  if (here === undefined) return '';
  return there === undefined ? `listens on ${format(here)}` : `${format(here)} - ${format(there)}`;
}

function format(address: unknown): string {
  if (!Array.isArray(address)) return String(address ?? '');
  const [host, port] = address as [string, number];
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
