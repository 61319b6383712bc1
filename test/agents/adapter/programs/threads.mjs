// Two threads, ticking until they are ended.
import { isMainThread, Worker } from 'node:worker_threads';

if (isMainThread) new Worker(new URL(import.meta.url), { name: 'second' });

setInterval(() => {}, 5);
