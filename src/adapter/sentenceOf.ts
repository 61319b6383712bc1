import { RequestError } from './requestError';
import { LaunchError } from '../launch/launchError';
import { ModelError } from '../model/modelError';
import { CommandError } from '../wire/connection';

/** Errors whose message is a sentence for the user. */
const OURS = [RequestError, LaunchError, ModelError, CommandError];

/** What the user is told of it. */
export function sentenceOf(error: unknown, command: string): string {
  if (!(error instanceof Error)) return `The request "${command}" failed: ${String(error)}.`;
  // What is none of ours is a fault of ours, and its message no sentence.
  const ours = OURS.some((kind) => error instanceof kind);
  return ours ? error.message : `The request "${command}" failed inside Tickscope: ${error.message}.`;
}
