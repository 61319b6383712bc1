/** A program could not be started: `message` is a sentence for the user, saying what happened and what to do. */
export class LaunchError extends Error {}
