/**
 * V8's inspector on a Worker of the program's, from the helper: Node has it for the main thread alone, which passes on
 * what is meant for its Workers, theirs included. So it answers while the main thread does.
 */
import { Session } from 'node:inspector';

/** As much of `inspector.Session` as is used. */
export interface AnySession {
  post(method: string, params: object, done: (error: Error | null, result?: object) => void): void;
  on(event: string, listener: (message: { params: never }) => void): void;
  disconnect(): void;
}

interface Attached {
  sessionId: string;
  /** `workerId` is the inspector's own count. */
  workerInfo: { title: string };
}
interface Received {
  sessionId: string;
  /** JSON of a reply or an event. */
  message: string;
}
interface Told {
  id?: number;
  method?: string;
  params?: never;
  result?: object;
  error?: { message: string };
}

/** How long a Worker may take to begin, ms. */
const BEGIN_MS = 1000;
const GONE = 'there is no such thread any more';

export function mainSession(): AnySession {
  const session = new Session();
  session.connectToMainThread();
  return session as AnySession;
}

export class WorkerSession implements AnySession {
  private readonly main = mainSession();
  private sessionId: string | undefined;
  /** Until it is attached to. */
  private unsent: string[] = [];
  private readonly waiting = new Map<number, (error: Error | null, result?: object) => void>();
  private readonly listeners = new Map<string, (message: { params: never }) => void>();
  private lastId = 0;
  private late: NodeJS.Timeout | undefined;

  /** `thread`: Node's own number for the Worker. */
  constructor(thread: number) {
    this.main.on('NodeWorker.attachedToWorker', ({ params }) => {
      const { sessionId, workerInfo } = params as Attached;
      if (!workerInfo.title.startsWith(`[worker ${thread}]`)) return;
      this.sessionId = sessionId;
      clearTimeout(this.late);
      for (const message of this.unsent.splice(0)) this.send(message);
    });
    this.main.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { sessionId, message } = params as Received;
      if (sessionId === this.sessionId) this.received(JSON.parse(message) as Told);
    });
    this.main.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
      if (error) this.end(error);
      // All there are were told of, but for one that has just been started: that is told of when it begins.
      else if (this.sessionId === undefined)
        this.late = setTimeout(() => this.end(new Error(GONE)), BEGIN_MS);
    });
  }

  post(method: string, params: object, done: (error: Error | null, result?: object) => void): void {
    const id = ++this.lastId;
    this.waiting.set(id, done);
    const message = JSON.stringify({ id, method, params });
    if (this.sessionId === undefined) this.unsent.push(message);
    else this.send(message);
  }

  on(event: string, listener: (message: { params: never }) => void): void {
    this.listeners.set(event, listener);
  }

  disconnect(): void {
    clearTimeout(this.late);
    this.main.post('NodeWorker.disable', {}, () => undefined);
    this.main.disconnect();
    this.end(new Error('the connection was closed'));
  }

  private send(message: string): void {
    const { sessionId } = this;
    this.main.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => undefined);
  }

  private received({ id, method, params, result, error }: Told): void {
    if (id === undefined) {
      this.listeners.get(method as string)?.({ params: params as never });
      return;
    }
    const done = this.waiting.get(id);
    this.waiting.delete(id);
    done?.(error ? new Error(error.message) : null, result);
  }

  private end(error: Error): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const done of waiting) done(error);
  }
}
