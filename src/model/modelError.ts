/** A question that has no answer; the message is a sentence for the person who asked. */
export class ModelError extends Error {}
