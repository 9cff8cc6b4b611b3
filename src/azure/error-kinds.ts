import type { ErrorKind } from './error-table.ts';

/** What is done on an error of Azure, by its class; in the order of docs/errors.md. */
export const ERROR_KINDS: Readonly<Record<ErrorKind, { readonly title: string; readonly text: string }>> = {
  retry: {
    title: 'Tried again',
    text: 'The request was not done, for a passing reason. A step tries again after the time that Azure asks for, else after `advanced.retry_delay` doubled with every attempt, at most `advanced.retry_attempts` times; a 429 is waited out and is no attempt. Then the run fails with the code.',
  },
  wait: {
    title: 'Waited out',
    text: 'Another operation is under way. The step looks again after the time that Azure asks for, else every 10 seconds; that is no attempt. After an hour the run fails with the code.',
  },
  propagation: {
    title: 'Waited for, until a grant is effective',
    text: 'A role or an identity may be too fresh to be known everywhere. The step tries every 10 seconds, for ten minutes unless the table says less. Then the run fails with the code.',
  },
  ok: { title: 'As good as done', text: 'What was asked for is so already. The step goes on.' },
  act: {
    title: 'To act upon',
    text: 'Something else has to be done first. Where that is safe the product has done it before: it registers resource providers, and recovers a deleted vault of its own. What is left is for a person: the run fails with the code.',
  },
  end: { title: 'The end', text: 'Trying again does not help. The run fails with the code.' },
};
