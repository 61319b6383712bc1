/** `await new Promise(() => {})`: a wait that nobody was ever to end. Told by how it is written. */
import { readFileSync } from 'node:fs';

const FOR_EVER =
  /\b(?:await|yield\s*\*)\s+(?:(?:new\s+(?:[\w$]+\.)*(?:Future|Event)\b|(?:[\w$]+\.)*createFuture\s*(?:<[^>]*>)?\s*\()|new\s+Promise\s*(?:<[^>]*>)?\s*\(\s*(?:\(\s*\)\s*=>|function\s*\(\s*\)))/;

/** Whether the object that is awaited in that line is made there, and given to nobody. False when the file cannot be read. */
export function waitsForEver(path: string, line: number): boolean {
  try {
    const text = readFileSync(path, 'utf8').split('\n')[line - 1];
    return text !== undefined && FOR_EVER.test(text);
  } catch {
    return false;
  }
}
