/** Leaves the packaged extension where the UI tests take it from. */
import { packageExtension, vsix } from './packaged.mjs';

packageExtension();
console.log(vsix);
