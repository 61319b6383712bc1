/** What the inspector says of a value, in the words of a debugger. */
import type { Runtime } from 'node:inspector';

/** Text of one value is cut here. */
const LONGEST = 1000;

export function textOf(value: Runtime.RemoteObject): string {
  const text = whole(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

export function typeOf(value: Runtime.RemoteObject): string {
  return value.className ?? value.subtype ?? value.type;
}

function whole(value: Runtime.RemoteObject): string {
  if (value.type === 'string') return JSON.stringify(value.value);
  if (value.unserializableValue !== undefined) return value.unserializableValue;
  if (value.type === 'undefined') return 'undefined';
  if (value.type === 'object' && value.subtype === 'null') return 'null';
  if (value.type === 'function') return (value.description ?? 'function').split('\n')[0];
  if (value.type !== 'object') return String(value.value ?? value.description);
  if (!value.preview || value.subtype === 'error') return value.description ?? 'object';
  return previewed(value.preview, value.description ?? '');
}

function previewed(preview: Runtime.ObjectPreview, description: string): string {
  const list = preview.subtype === 'array' || preview.subtype === 'typedarray';
  const parts = preview.properties.map(({ name, type, value }) => {
    const text = type === 'string' ? JSON.stringify(value) : (value ?? type);
    return list && /^\d+$/.test(name) ? text : `${name}: ${text}`;
  });
  if (preview.overflow) parts.push('…');
  const head = description === 'Object' || (list && description.startsWith('Array')) ? '' : `${description} `;
  return list ? `${head}[${parts.join(', ')}]` : `${head}{${parts.join(', ')}}`;
}
