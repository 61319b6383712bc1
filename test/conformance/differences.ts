/**
 * Where older versions of CPython do not do what 3.13 does, by program: the first minor version that does, and what was
 * otherwise before. TypeScript has no entry here: it does as 3.13 does, or its test fails.
 */
export const differences: Readonly<Record<string, { readonly since: number; readonly why: string }>> = {
  'locks/condition_cancel': {
    since: 13,
    why: 'a second cancellation replaced the first, and a waiter that was woken and cancelled passed on the wake-up',
  },
  'queues/shutdown': { since: 13, why: 'queues could not be shut down' },
  'taskgroup/cancel': { since: 13, why: 'a group that failed left its task with a request of cancel' },
  'taskgroup/errors': { since: 13, why: 'a group that failed left its task with a request of cancel' },
  'taskgroup/results': { since: 12, why: 'before 3.11.4, a group not entered was refused with other words' },
  'tasks/cancel_counts': { since: 13, why: 'uncancel did not take back a cancellation not yet thrown' },
  'tasks/many_sleeps': { since: 13, why: 'sleep did not refuse NaN' },
  'tasks/names': { since: 13, why: 'a number was used up for tasks that were named, too' },
  'timeout/reschedule': { since: 12, why: 'before 3.11.4, what a limit refuses was an AssertionError' },
  'wait_for/cancelling': {
    since: 12,
    why: 'wait_for made a task of what it waited for, and preferred its limit',
  },
};
