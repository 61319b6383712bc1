/** Whether the callback about to run ends the closing of its handle: Node keeps what it calls then on the handle itself. */

const CLOSABLE = new Set([
  'TCPWRAP',
  'PIPEWRAP',
  'TTYWRAP',
  'UDPWRAP',
  'TCPSERVERWRAP',
  'PIPESERVERWRAP',
  'FSEVENTWRAP',
]);

/** Node's own symbol, known once a handle was closed. */
let onClose: symbol | undefined;

export function isClosing(type: string, handle: object | undefined): boolean {
  if (handle === undefined || !CLOSABLE.has(type)) return false;
  if (onClose !== undefined) return onClose in handle;
  onClose = Object.getOwnPropertySymbols(handle).find(({ description }) => description === 'handle_onclose');
  return onClose !== undefined;
}
