/** What the operating system refuses: Python's OSError and its kinds, made of Node's errors. */
import { getSystemErrorMap } from 'node:util';

export interface OSErrorOptions {
  errno?: number | undefined;
  code?: string | undefined;
  cause?: unknown;
}

/** A system call failed (`OSError`). The message is Python's: `[Errno 111] Connection refused`. */
export class OSError extends Error {
  override name = 'OSError';
  /** The system's number of the error; undefined when it comes from no system call. */
  readonly errno: number | undefined;
  /** Node's name of it: `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** The message without the number. */
  readonly strerror: string;

  constructor(strerror: string, options: OSErrorOptions = {}) {
    const { errno, code, cause } = options;
    super(
      errno === undefined ? strerror : `[Errno ${errno}] ${strerror}`,
      cause === undefined ? undefined : { cause },
    );
    this.strerror = strerror;
    this.errno = errno;
    this.code = code;
  }
}

/** Of a connection (`ConnectionError`). */
export class ConnectionError extends OSError {
  override name = 'ConnectionError';
}

/** The other side closed the connection while it was in use (`ConnectionResetError`). */
export class ConnectionResetError extends ConnectionError {
  override name = 'ConnectionResetError';
}

/** Nobody listens there (`ConnectionRefusedError`). */
export class ConnectionRefusedError extends ConnectionError {
  override name = 'ConnectionRefusedError';
}

/** The connection was given up on this side (`ConnectionAbortedError`). */
export class ConnectionAbortedError extends ConnectionError {
  override name = 'ConnectionAbortedError';
}

/** The reading end is closed (`BrokenPipeError`). */
export class BrokenPipeError extends ConnectionError {
  override name = 'BrokenPipeError';
}

/** `FileNotFoundError`. */
export class FileNotFoundError extends OSError {
  override name = 'FileNotFoundError';
}

/** `PermissionError`. */
export class PermissionError extends OSError {
  override name = 'PermissionError';
}

/** There is no such process any more (`ProcessLookupError`). */
export class ProcessLookupError extends OSError {
  override name = 'ProcessLookupError';
}

/** The host's name has no address (`socket.gaierror`). */
export class GaiError extends OSError {
  override name = 'gaierror';
}

const KINDS: Readonly<Record<string, typeof OSError>> = {
  ECONNRESET: ConnectionResetError,
  ECONNREFUSED: ConnectionRefusedError,
  ECONNABORTED: ConnectionAbortedError,
  EPIPE: BrokenPipeError,
  ESHUTDOWN: BrokenPipeError,
  ENOENT: FileNotFoundError,
  EACCES: PermissionError,
  EPERM: PermissionError,
  ESRCH: ProcessLookupError,
};

/** The resolver has numbers of its own. */
const RESOLVER: Readonly<Record<string, [number, string]>> = {
  ENOTFOUND: [-2, 'Name or service not known'],
  EAI_AGAIN: [-3, 'Temporary failure in name resolution'],
};

/** Node's error as Python's; anything else as it is. `text`: said instead of the system's message. */
export function toOSError(error: unknown, text?: string): unknown {
  if (error instanceof OSError || !(error instanceof Error)) return error;
  const { code, errno } = error as NodeJS.ErrnoException;
  if (code !== undefined && code in RESOLVER) {
    const [number, message] = RESOLVER[code];
    return new GaiError(text ?? message, { errno: number, code, cause: error });
  }
  if (code === undefined || (errno === undefined && KINDS[code] === undefined)) return error;
  const Kind = KINDS[code] ?? OSError;
  return new Kind(text ?? strerror(errno) ?? error.message, {
    errno: typeof errno === 'number' ? Math.abs(errno) : undefined,
    code,
    cause: error,
  });
}

/** `os.strerror`; Node's numbers are negative. */
function strerror(errno: number | undefined): string | undefined {
  const text = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  return text === undefined ? undefined : text[0].toUpperCase() + text.slice(1);
}
