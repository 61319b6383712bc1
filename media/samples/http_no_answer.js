/**
 * Never ends: a client waits for an answer that its server has lost.
 *
 * The server answers `/fast` at once. For `/lost` it waits for a row of a database that never comes: nobody calls the
 * callback that `query` keeps. Nothing fails, nothing blocks, and the program does not exit.
 *
 * Press Pause. Among what waits are the listening socket, both ends of the connection with their addresses, and the task
 * `main`, whose chain of awaits ends in the request that has no answer. End it with Stop, or with Ctrl-C in a terminal.
 */
const http = require('node:http');
const { once } = require('node:events');

const callbacks = [];

/** Answers never. */
function query(text) {
  return new Promise((resolve) => callbacks.push({ text, resolve }));
}

async function handle(request, response) {
  if (request.url === '/lost') response.end(await query('select 1'));
  else response.end('here you are');
}

async function get(port, path) {
  const request = http.get({ port, path, host: '127.0.0.1' });
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

async function main() {
  const server = http.createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  console.log('fast:', await get(port, '/fast'));
  console.log('lost:', await get(port, '/lost'));
  server.close();
}

main();
