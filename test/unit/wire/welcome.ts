import type { Welcome } from '../../../src/wire/messages';

/** What an adapter answers to a hello when nobody asked for anything. */
export const WELCOME: Welcome = {
  type: 'welcome',
  stopOnEntry: false,
  breakpoints: [],
  keepUvloop: false,
  subProcess: false,
  attached: false,
};
