/** The environment that the user wants for the program. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { LaunchError } from './launchError';

export type Environment = Record<string, string>;

/**
 * The adapter's environment, over it the file's, over it `env`, where null removes. The file: lines of NAME=value, as
 * Node's `--env-file` reads them. Throws LaunchError when the file cannot be read.
 */
export function programEnvironment(
  asked: { env?: Record<string, string | null>; envFile?: string },
  inherited: NodeJS.ProcessEnv = process.env,
): Environment {
  const changes: Record<string, string | null> = { ...readEnvFile(asked.envFile), ...asked.env };
  const result: Environment = {};
  for (const [name, value] of Object.entries(inherited)) if (value !== undefined) result[name] = value;
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete result[name];
    else result[name] = value;
  }
  // What the editor needs to run this adapter is nothing that the program should meet.
  if (!('ELECTRON_RUN_AS_NODE' in changes)) delete result.ELECTRON_RUN_AS_NODE;
  return result;
}

function readEnvFile(file: string | undefined): Record<string, string> {
  if (!file) return {};
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LaunchError(
      `The file ${file} of "envFile" could not be read (${why}). Correct or remove "envFile".`,
    );
  }
}
