/** Where the program finds the adapter: a Unix socket in a private folder, or loopback TCP. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaunchError } from './launchError';

/** sun_path holds 104 bytes on macOS, 108 on Linux, with the closing zero. */
const LONGEST_PATH = 103;

export interface Listening {
  /** As the agent reads it: `unix:/path` or `tcp:127.0.0.1:PORT`. */
  address: string;
  /** The one-time secret that the agent must say. */
  token: string;
  /** Where the socket lies; nobody else can enter it. Absent for TCP. */
  folder?: string;
  /** Stops listening and removes the folder. May be called again. */
  close(): void;
}

export interface Places {
  folders: string[];
  tcp: boolean;
}

export function usualPlaces(env: NodeJS.ProcessEnv = process.env, platform = process.platform): Places {
  if (platform === 'win32') return { folders: [], tcp: true };
  const runtime = env.XDG_RUNTIME_DIR;
  return { folders: [...(runtime ? [runtime] : []), tmpdir()], tcp: true };
}

/** Throws LaunchError when no place can be listened at. */
export async function listenForAgent(
  connected: (socket: Socket) => void,
  places = usualPlaces(),
): Promise<Listening> {
  const token = randomBytes(32).toString('hex');
  const problems: string[] = [];
  for (const base of places.folders) {
    let folder: string | undefined;
    try {
      folder = privateFolder(base);
      const path = join(folder, 'agent');
      if (Buffer.byteLength(path) > LONGEST_PATH)
        throw new Error(`the path ${path} is too long for a socket`);
      const server = await listening(connected, { path });
      return { address: `unix:${path}`, token, folder, close: closer(server, folder) };
    } catch (error) {
      if (folder !== undefined) removeFolder(folder);
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (places.tcp) {
    try {
      const server = await listening(connected, { host: '127.0.0.1', port: 0 });
      const { port } = server.address() as AddressInfo;
      return { address: `tcp:127.0.0.1:${port}`, token, close: closer(server) };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new LaunchError(
    `No socket could be opened for the program to connect to (${problems.join('; ')}). ` +
      'Let TMPDIR name a folder that you can write to.',
  );
}

function privateFolder(base: string): string {
  const folder = mkdtempSync(join(base, 'tickscope-'));
  chmodSync(folder, 0o700); // whatever the umask
  return folder;
}

function listening(connected: (socket: Socket) => void, options: ListenOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(connected);
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function closer(server: Server, folder?: string): () => void {
  return () => {
    server.close();
    if (folder !== undefined) removeFolder(folder);
  };
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A temporary folder that somebody keeps busy is not the user's trouble.
  }
}
