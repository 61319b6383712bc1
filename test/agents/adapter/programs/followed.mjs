// Starts itself as a child in the way that its argument names; the child has a timer, and ends with 3.
import { exec, execFileSync, fork, spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(import.meta.url);
const [way, role] = process.argv.slice(2);
const seen = Object.keys(process.env).filter((name) => /TICKSCOPE|NODE_OPTIONS/.test(name));
const args = [file, way, 'child'];
const over = (code) => console.log('child ended with', code);

if (role === 'child' || cluster.isWorker) {
  console.log(way, seen, process.execArgv);
  if (way === 'fork') process.once('message', (message) => process.send(message + 1));
  setTimeout(function inChild() {
    process.exit(3);
  }, 50);
} else if (way === 'fork') {
  const child = fork(file, [way, 'child']);
  child.on('message', (message) => console.log('message', message));
  child.on('exit', over);
  child.send(4);
} else if (way === 'spawn')
  spawn('node', args, { stdio: 'inherit', env: { PATH: process.env.PATH } }).on('exit', over);
else if (way === 'exec')
  exec(`"${process.execPath}" "${args.join('" "')}"`, (error, output) => {
    process.stdout.write(output);
    over(error.code);
  });
else if (way === 'sync')
  try {
    execFileSync(process.execPath, args, { stdio: 'inherit' });
  } catch (error) {
    over(error.status);
  }
else if (way === 'cluster') cluster.fork().on('exit', over);
