/** The public face of this library: asyncio in TypeScript. Times are seconds. */
export { EventLoop, newEventLoop, MAXIMUM_SELECT_TIMEOUT } from './baseEvents';
export type { TaskFactory } from './baseEvents';
export type { ExceptionContext, ExceptionHandler } from './exceptionHandling';
export { asCompleted, AsCompleted } from './asCompleted';
export type { DoneFuture } from './asCompleted';
export { monotonic, VirtualClock } from './clock';
export type { Clock } from './clock';
export { coroutine, CoroutineObject, iscoroutine, iscoroutinefunction } from './coroutines';
export type { Coroutine, CoroutineLike } from './coroutines';
export { ensureFuture } from './ensureFuture';
export type { Awaitable } from './ensureFuture';
export { getEventLoop, getRunningLoop, Handle, setEventLoop, TimerHandle } from './events';
export {
  BrokenBarrierError,
  CancelledError,
  IncompleteReadError,
  InvalidStateError,
  KeyboardInterrupt,
  LimitOverrunError,
  NotImplementedError,
  RuntimeError,
  SystemExit,
  TimeoutError,
  ValueError,
} from './exceptions';
export { Future, isFuture } from './futures';
export { gather, GatheringFuture, shield } from './gather';
export type { GatherOptions } from './gather';
export { fromPromise } from './promises';
export { run, Runner } from './runners';
export type { RunnerOptions } from './runners';
export { sleep } from './sleep';
export { allTasks, createTask, currentTask, Task } from './tasks';
export type { TaskOptions } from './tasks';
export { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, wait } from './waiting';
export type { ReturnWhen, WaitOptions } from './waiting';
export { waitFor } from './waitFor';
export { DEVNULL, PIPE, STDOUT } from './baseSubprocess';
export type { Stdio, SubprocessOptions } from './baseSubprocess';
export { Barrier } from './barriers';
export type { Body } from './blocks';
export { ExceptionGroup } from './exceptionGroup';
export { BoundedSemaphore, Condition, Event, Lock, Semaphore } from './locks';
export {
  BrokenPipeError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileNotFoundError,
  GaiError,
  OSError,
  PermissionError,
  ProcessLookupError,
} from './osErrors';
export { BaseProtocol, Protocol, SubprocessProtocol } from './protocols';
export { LifoQueue, PriorityQueue, Queue, QueueEmpty, QueueFull, QueueShutDown } from './queues';
export type { ConnectionOptions, ServerOptions, UnixServerOptions } from './selectorEvents';
export { Server } from './servers';
export type { ProtocolFactory } from './servers';
export { StreamReader } from './streamReader';
export type { Separator } from './streamReader';
export {
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  StreamReaderProtocol,
  StreamWriter,
} from './streams';
export type { ClientConnected, StreamOptions } from './streams';
export { createSubprocessExec, createSubprocessShell, Process } from './subprocess';
export { TaskGroup } from './taskgroups';
export { ThreadPoolExecutor } from './threadPool';
export type { ThreadPoolOptions } from './threadPool';
export { callSoonThreadsafe, threadJob, ThreadsafeHandle, toThread } from './threads';
export type { JobFunction, ThreadJob } from './threads';
export { Timeout, timeout, timeoutAt } from './timeouts';
export { BaseTransport, SubprocessTransport, Transport } from './transports';
export { TransportSocket } from './trsock';
export type { SocketAddress } from './trsock';
