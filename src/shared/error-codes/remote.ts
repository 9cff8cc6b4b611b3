import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** The HTTP interface, and the command line that talks to it. */
export const REMOTE_ERRORS = {
  body_timeout: {
    meaning: 'The body of the request did not arrive in time.',
    next: 'Send it again; check the network.',
    exitCode: ExitCode.failed,
    status: 408,
  },
  body_too_large: {
    meaning: 'The body is larger than the app takes.',
    next: 'Send less; sources go to the address that POST /api/sources answers.',
    exitCode: ExitCode.usage,
    wrong: 'request',
    status: 413,
  },
  content_type_unsupported: {
    meaning: 'The body is of a type that this route does not take.',
    next: 'Send one of the types that the message names.',
    exitCode: ExitCode.usage,
    wrong: 'request',
    status: 415,
  },
  engine_unreachable: {
    meaning: 'The durable engine could not start the run; nothing was deployed.',
    next: 'Try again; if it stays so, look at the storage of the app.',
    exitCode: ExitCode.failed,
    status: 503,
  },
  environment_unknown: {
    meaning: 'Nothing was deployed to this environment.',
    next: 'Check the name of the environment.',
    exitCode: ExitCode.usage,
    wrong: 'command',
    status: 404,
  },
  followers_too_many: {
    meaning: 'As many streams of events are open as the app lets be; the run goes on.',
    next: 'Come back in a moment, or ask for the status instead.',
    exitCode: ExitCode.failed,
    status: 503,
  },
  key_invalid: {
    meaning: 'The access key has characters that no key has.',
    next: 'Copy it again, and give it with the variable DRAFTGENIE_KEY.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  key_refused: {
    meaning: 'The app does not accept the access key, or not for this.',
    next: 'Give a valid key with the variable DRAFTGENIE_KEY, or with --key.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  key_reused: {
    meaning: 'The Idempotency-Key was used for another request.',
    next: 'Use a new key for each request.',
    exitCode: ExitCode.usage,
    wrong: 'request',
    status: 422,
  },
  key_scope_exceeded: {
    meaning: 'The access key says that it is for something else: for other rights, or for another environment.',
    next: 'Use a key that was made for this; `draftgenie-deploy key ci --allow deploy` makes one.',
    exitCode: ExitCode.failed,
    status: 403,
  },
  key_scope_invalid: {
    meaning: 'The access key begins as one that says what it opens, and does not say it.',
    next: 'Make another one with `draftgenie-deploy key ci --allow deploy`, and take this one out of the app.',
    exitCode: ExitCode.failed,
    status: 403,
  },
  key_scope_missing: {
    meaning: 'The app asks for keys that say what they open (`DRAFTGENIE_REQUIRE_SCOPED_KEYS`), and this one does not.',
    next: 'Use a key that was made for this; `draftgenie-deploy key ci --allow deploy` makes one.',
    exitCode: ExitCode.failed,
    status: 403,
  },
  sign_in_code_unknown: {
    meaning:
      'The code by which a page was opened counts no more: it was used, or is older than a minute; apps on Azure make none.',
    next: 'Give the page the access key, or open it again with `draftgenie-deploy open`.',
    exitCode: ExitCode.failed,
    status: 404,
  },
  page_not_served: {
    meaning: 'The page of an app was to be opened, and no app is served from this directory.',
    next: 'Start one with draftgenie-deploy serve, or name one with --remote.',
    exitCode: ExitCode.failed,
  },
  not_signed_in: {
    meaning: 'The app asks for a signed-in caller.',
    next: 'Sign in with the identity provider of the app.',
    exitCode: ExitCode.failed,
    status: 401,
  },
  parsing_busy: {
    meaning: 'The app reads as many configurations as it does at once, and others wait already; nothing was started.',
    next: 'Send it again in a moment.',
    exitCode: ExitCode.failed,
    status: 503,
  },
  principal_invalid: {
    meaning: 'The header x-ms-client-principal cannot be read; App Service sets it.',
    next: 'Do not set this header yourself; check the authentication of the app.',
    exitCode: ExitCode.failed,
    status: 401,
  },
  remote_failed: {
    meaning: 'The app answered an error without a reason, or with a code that this version does not know.',
    next: 'Check the address; otherwise look at the log of the app.',
    exitCode: ExitCode.failed,
  },
  remote_incompatible: {
    meaning: 'The app answered what this version of the command line does not understand.',
    next: 'Use the version of the command line that belongs to the app.',
    exitCode: ExitCode.failed,
  },
  remote_invalid: {
    meaning: 'The address given with --remote is not allowed.',
    next: 'Give the https address of the app, without a key in it.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  remote_redirects: {
    meaning: 'The address redirects to another one, which is not sent the access key.',
    next: 'Use the final address of the app; behind a login page, one that accepts keys.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  remote_unreachable: {
    meaning: 'The app cannot be reached; what was started goes on.',
    next: 'Check the address and the network.',
    exitCode: ExitCode.failed,
  },
  request_invalid: {
    meaning: 'The query, a header or the body of the request is not as documented.',
    next: 'Correct the places that the answer lists.',
    exitCode: ExitCode.usage,
    wrong: 'request',
    status: 400,
  },
  role_missing: {
    meaning: 'The caller has none of the roles that this needs.',
    next: 'Have one of the roles assigned that the message names.',
    exitCode: ExitCode.failed,
    status: 403,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
