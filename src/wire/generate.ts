/**
 * Writes the Python agent's constants from schema.ts: `npm run schema`. A test regenerates them and compares.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFINE, FRAME, MAX_FRAME_BYTES, PROTOCOL_VERSION, RECORD, RESULT, ROLE } from './schema';

export const PYTHON_SCHEMA = join(__dirname, '..', 'agents', 'python', '_tickscope', 'schema.py');

/** The text of schema.py. */
export function pythonSchema(): string {
  const lines = [
    '"""Numbers of the wire. Generated from src/wire/schema.ts by `npm run schema`; do not edit."""',
    '',
    `PROTOCOL_VERSION = ${PROTOCOL_VERSION}`,
    `MAX_FRAME_BYTES = ${MAX_FRAME_BYTES}`,
    '',
    ...constants('FRAME', FRAME),
    '',
    ...records('', RECORD),
    '',
    ...records('DEFINE_', DEFINE),
    '',
    ...constants('RESULT', RESULT),
    '',
    ...constants('ROLE', ROLE),
    '',
    '# How many fields follow each code.',
    'FIELDS = {',
    ...Object.entries(RECORD).map(([name, { fields }]) => `    ${name}: ${fields.length},`),
    '}',
    '',
  ];
  return lines.join('\n');
}

function constants(prefix: string, table: Record<string, number>): string[] {
  return Object.entries(table).map(([name, value]) => `${prefix}_${name} = ${value}`);
}

function records(
  prefix: string,
  table: Record<string, { code: number; fields: readonly string[] }>,
): string[] {
  return Object.entries(table).map(
    ([name, { code, fields }]) => `${prefix}${name} = ${code}  # ${fields.join(', ')}`,
  );
}

if (process.argv[1]?.endsWith('generate.ts')) writeFileSync(PYTHON_SCHEMA, pythonSchema());
