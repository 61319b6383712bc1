import { type ChildProcess, spawn } from 'node:child_process';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';

export interface AdapterProcessOptions {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** What the editor is to get: events, the adapter's own requests, answers to the editor's requests. */
  onMessage(message: DebugProtocol.ProtocolMessage): void;
  onStderr(text: string): void;
  /** Once, when the process is gone without `close` having been called. `sentence` is for the user. */
  onDied(sentence: string): void;
}

/** How long an adapter that was asked to leave may take to end the program, ms. */
const GRACE_MS = 5000;

/**
 * One debug adapter in a process of its own, spoken to over its stdio.
 *
 * Two parties talk to it: the editor, which numbers its own requests, and the panel's host. Every
 * request gets a number of this class's sequence on the way in, and an answer gets the asker's back,
 * so neither ever sees what was meant for the other.
 */
export class AdapterProcess {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, (response: DebugProtocol.Response) => void>();
  private sequence = 0;
  private closing = false;
  /** The sentence of its end, once it is gone. */
  private end: string | undefined;

  constructor(private readonly options: AdapterProcessOptions) {
    this.child = spawn(options.command, options.args, { env: options.env, stdio: 'pipe', windowsHide: true });
    this.child.on('error', (error) =>
      this.gone(
        `Tickscope's debug adapter could not be started: ${error.message}. Reinstalling the extension may help.`,
      ),
    );
    // `close` and not `exit`: what it still wrote has been read by then.
    this.child.on('close', (code, signal) =>
      this.gone(
        `Tickscope's debug adapter ended unexpectedly (${signal ?? `exit code ${code}`}). ` +
          'The output channel "Tickscope" may say why; start debugging again to go on.',
      ),
    );
    this.child.stderr?.setEncoding('utf8').on('data', options.onStderr);

    const decoder = new Decoder((message) => this.fromAdapter(message));
    decoder.on('error', (event: DebugProtocol.Event) => options.onStderr(`${String(event.body)}\n`));
    decoder.start(this.child.stdout!, this.child.stdin!);
  }

  get alive(): boolean {
    return this.end === undefined;
  }

  /** Passes on a message of the editor: a request, or the answer to a request of the adapter. */
  forward(message: DebugProtocol.ProtocolMessage): void {
    if (message.type !== 'request') {
      this.write(message);
      return;
    }
    const { seq, command, arguments: args } = message as DebugProtocol.Request;
    this.send(command, args, (response) =>
      this.options.onMessage({ ...response, request_seq: seq } as DebugProtocol.Response),
    );
  }

  /** Asks on behalf of the extension. Rejects with the adapter's sentence, or with that of its end. */
  request(command: string, args?: unknown): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.send(command, args, (response) =>
        response.success ? resolve(response.body) : reject(new Error(failureText(response))),
      ),
    );
  }

  /** Lets the adapter go, history and all; it ends what it started. Killed when it does not leave. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.child.stdin?.end();
    const kill = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    kill.unref();
    this.child.once('close', () => clearTimeout(kill));
  }

  private send(command: string, args: unknown, answered: (response: DebugProtocol.Response) => void): void {
    const seq = this.sequence + 1;
    if (this.end !== undefined) {
      answered(failure(seq, command, this.end));
      return;
    }
    this.pending.set(seq, (response) => answered(response));
    this.write({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
  }

  private write(message: DebugProtocol.ProtocolMessage): void {
    const json = JSON.stringify({ ...message, seq: ++this.sequence });
    this.child.stdin?.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  private fromAdapter(message: DebugProtocol.ProtocolMessage): void {
    if (message.type !== 'response') {
      this.options.onMessage(message);
      return;
    }
    const response = message as DebugProtocol.Response;
    const answered = this.pending.get(response.request_seq);
    this.pending.delete(response.request_seq);
    answered?.(response);
  }

  private gone(sentence: string): void {
    if (this.end !== undefined) return;
    this.end = this.closing
      ? 'The session is over and its history was let go; start debugging again.'
      : sentence;
    const unanswered = [...this.pending];
    this.pending.clear();
    for (const [seq, answered] of unanswered) answered(failure(seq, '', this.end));
    if (!this.closing) this.options.onDied(sentence);
  }
}

/** The framing of the Debug Adapter Protocol, read side. */
class Decoder extends ProtocolServer {
  constructor(private readonly received: (message: DebugProtocol.ProtocolMessage) => void) {
    super();
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    this.received(message);
  }
}

function failure(requestSeq: number, command: string, message: string): DebugProtocol.Response {
  const error = { id: 1, format: message.replace(/[{}]/g, ''), showUser: true };
  return {
    seq: 0,
    type: 'response',
    request_seq: requestSeq,
    command,
    success: false,
    message,
    body: { error },
  };
}

/** The sentence of a failed response: `body.error.format` with its variables, else `message`. */
export function failureText(response: DebugProtocol.Response): string {
  const error: DebugProtocol.Message | undefined = response.body?.error;
  const text = error?.format?.replace(
    /\{(\w+)\}/g,
    (whole, name: string) => error.variables?.[name] ?? whole,
  );
  return text || response.message || `The debug adapter refused "${response.command}" without saying why.`;
}
