import { Worker, isMainThread, parentPort } from 'node:worker_threads';
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (text) => console.log(text));
  setTimeout(() => console.log('main over'), 300);
} else {
  let total = 0;
  for (let n = 0; n < 5; n++) {
    total += n;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  parentPort.postMessage(`total ${total}`);
}
