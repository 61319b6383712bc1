/** A request that cannot be done: `message` is the sentence of its error response. */
export class RequestError extends Error {}
